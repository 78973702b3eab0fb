using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Host.Modules;
using MtaSts.Modules;
using MtaSts.Modules.Dns;
using Xunit;

namespace MtaSts.Host.Tests.Modules;

/// <summary>The boundary around a module's DNS provider, and how the operator chooses one.</summary>
public sealed class DnsProviderTests
{
    private static readonly DnsRecordSet Set = new("a._mta-sts.records.service.net", DnsType.Txt, 300, ["v=STSv1; id=1;"]);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private readonly FakeTimeProvider clock = new();

    [Fact]
    public async Task Replace_ProviderThatThrows_FailsWithItsName()
    {
        var failed = Assert.IsType<DnsChange.Failed>(await Guard(new Odd(_ => throw new InvalidOperationException("vendor said no"))).ReplaceAsync(Set, default));
        Assert.Equal("dns.odd: vendor said no", failed.Reason);
    }

    [Fact]
    public async Task Replace_ProviderThatAnswersNothing_Fails() =>
        Assert.Equal("dns.odd gave no answer.", Assert.IsType<DnsChange.Failed>(await Guard(new Odd(_ => Task.FromResult<DnsChange>(null!))).ReplaceAsync(Set, default)).Reason);

    /// <summary>Left behind after its budget; it keeps its place, so that those left behind do not become many.</summary>
    [Fact]
    public async Task Replace_ProvidersThatNeverAnswer_AreLeftBehindAndAreNeverMoreThanTheirPlaces()
    {
        var begun = 0;
        var never = new TaskCompletionSource<DnsChange>();
        var guard = Guard(new Odd(_ =>
        {
            Interlocked.Increment(ref begun);
            return never.Task;
        }));
        var calls = Enumerable.Range(0, ModuleCalls.MaxCalls + 3).Select(_ => guard.ReplaceAsync(Set, default)).ToArray();
        await MtaSts.Peers.Poll.Until(() => Volatile.Read(ref begun) == ModuleCalls.MaxCalls, Limit, "the calls are out");
        clock.Advance(GuardedDnsProvider.Budget);
        var answers = await Task.WhenAll(calls).WaitAsync(Limit);
        Assert.Equal(ModuleCalls.MaxCalls, answers.OfType<DnsChange.Failed>().Count());
        Assert.Equal(3, answers.OfType<DnsChange.Pending>().Count());

        // Those after them do not wait at all.
        Assert.Contains("calls have not ended", Assert.IsType<DnsChange.Failed>(await guard.ReplaceAsync(Set, default).WaitAsync(Limit)).Reason, StringComparison.Ordinal);
        Assert.Equal(ModuleCalls.MaxCalls, Volatile.Read(ref begun));

        never.SetResult(new DnsChange.Done(300));
        Assert.Equal(new DnsChange.Done(300), await guard.ReplaceAsync(Set, default).WaitAsync(Limit));
    }

    [Theory]
    [InlineData("Odd", null, "belong together")]
    [InlineData(null, "records.service.net", "belong together")]
    [InlineData("Route53", "records.service.net", "Offered are: Odd")]
    public void Choose_SettingsThatCannotWork_SayWhatToDo(string? name, string? zone, string words) =>
        Assert.Contains(words, Assert.Throws<InvalidOperationException>(() => Choose(name, zone)).Message, StringComparison.Ordinal);

    [Fact]
    public void Choose_ByName_IsGuardedAndFoundById()
    {
        var providers = Choose("odd", "records.service.net");
        Assert.IsType<GuardedDnsProvider>(providers.Configured);
        Assert.Same(providers.Configured, providers.Find("dns.odd"));
        Assert.Null(Choose(null, null).Configured);
    }

    private DnsProviders Choose(string? name, string? zone)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Hosting:DnsProvider"] = name, ["Hosting:RecordZone"] = zone });
        return new DnsProviders(ModuleCatalog.Of(configuration, clock, [new OddModule()]), configuration, clock);
    }

    private GuardedDnsProvider Guard(IDnsProvider inner) => new(inner.Id, () => inner, new ModuleHealth(clock), clock);

    private sealed class OddModule : IModule
    {
        public string Id => "dns.odd";

        public void Configure(IModuleBuilder builder) => builder.AddDnsProvider<Odd>("Odd");
    }

    private sealed class Odd(Func<CancellationToken, Task<DnsChange>> change) : IDnsProvider
    {
        public string Id => "dns.odd";

        public Task<DnsChange> ReplaceAsync(DnsRecordSet set, CancellationToken cancellationToken) => change(cancellationToken);

        public Task<DnsChange> DeleteAsync(string name, DnsType type, CancellationToken cancellationToken) => change(cancellationToken);
    }
}
