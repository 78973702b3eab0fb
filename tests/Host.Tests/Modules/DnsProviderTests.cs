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

    /// <summary>The caller's time may be shorter than the provider's: what was short is no fault, and no time is named that did not pass.</summary>
    [Theory]
    [InlineData(5, false)]
    [InlineData(15, true)]
    public async Task Replace_CallerCancels_NamesTheTimeThatPassedAndOnlyALongOneIsAFault(int seconds, bool isFault)
    {
        var begun = new TaskCompletionSource();
        var health = new ModuleHealth(clock);
        using var guard = Guard(new Odd(_ =>
        {
            begun.SetResult();
            return new TaskCompletionSource<DnsChange>().Task;
        }), health);
        using var caller = new CancellationTokenSource();
        var call = guard.ReplaceAsync(Set, caller.Token);
        await begun.Task.WaitAsync(Limit);
        clock.Advance(TimeSpan.FromSeconds(seconds));
        await caller.CancelAsync();
        var failed = Assert.IsType<DnsChange.Failed>(await call.WaitAsync(Limit));
        Assert.Equal(($"dns.odd did not answer within {seconds} s.", isFault), (failed.Reason, health.IsFailing));
    }

    [Fact]
    public async Task Replace_WaitedLongForAPlace_NamesTheTimeOfTheCallAndIsNoFault()
    {
        var begun = 0;
        var first = new TaskCompletionSource<DnsChange>();
        var health = new ModuleHealth(clock);
        using var guard = Guard(new Odd(_ => Interlocked.Increment(ref begun) <= ModuleCalls.MaxCalls ? first.Task : new TaskCompletionSource<DnsChange>().Task), health);
        var calls = Enumerable.Range(0, ModuleCalls.MaxCalls).Select(_ => guard.ReplaceAsync(Set, default)).ToArray();
        var last = guard.ReplaceAsync(Set, default);
        await MtaSts.Peers.Poll.Until(() => Volatile.Read(ref begun) == ModuleCalls.MaxCalls, Limit, "all places are taken");
        clock.Advance(GuardedDnsProvider.Budget - TimeSpan.FromSeconds(1));
        first.SetResult(new DnsChange.Done(300));
        await Task.WhenAll(calls).WaitAsync(Limit);
        await MtaSts.Peers.Poll.Until(() => Volatile.Read(ref begun) > ModuleCalls.MaxCalls, Limit, "the last call is made");
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("dns.odd did not answer within 1 s.", Assert.IsType<DnsChange.Failed>(await last.WaitAsync(Limit)).Reason);
        Assert.False(health.IsFailing);
    }

    [Theory]
    [InlineData("Odd", null, "or neither")]
    [InlineData(null, "records.service.net", "or neither")]
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

    private GuardedDnsProvider Guard(IDnsProvider inner, ModuleHealth? health = null) => new(inner.Id, () => inner, health ?? new ModuleHealth(clock), clock);

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
