using MtaSts.Modules.Hostnames;
using Xunit;

namespace MtaSts.Modules.Testing;

/// <summary>
/// The contract of <see cref="IHostnameProvider"/> as tests. Derive from it, give the scene, and run: a provider that
/// passes can be repeated after a crash and by several silos at once, which the service relies on.
/// </summary>
public abstract class HostnameProviderContract
{
    /// <summary>Calls until a provider must have come to live, once the owner has published the CNAME.</summary>
    protected virtual int MaxEnsures => 20;

    /// <summary>How soon a cancelled call must be over.</summary>
    protected virtual TimeSpan CancellationGrace => TimeSpan.FromSeconds(5);

    /// <summary>A scene of its own for each test.</summary>
    protected abstract Task<HostnameProviderScene> SetUpAsync();

    /// <summary>The id is namespaced and does not change.</summary>
    [Fact]
    public async Task Id_IsNamespacedAndStable()
    {
        var scene = await SetUpAsync();
        Assert.Matches("^hostname\\.[a-z0-9-]+$", scene.Provider.Id);
        Assert.Equal(scene.Provider.Id, scene.Provider.Id);
    }

    /// <summary>Before the owner has published anything the provider says what is waited for, and by when to ask again.</summary>
    [Fact]
    public async Task Ensure_NothingPublished_SaysWhatIsWaitedFor()
    {
        var scene = await SetUpAsync();
        var progress = await scene.Provider.EnsureAsync(scene.Request, TestContext.Current.CancellationToken);
        switch (progress)
        {
            case HostnameProgress.Pending pending:
                Assert.False(string.IsNullOrWhiteSpace(pending.Reason));
                Assert.True(pending.RetryAfter > TimeSpan.Zero);
                break;
            case HostnameProgress.Failed failed:
                Assert.False(string.IsNullOrWhiteSpace(failed.Reason));
                break;
            default:
                Assert.Fail($"A name nobody has published was answered {progress.GetType().Name}.");
                break;
        }
    }

    /// <summary>With the CNAME in place repeated calls come to live, and stay there.</summary>
    [Fact]
    public async Task Ensure_Published_BecomesLiveAndStaysLive()
    {
        var scene = await SetUpAsync();
        await BecomeLive(scene);
        Assert.IsType<HostnameProgress.Live>(await scene.Provider.EnsureAsync(scene.Request, TestContext.Current.CancellationToken));
    }

    /// <summary>Several silos may ask at once.</summary>
    [Fact]
    public async Task Ensure_ManyAtOnce_AllAreAnswered()
    {
        var scene = await SetUpAsync();
        await scene.Publish();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => scene.Provider.EnsureAsync(scene.Request, TestContext.Current.CancellationToken)));
        Assert.DoesNotContain(answers, answer => answer is HostnameProgress.Failed);
        await BecomeLive(scene);
    }

    /// <summary>A name that was never made is removed already.</summary>
    [Fact]
    public async Task Remove_Unknown_IsRemoved()
    {
        var scene = await SetUpAsync();
        await BecomeRemoved(scene);
    }

    /// <summary>Removing twice is removing once, and a removed name can be made again.</summary>
    [Fact]
    public async Task Remove_Repeated_IsRemovedAndCanBeMadeAgain()
    {
        var scene = await SetUpAsync();
        await BecomeLive(scene);
        await BecomeRemoved(scene);
        await BecomeRemoved(scene);
        await BecomeLive(scene);
    }

    /// <summary>A call that is cancelled ends soon, by an answer or by <see cref="OperationCanceledException"/>.</summary>
    [Fact]
    public async Task Ensure_Cancelled_EndsSoon()
    {
        var scene = await SetUpAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        try
        {
            await scene.Provider.EnsureAsync(scene.Request, cancelled.Token).WaitAsync(CancellationGrace, TestContext.Current.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            // As good as an answer.
        }
    }

    private async Task BecomeLive(HostnameProviderScene scene)
    {
        await scene.Publish();
        HostnameProgress? progress = null;
        for (var i = 0; i < MaxEnsures && progress is not HostnameProgress.Live; i++)
            progress = await scene.Provider.EnsureAsync(scene.Request, TestContext.Current.CancellationToken);
        Assert.IsType<HostnameProgress.Live>(progress);
    }

    private async Task BecomeRemoved(HostnameProviderScene scene)
    {
        HostnameRemoval? removal = null;
        for (var i = 0; i < MaxEnsures && removal is not HostnameRemoval.Removed; i++)
            removal = await scene.Provider.RemoveAsync(scene.Request, TestContext.Current.CancellationToken);
        Assert.IsType<HostnameRemoval.Removed>(removal);
    }
}
