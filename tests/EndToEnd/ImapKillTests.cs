using MailKit;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>The host killed while it reads a mailbox whose mails it keeps or deletes: each report is counted once.</summary>
public sealed class ImapKillTests
{
    private const int Count = 12;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Keep_KilledAndStateLost_CountsEachOnceAndLeavesAll()
    {
        await using var mailbox = await Mailbox.StartAsync();
        await using var host = await HostProcess.StartAsync(Mailbox.Settings(mailbox.Port, "Keep"));
        var api = new ApiClient(host);
        var mails = await MailboxMails.ClaimAsync(api, Count);
        foreach (var mail in mails[..^2])
            await mailbox.AppendAsync(mail);
        var state = Path.Combine(host.WorkingDirectory, "data", "imap.state");
        await Poll.Until(() => File.Exists(state), Limit, "it remembers what it has read");
        await host.KillAsync();

        await mailbox.AppendAsync(mails[^2]);
        await host.StartAgainAsync();
        await Scorecards.AssertAsync(api, Scorecards.Sum(mails[..^1], MailboxMails.Domain));
        await Poll.Until(() => File.ReadAllLines(state)[2] == $"{Count - 1}", Limit, "it remembers all of them");
        await host.KillAsync();

        File.Delete(state);
        await mailbox.AppendAsync(mails[^1]);
        await host.StartAgainAsync();
        await Scorecards.AssertAsync(api, Scorecards.Sum(mails, MailboxMails.Domain));
        await Poll.Until(() => File.Exists(state) && File.ReadAllLines(state)[2] == $"{Count}", Limit, "it has read all again");
        await Scorecards.AssertAsync(api, Scorecards.Sum(mails, MailboxMails.Domain));
        await mailbox.Person.Inbox!.OpenAsync(FolderAccess.ReadOnly, TestContext.Current.CancellationToken);
        Assert.All(await mailbox.Person.Inbox.FetchAsync(0, -1, MessageSummaryItems.Flags, TestContext.Current.CancellationToken), mail => Assert.Equal(MessageFlags.Recent, mail.Flags));
        Assert.Equal(Count, mailbox.Person.Inbox.Count);
    }

    /// <summary>The host hears nothing of its wish to delete and is killed then: what is stored still lies in the mailbox.</summary>
    [Fact]
    public async Task Delete_KilledBetweenStoringAndDeleting_CountsEachOnce()
    {
        await using var mailbox = await Mailbox.StartAsync();
        await using var relay = new WordRelay(mailbox.Port, " STORE ", int.MaxValue);
        await using var host = await HostProcess.StartAsync(Mailbox.Settings(relay.Port, "Delete"));
        var api = new ApiClient(host);
        var mails = await MailboxMails.ClaimAsync(api, Count);
        foreach (var mail in mails)
            await mailbox.AppendAsync(mail);
        await Poll.Until(() => relay.Cuts > 0, Limit, "a mail is stored and about to be deleted");
        await host.KillAsync();
        Assert.Equal(Count, await mailbox.CountAsync("INBOX"));

        relay.LetThrough();
        await host.StartAgainAsync();
        await Poll.Until(async () => await mailbox.CountAsync("INBOX") == 0, Limit, "all are deleted");
        await Scorecards.AssertAsync(api, Scorecards.Sum(mails, MailboxMails.Domain));
    }
}
