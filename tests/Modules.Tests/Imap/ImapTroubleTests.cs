using MtaSts.Modules.Reports;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Modules.Tests.Imap;

/// <summary>What does not work is told with what to do, and tried again ever more seldom.</summary>
public sealed class ImapTroubleTests(SharedDovecot dovecot)
{
    [Fact]
    public async Task SignIn_WrongPassword_IsToldAndTriedEverMoreSeldom()
    {
        // Dovecot's own brake, which would only make the test slow.
        await using var stage = await ImapStage.StartAsync('/', "", "auth_failure_delay = 0", "service anvil {", "  unix_listener anvil-auth-penalty {", "    mode = 0", "  }", "}");
        await using var relay = new WordRelay(stage.Server.Port, "", times: 0);
        stage.Options.Port = relay.Port;
        stage.Options.Password = "not-the-password";
        stage.Run();
        await stage.Until(() => stage.Source.Status is ReportSourceStatus.Troubled, "it is told", timePasses: false);
        var problem = ((ReportSourceStatus.Troubled)stage.Source.Status).Problem;
        Assert.Contains("Modules:source.imap:UserName", problem, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-password", problem, StringComparison.Ordinal);
        var begun = stage.Clock.GetUtcNow();
        await stage.Until(() => relay.Connections == 6, "it tries again");
        Assert.InRange(stage.Clock.GetUtcNow() - begun, TimeSpan.FromSeconds(1 + 2 + 4 + 8 + 16), TimeSpan.FromHours(1));

        stage.Options.Password = DovecotServer.Password;
        await stage.AppendAsync([1]);
        await stage.Until(() => stage.Stored.SequenceEqual([1]), "with the right one it works");
    }

    /// <summary>One mail at which the connection ends each time kept new ones waiting for up to five minutes.</summary>
    [Fact]
    public async Task Mail_ThatEndsTheConnection_IsTriedEverMoreSeldomAndKeepsNoOtherWaiting()
    {
        await using var stage = await ImapStage.StartAsync(dovecot);
        await stage.AppendAsync([1]);
        await using var relay = new WordRelay(stage.Server.Port, "UID FETCH 1 (BODY", times: 1_000);
        stage.Options.Port = relay.Port;
        stage.Run();
        await stage.Until(() => relay.Words >= 7, "it is tried again and again");
        var (began, before) = (stage.Clock.GetUtcNow(), relay.Words);
        await stage.AppendAsync([2]);
        await stage.Until(() => stage.Stored.SequenceEqual([2]), "the other one is stored");
        Assert.InRange(stage.Clock.GetUtcNow() - began, TimeSpan.Zero, TimeSpan.FromSeconds(40));
        Assert.InRange(relay.Words - before, 0, 1);
        await stage.Until(() => stage.Source.Status is ReportSourceStatus.Troubled { Problem: var problem } && problem.Contains("UID 1 stays", StringComparison.Ordinal), "it is told");
    }

    /// <summary>A mailbox that was there before the service: signatures that were good for a week stood as expired, and all reports as late.</summary>
    [Fact]
    public async Task Mail_ThatLayThereForLong_IsAsOldAsTheServerSays()
    {
        await using var stage = await ImapStage.StartAsync(dovecot);
        var then = new DateTimeOffset(2025, 11, 1, 3, 0, 0, TimeSpan.Zero);
        stage.Clock.SetUtcNow(then.AddMonths(4));
        using var stream = new MemoryStream(ImapStage.Mail(1));
        await stage.Person.Inbox!.AppendAsync(new MailKit.AppendRequest(await MimeKit.MimeMessage.LoadAsync(stream, TestContext.Current.CancellationToken), MailKit.MessageFlags.None, then), TestContext.Current.CancellationToken);
        stage.Run();
        await stage.Until(() => stage.Stored.SequenceEqual([1]), "it is stored");
        Assert.Equal(then, Assert.Single(stage.Inbox.Stored).ReceivedAt);
    }

    [Fact]
    public async Task PasswordFile_Missing_IsNamed()
    {
        await using var stage = await ImapStage.StartAsync(dovecot);
        (stage.Options.Password, stage.Options.PasswordFile) = (null, "/nowhere/imap");
        stage.Run();
        await stage.Until(() => stage.Source.Status is ReportSourceStatus.Troubled { Problem: var problem } && problem.Contains("/nowhere/imap", StringComparison.Ordinal), "it is told", timePasses: false);
    }

    /// <summary>As hosted mailboxes for a whole domain write it.</summary>
    [Fact]
    public async Task Mail_DeliveredToTheMailboxOfTheDomain_IsForTheTokenItWasSentTo()
    {
        await using var stage = await ImapStage.StartAsync(dovecot);
        await stage.AppendAsync([.. "Delivered-To: reports@reports.example\r\n"u8, .. System.Text.Encoding.ASCII.GetBytes($"X-Original-To: {ImapStage.Token}@reports.example\r\nSubject: 1\r\n\r\nx\r\n")]);
        stage.Run();
        await stage.Until(() => stage.Stored.SequenceEqual([1]), "it is stored");
    }

    [Fact]
    public async Task Mail_Empty_IsPutAsideAndHoldsUpNoOther()
    {
        await using var stage = await ImapStage.StartAsync(dovecot);
        await stage.AppendAsync([1]);
        stage.Deliver([], "1.empty");
        await stage.AppendAsync([2]);
        stage.Run();
        await stage.Until(() => Directory.GetFiles(Path.Combine(stage.Maildir, "cur")).Length == 0 && Directory.GetFiles(Path.Combine(stage.Maildir, "new")).Length == 0, "all are taken");
        Assert.Equal([1, 2], stage.Stored);
        Assert.Single((string[])["cur", "new"], part => Directory.GetFiles(Path.Combine(stage.Maildir, ".Unclaimed", part)).Length == 1);
    }
}
