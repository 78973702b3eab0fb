using System.Globalization;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using MailKit.Security;
using MimeKit;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>Reports that lie in a mailbox, a Maildir or Dovecot's: each is counted once, against sums made by a reader that is not ours, and is afterwards where it should be.</summary>
public sealed class MailboxTests
{
    private const string Account = "reports";
    private const int Count = 12;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Maildir_HostKilledInTheMiddle_CountsEachMailOnce()
    {
        using var folder = new TempFolder();
        var maildir = folder["Maildir"];
        foreach (var part in new[] { "new", "cur", "tmp" })
            Directory.CreateDirectory(Path.Combine(maildir, part));
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(("Modules:source_maildir:Path", maildir), ("Modules:source_maildir:Poll", "00:00:01")));
        var api = new ApiClient(host);
        var mails = await MailboxMails.ClaimAsync(api, Count);
        for (var number = 0; number < Count; number++)
            Deliver(maildir, $"{number}.first", mails[number]);
        await Poll.Until(() => Processed(maildir) > 0, Limit, "a mail is taken");
        await host.KillAsync();
        // Those that were taken come again, as after a crash between storing and moving.
        for (var number = 0; number < Count; number++)
            Deliver(maildir, $"{number}.second", mails[number]);
        await host.StartAgainAsync();
        await Poll.Until(() => Processed(maildir) == 2 * Count, Limit, "all are taken");
        await Scorecards.AssertAsync(api, Scorecards.Sum(mails, MailboxMails.Domain));
        Assert.Empty(Directory.GetFiles(Path.Combine(maildir, "new")));
    }

    [Fact]
    public async Task Imap_ReadMovedAndCutInTheMiddle_CountsEachMailOnce()
    {
        await using var dovecot = await DovecotServer.StartAsync();
        await using var relay = new CuttingRelay(dovecot.Port, cutAfter: 7_000, cuts: 2);
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(
            ("Modules:source_imap:Host", "localhost"), ("Modules:source_imap:Port", relay.Port.ToString(CultureInfo.InvariantCulture)), ("Modules:source_imap:Tls", "StartTls"),
            ("Modules:source_imap:CaPath", dovecot.Root), ("Modules:source_imap:UserName", Account), ("Modules:source_imap:Password", DovecotServer.Password)));
        var api = new ApiClient(host);
        var mails = await MailboxMails.ClaimAsync(api, Count);
        using var person = new ImapClient();
        await person.ConnectAsync("127.0.0.1", dovecot.Port, SecureSocketOptions.None);
        await person.AuthenticateAsync(Account, DovecotServer.Password);
        foreach (var mail in mails)
        {
            using var stream = new MemoryStream(mail);
            await person.Inbox!.AppendAsync(await MimeMessage.LoadAsync(stream), MessageFlags.Seen);
        }
        await Poll.Until(async () => await CountAsync(person, "Processed") == Count && await CountAsync(person, "INBOX") == 0, Limit, "all are moved");
        await Scorecards.AssertAsync(api, Scorecards.Sum(mails, MailboxMails.Domain));
        Assert.Equal(0, relay.CutsLeft);

        // Somebody moves one back: it is taken again and counts no second time.
        var processed = await person.GetFolderAsync("Processed");
        await processed.OpenAsync(FolderAccess.ReadWrite);
        await processed.MoveToAsync((await processed.SearchAsync(SearchQuery.All))[0], person.Inbox!);
        await processed.CloseAsync(); // What a session has open it sees as it was.
        await Poll.Until(async () => await CountAsync(person, "Processed") == Count && await CountAsync(person, "INBOX") == 0, Limit, "it is moved again");
        await Scorecards.AssertAsync(api, Scorecards.Sum(mails, MailboxMails.Domain));
        Assert.DoesNotContain(DovecotServer.Password, host.Output, StringComparison.Ordinal);
    }

    private static async Task<int> CountAsync(ImapClient client, string name)
    {
        var folder = await client.GetFolderAsync(name);
        await folder.StatusAsync(StatusItems.Count);
        return folder.Count;
    }

    private static int Processed(string maildir)
    {
        var folder = Path.Combine(maildir, ".Processed", "cur");
        return Directory.Exists(folder) ? Directory.GetFiles(folder).Length : 0;
    }

    private static void Deliver(string maildir, string name, byte[] mail)
    {
        var written = Path.Combine(maildir, "tmp", name);
        File.WriteAllBytes(written, mail);
        File.Move(written, Path.Combine(maildir, "new", name));
    }
}
