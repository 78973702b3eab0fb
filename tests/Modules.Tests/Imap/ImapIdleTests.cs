using MailKit.Net.Imap;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Modules.Tests.Imap;

/// <summary>How soon new mail is found: told by the server where it can (IDLE, RFC 2177), else looked for.</summary>
public sealed class ImapIdleTests(SharedDovecot dovecot)
{
    private const string WithoutIdle = "imap_capability = IMAP4rev1 SASL-IR ENABLE LITERAL+ NAMESPACE UIDPLUS ESEARCH MOVE";

    [Fact]
    public async Task Mail_ServerHasIdle_IsTakenAtOnce()
    {
        await using var stage = await ImapStage.StartAsync(dovecot);
        Assert.True(stage.Person.Capabilities.HasFlag(ImapCapabilities.Idle));
        stage.Run();
        await stage.Until(() => stage.Source.Status is ReportSourceStatus.Working, "it works", timePasses: false);
        await stage.AppendAsync([1]);
        await stage.Until(() => stage.Stored.SequenceEqual([1]), "the mail is stored, and by the source's clock no time has passed", timePasses: false);
        await stage.AppendAsync([2]);
        await stage.Until(() => stage.Stored.SequenceEqual([1, 2]), "and the next", timePasses: false);
    }

    [Fact]
    public async Task Mail_ServerLacksIdle_IsTakenByTheNextPoll()
    {
        await using var stage = await ImapStage.StartAsync('/', "", WithoutIdle);
        stage.Options.Poll = TimeSpan.FromSeconds(20);
        Assert.False(stage.Person.Capabilities.HasFlag(ImapCapabilities.Idle));
        stage.Run();
        await stage.Until(() => stage.Source.Status is ReportSourceStatus.Working, "it works", timePasses: false);
        foreach (var number in (int[])[1, 2])
        {
            await stage.AppendAsync([number]);
            var before = stage.Clock.GetUtcNow();
            await stage.Until(() => stage.Stored.Contains(number), "the mail is stored");
            Assert.InRange(stage.Clock.GetUtcNow() - before, TimeSpan.FromSeconds(1), stage.Options.Poll * 2);
        }
    }

    /// <summary>A server that has IDLE and hangs up at it: not asked again and again, mail is found by polling all the same, and later it has another chance.</summary>
    [Fact]
    public async Task Mail_ServerHangsUpAtIdle_IsTakenByPollingWithoutReconnecting()
    {
        await using var stage = await ImapStage.StartAsync(dovecot);
        await using var relay = new WordRelay(stage.Server.Port, " IDLE", int.MaxValue);
        stage.Options.Port = relay.Port;
        stage.Options.Poll = TimeSpan.FromSeconds(20);
        stage.Run();
        await stage.Until(() => stage.Events.Contains(1166), "it is told");
        foreach (var number in (int[])[1, 2])
        {
            await stage.AppendAsync([number]);
            await stage.Until(() => stage.Stored.Contains(number), "the mail is stored");
        }
        Assert.Equal((3, 4), (relay.Cuts, relay.Connections));

        relay.LetThrough();
        stage.Clock.Advance(TimeSpan.FromHours(1));
        await stage.Until(() => relay.Words == 4, "it is tried again");
        await stage.AppendAsync([5]);
        await stage.Until(() => stage.Stored.Contains(5), "the mail is stored, and no time has passed", timePasses: false);
    }
}
