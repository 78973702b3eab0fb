using MtaSts.Modules.Hostnames;
using Xunit;

namespace MtaSts.Modules.Testing;

/// <summary>
/// The contract of <see cref="IHostnameProvider"/> as tests. Derive from it, implement the scene, and run it. The service relies on this: calls can
/// be repeated after a crash and by several silos at once.
/// </summary>
public abstract class HostnameProviderContract
{
    /// <summary>Calls within which a provider must reach live, after the owner has published the CNAME.</summary>
    protected virtual int MaxEnsures => 20;

    /// <summary>Time within which a cancelled call must end.</summary>
    protected virtual TimeSpan CancellationGrace => TimeSpan.FromSeconds(5);

    /// <summary>Creates a new scene for each test.</summary>
    protected abstract Task<HostnameProviderScene> SetUpAsync();

    /// <summary>The id is namespaced and does not change.</summary>
    [Fact]
    public async Task Id_IsNamespacedAndStable()
    {
        var scene = await SetUpAsync();
        Assert.Matches("^hostname\\.[a-z0-9-]+$", scene.Provider.Id);
        Assert.Equal(scene.Provider.Id, scene.Provider.Id);
    }

    /// <summary>Before the owner has published the CNAME, the provider returns what it waits for, and when to ask again.</summary>
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

    /// <summary>With the CNAME published, repeated calls reach live and stay there.</summary>
    [Fact]
    public async Task Ensure_Published_BecomesLiveAndStaysLive()
    {
        var scene = await SetUpAsync();
        await BecomeLive(scene);
        Assert.IsType<HostnameProgress.Live>(await scene.Provider.EnsureAsync(scene.Request, TestContext.Current.CancellationToken));
    }

    /// <summary>Several silos may call at once.</summary>
    [Fact]
    public async Task Ensure_ManyAtOnce_AllAreAnswered()
    {
        var scene = await SetUpAsync();
        await scene.Publish();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => scene.Provider.EnsureAsync(scene.Request, TestContext.Current.CancellationToken)));
        Assert.DoesNotContain(answers, answer => answer is HostnameProgress.Failed);
        await BecomeLive(scene);
    }

    /// <summary>A name that was never created counts as removed.</summary>
    [Fact]
    public async Task Remove_Unknown_IsRemoved()
    {
        var scene = await SetUpAsync();
        await BecomeRemoved(scene);
    }

    /// <summary>Removing twice has the same effect as once, and a removed name can be created again.</summary>
    [Fact]
    public async Task Remove_Repeated_IsRemovedAndCanBeMadeAgain()
    {
        var scene = await SetUpAsync();
        await BecomeLive(scene);
        await BecomeRemoved(scene);
        await BecomeRemoved(scene);
        await BecomeLive(scene);
    }

    /// <summary>A cancelled call ends soon, with an answer or <see cref="OperationCanceledException"/>.</summary>
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
            // Equivalent to an answer.
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
