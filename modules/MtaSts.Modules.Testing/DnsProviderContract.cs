using MtaSts.Modules.Dns;
using Xunit;

namespace MtaSts.Modules.Testing;

/// <summary>
/// The contract of <see cref="IDnsProvider"/> as tests. Derive from it, implement the scene, and run it. The service relies on this: calls can be
/// repeated after a crash and by several silos.
/// </summary>
public abstract class DnsProviderContract
{
    private const int Ttl = 300;

    /// <summary>Calls within which a provider must complete a change.</summary>
    protected virtual int MaxCalls => 10;

    /// <summary>Time within which a cancelled call must end.</summary>
    protected virtual TimeSpan CancellationGrace => TimeSpan.FromSeconds(5);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Creates a new scene for each test.</summary>
    protected abstract Task<DnsProviderScene> SetUpAsync();

    /// <summary>The id is namespaced and does not change.</summary>
    [Fact]
    public async Task Id_IsNamespacedAndStable()
    {
        var scene = await SetUpAsync();
        Assert.Matches("^dns\\.[a-z0-9-]+$", scene.Provider.Id);
        Assert.Equal(scene.Provider.Id, scene.Provider.Id);
    }

    /// <summary>A new set is in the zone with its values, and its TTL is returned.</summary>
    [Fact]
    public async Task Replace_Nothing_WritesTheSet()
    {
        var scene = await SetUpAsync();
        Assert.InRange(await WriteAsync(scene, Name(scene), "v=STSv1; id=20260101T000000;"), 1, int.MaxValue);
        await SeesAsync(scene, Name(scene), "v=STSv1; id=20260101T000000;");
    }

    /// <summary>Replacing twice has the same effect as replacing once.</summary>
    [Fact]
    public async Task Replace_Repeated_ChangesNothing()
    {
        var scene = await SetUpAsync();
        await WriteAsync(scene, Name(scene), "v=STSv1; id=1;");
        await WriteAsync(scene, Name(scene), "v=STSv1; id=1;");
        await SeesAsync(scene, Name(scene), "v=STSv1; id=1;");
    }

    /// <summary>No record of an earlier set stays.</summary>
    [Fact]
    public async Task Replace_AnotherSet_LeavesNothingOfIt()
    {
        var scene = await SetUpAsync();
        await WriteAsync(scene, Name(scene), "v=STSv1; id=1;", "another value");
        await WriteAsync(scene, Name(scene), "v=STSv1; id=2;");
        await SeesAsync(scene, Name(scene), "v=STSv1; id=2;");
    }

    /// <summary>A set may have several records.</summary>
    [Fact]
    public async Task Replace_SeveralValues_WritesThemAll()
    {
        var scene = await SetUpAsync();
        await WriteAsync(scene, Name(scene), "one", "two");
        await SeesAsync(scene, Name(scene), "one", "two");
    }

    /// <summary>Texts longer than one character-string, and with characters that zone files escape, are returned unchanged.</summary>
    [Theory]
    [InlineData("v=TLSRPTv1; rua=mailto:abc@reports.service.net,https://service.net/tlsrpt/abc")]
    [InlineData("""a "quoted" word, a back\slash and \065; a semicolon""")]
    [InlineData("255")]
    [InlineData("256")]
    [InlineData("700")]
    public async Task Replace_TextsOfAllKinds_ComeBackAsTheyWere(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var value = int.TryParse(text, out var length) ? string.Concat(Enumerable.Range(0, length).Select(i => (char)('a' + (i % 26)))) : text;
        var scene = await SetUpAsync();
        await WriteAsync(scene, Name(scene), value);
        await SeesAsync(scene, Name(scene), value);
    }

    /// <summary>Records at other names stay: above, below and beside.</summary>
    [Fact]
    public async Task ReplaceAndDelete_OtherNames_StayAsTheyWere()
    {
        var scene = await SetUpAsync();
        string[] others = [Name(scene, "b"), $"below.{Name(scene)}", $"_smtp._tls.{scene.Zone}"];
        foreach (var other in others)
            await WriteAsync(scene, other, "mine");
        await WriteAsync(scene, Name(scene), "v=STSv1; id=1;");
        await DeleteAsync(scene, Name(scene));
        foreach (var other in others)
            await SeesAsync(scene, other, "mine");
    }

    /// <summary>Several silos may make the same call at once.</summary>
    [Fact]
    public async Task Replace_ManyAtOnce_NoneFails()
    {
        var scene = await SetUpAsync();
        var set = new DnsRecordSet(Name(scene), DnsType.Txt, Ttl, ["v=STSv1; id=1;"]);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => scene.Provider.ReplaceAsync(set, Cancelled)));
        Assert.DoesNotContain(answers, answer => answer is DnsChange.Failed);
        await WriteAsync(scene, Name(scene), "v=STSv1; id=1;");
        await SeesAsync(scene, Name(scene), "v=STSv1; id=1;");
    }

    /// <summary>A set that does not exist counts as deleted; deleting twice has the same effect as once; a deleted set can be written again.</summary>
    [Fact]
    public async Task Delete_UnknownAndRepeated_IsDoneAndCanBeWrittenAgain()
    {
        var scene = await SetUpAsync();
        await DeleteAsync(scene, Name(scene));
        await WriteAsync(scene, Name(scene), "v=STSv1; id=1;");
        await DeleteAsync(scene, Name(scene));
        await SeesAsync(scene, Name(scene));
        await DeleteAsync(scene, Name(scene));
        await WriteAsync(scene, Name(scene), "v=STSv1; id=2;");
        await SeesAsync(scene, Name(scene), "v=STSv1; id=2;");
    }

    /// <summary>A cancelled call ends soon, with an answer or <see cref="OperationCanceledException"/>.</summary>
    [Fact]
    public async Task Replace_Cancelled_EndsSoon()
    {
        var scene = await SetUpAsync();
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        try
        {
            await scene.Provider.ReplaceAsync(new DnsRecordSet(Name(scene), DnsType.Txt, Ttl, ["v=STSv1; id=1;"]), cancelled.Token).WaitAsync(CancellationGrace, Cancelled);
        }
        catch (OperationCanceledException)
        {
            // Equivalent to an answer.
        }
    }

    private static string Name(DnsProviderScene scene, string label = "abcdefghijklmnopqrstuvwxyz") => $"{label}._mta-sts.{scene.Zone}";

    private Task<int> WriteAsync(DnsProviderScene scene, string name, params string[] values) =>
        DoneAsync(() => scene.Provider.ReplaceAsync(new DnsRecordSet(name, DnsType.Txt, Ttl, values), Cancelled));

    private Task<int> DeleteAsync(DnsProviderScene scene, string name) => DoneAsync(() => scene.Provider.DeleteAsync(name, DnsType.Txt, Cancelled));

    private async Task<int> DoneAsync(Func<Task<DnsChange>> call)
    {
        DnsChange? change = null;
        for (var i = 0; i < MaxCalls && change is not DnsChange.Done; i++)
            change = await call();
        return Assert.IsType<DnsChange.Done>(change).Ttl;
    }

    private static async Task SeesAsync(DnsProviderScene scene, string name, params string[] values) =>
        Assert.Equal(values.Order(StringComparer.Ordinal), (await scene.Look(name, DnsType.Txt)).Order(StringComparer.Ordinal));
}
