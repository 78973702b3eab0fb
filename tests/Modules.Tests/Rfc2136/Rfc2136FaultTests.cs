using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Rfc2136;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Modules.Tests.Rfc2136;

/// <summary>What can go wrong with a real server, and what the operator is told.</summary>
public sealed class Rfc2136FaultTests : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);
    private BindServer? bind;

    private BindServer Bind => bind!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => bind = await BindServer.StartAsync(durable: true);

    public async ValueTask DisposeAsync()
    {
        if (bind is not null)
            await bind.DisposeAsync();
    }

    [Fact]
    public async Task Replace_WrongSecret_NamesTheSecret()
    {
        var failed = await FailAsync(Rfc2136Stage.Provider(Bind, options => options.KeySecret = TsigSecret.Make("other").Base64));
        Assert.Contains("BADSIG", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("Rfc2136:KeySecret", failed.NextStep, StringComparison.Ordinal);
        Assert.DoesNotContain(Bind.Key.Base64, failed.Reason + failed.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replace_UnknownKey_NamesTheKey()
    {
        var failed = await FailAsync(Rfc2136Stage.Provider(Bind, options => options.KeyName = "nobody"));
        Assert.Contains("BADKEY", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("“nobody”", failed.NextStep, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-3_600)]
    [InlineData(3_600)]
    public async Task Replace_ClockIsWrong_NamesTheClock(int seconds)
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddSeconds(seconds));
        var failed = await FailAsync(Rfc2136Stage.Provider(Bind, clock: clock));
        Assert.Contains("BADTIME", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("clock", failed.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replace_NameThatTheKeyMayNotChange_NamesTheRight()
    {
        var failed = Assert.IsType<DnsChange.Failed>(await Rfc2136Stage.Provider(Bind).ReplaceAsync(
            new DnsRecordSet($"a.denied.{BindServer.UpdateZone}", DnsType.Txt, 60, ["x"]), Cancelled));
        Assert.Contains("Refused", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("update-policy", failed.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replace_ZoneThatTheServerDoesNotHave_NamesTheZone()
    {
        var provider = Rfc2136Stage.Provider(Bind, options => options.Zone = "elsewhere.example");
        var failed = Assert.IsType<DnsChange.Failed>(await provider.ReplaceAsync(new DnsRecordSet("a.elsewhere.example", DnsType.Txt, 60, ["x"]), Cancelled));
        Assert.Contains("NotAuth", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("Rfc2136:Zone", failed.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replace_NameOutsideTheZone_NamesTheSetting()
    {
        var failed = Assert.IsType<DnsChange.Failed>(await Rfc2136Stage.Provider(Bind).ReplaceAsync(new DnsRecordSet("a.service.test", DnsType.Txt, 60, ["x"]), Cancelled));
        Assert.Contains("NotZone", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("Hosting:RecordZone", failed.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replace_ServerIsDown_SaysSoAndGoesOnWhenItIsBack()
    {
        var provider = Rfc2136Stage.Provider(Bind);
        await Bind.StopAsync();
        var failed = await FailAsync(provider);
        Assert.Contains(Bind.Address.ToString(), failed.Reason, StringComparison.Ordinal);
        Assert.Contains("Rfc2136:Servers", failed.NextStep, StringComparison.Ordinal);

        await Bind.StartAgainAsync();

        Assert.Equal(new DnsChange.Done(60), await provider.ReplaceAsync(Rfc2136Stage.Set("a"), Cancelled));
    }

    [Fact]
    public async Task Replace_FirstServerIsDown_AsksTheSecond()
    {
        var dead = new IPEndPoint(IPAddress.Loopback, FreePort.Next());
        var provider = Rfc2136Stage.Provider(Bind, options => options.Servers = $"{dead}, {Bind.Address}");
        Assert.Equal(new DnsChange.Done(60), await provider.ReplaceAsync(Rfc2136Stage.Set("a"), Cancelled));
    }

    /// <summary>A server that takes the connection and says nothing costs its time-out and no more.</summary>
    [Fact]
    public async Task Replace_ServerThatIsSilent_EndsByItsTimeout()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var provider = Rfc2136Stage.Provider(Bind, options => (options.Servers, options.Timeout) = (silent.LocalEndpoint.ToString()!, TimeSpan.FromSeconds(0.2)));
        var failed = Assert.IsType<DnsChange.Failed>(await provider.ReplaceAsync(Rfc2136Stage.Set("a"), Cancelled).WaitAsync(Limit, Cancelled));
        Assert.Contains("no answer", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replace_TxtWhereACnameStood_AndBack_AreOneMessage()
    {
        var provider = Rfc2136Stage.Provider(Bind);
        var set = Rfc2136Stage.Set("a");
        var alias = new DnsRecordSet(set.Name, DnsType.Cname, 60, [$"b.{BindServer.UpdateZone}"]);
        Assert.IsType<DnsChange.Done>(await provider.ReplaceAsync(alias, Cancelled));
        Assert.IsType<DnsChange.Done>(await provider.ReplaceAsync(alias, Cancelled));
        Assert.IsType<DnsChange.Done>(await provider.ReplaceAsync(set, Cancelled));
        Assert.Equal(["v=STSv1; id=1;"], await DnsProbe.TxtAsync(Bind.Address, set.Name));
    }

    /// <summary>Somebody who reads while it is written sees the old value or the new one, never none and never both.</summary>
    [Fact]
    public async Task Replace_ManyTimes_IsNeverSeenHalfDone()
    {
        var provider = Rfc2136Stage.Provider(Bind);
        var set = Rfc2136Stage.Set("a", "0");
        await provider.ReplaceAsync(set, Cancelled);
        using var end = new CancellationTokenSource();
        var reads = 0;
        var reader = Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                Assert.Single(await DnsProbe.TxtAsync(Bind.Address, set.Name) ?? ["no answer"]);
                reads++;
            }
        }, Cancelled);
        for (var i = 1; i <= 50; i++)
            Assert.IsType<DnsChange.Done>(await provider.ReplaceAsync(set with { Values = [$"{i}"] }, Cancelled));
        await end.CancelAsync();
        await reader;
        Assert.InRange(reads, 20, int.MaxValue);
    }

    [Fact]
    public async Task Replace_SecretInAFile_IsReadForEachCall()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["key"], "not base64!", Cancelled);
        var provider = Rfc2136Stage.Provider(Bind, options => (options.KeySecret, options.KeySecretFile) = ("", folder["key"]));
        Assert.Contains("base64", (await FailAsync(provider)).Reason, StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder["key"], Bind.Key.Base64 + "\n", Cancelled);
        Assert.IsType<DnsChange.Done>(await provider.ReplaceAsync(Rfc2136Stage.Set("a"), Cancelled));
    }

    private static async Task<DnsChange.Failed> FailAsync(Rfc2136DnsProvider provider) =>
        Assert.IsType<DnsChange.Failed>(await provider.ReplaceAsync(Rfc2136Stage.Set("a"), Cancelled).WaitAsync(Limit, Cancelled));
}
