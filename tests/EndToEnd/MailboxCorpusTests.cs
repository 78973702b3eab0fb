using System.Text;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>Real reports that lie in a mailbox, with the headers of the server that delivered them there: counted as the independent reader has it, one by one.</summary>
public sealed class MailboxCorpusTests
{
    /// <summary>Takes the policies that name no domain, as a claim's address does.</summary>
    private const string Fallback = "fallback.example";

    private const string MailDomain = "tlsrpt.localhost";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    [Fact]
    public async Task Imap_RealMails_AreCountedOnceEach()
    {
        var mails = Mails();
        await using var mailbox = await Mailbox.StartAsync();
        await using var host = await HostProcess.StartAsync(Mailbox.Settings(mailbox.Port, "Move"));
        var api = new ApiClient(host);
        var (shares, address) = await ClaimAsync(api, mails);
        foreach (var mail in mails)
            await mailbox.AppendAsync([.. Encoding.ASCII.GetBytes($"Delivered-To: {address}\r\n"), .. File.ReadAllBytes(mail)]);
        await Poll.Until(async () => await mailbox.CountAsync("INBOX") == 0, Limit, "all are taken");
        Assert.Equal(mails.Length, await mailbox.CountAsync("Processed"));
        await AssertAsync(api, mails, shares);
    }

    /// <summary>
    /// As the module's README says, or by Postfix's agent for accounts of the machine into one that has an address in the mail domain itself: its headers
    /// alone tell the token, the sender wrote another address.
    /// </summary>
    [Theory]
    [InlineData(false, "virtual")]
    [InlineData(false, "local", Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    [InlineData(true, "virtual", Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    public async Task Maildir_DeliveredByPostfix_AreCountedOnceEach(bool corpus, string agent)
    {
        using var folder = new TempFolder();
        var mails = corpus ? Mails() : Own(folder);
        var (maildir, options) = await DeliverIntoAsync(agent, folder);
        await using var postfix = await PostfixServer.StartAsync(MailDomain, "error:not used", options);
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(("Modules:source_maildir:Path", maildir), ("Modules:source_maildir:Poll", "00:00:01")));
        var api = new ApiClient(host);
        var (shares, address) = await ClaimAsync(api, mails);
        await MailSender.SmtplibAsync(lmtp: false, postfix.Port, address, mails);
        await postfix.DrainAsync(Limit);
        await Poll.Until(() => Files(maildir, "new") == 0 && Files(maildir, ".Processed/cur") == mails.Length, Limit, "all are taken");
        Assert.Equal(0, Files(maildir, ".Unclaimed/cur"));
        await AssertAsync(api, mails, shares);

        // Sent once more they are other files with other headers of Postfix's, and the same reports.
        await MailSender.SmtplibAsync(lmtp: false, postfix.Port, address, mails);
        await postfix.DrainAsync(Limit);
        await Poll.Until(() => Files(maildir, ".Processed/cur") == 2 * mails.Length, Limit, "all are taken again");
        await Scorecards.AssertAsync(api, shares);
    }

    private static string[] Mails() => [.. CorpusIndex.Deliveries(CorpusFolder.Require()).Select(delivery => delivery.Path).Where(path => Path.GetExtension(path) == ".eml")];

    private static string[] Own(TempFolder folder)
    {
        const int Count = 12;
        for (var number = 0; number < Count; number++)
            File.WriteAllBytes(folder[$"{number}.eml"], MailboxMails.Mail(number, "reports@" + MailboxMails.Domain));
        return [.. Enumerable.Range(0, Count).Select(number => folder[$"{number}.eml"])];
    }

    /// <summary>Where Postfix puts the mails, and its settings for that.</summary>
    private static async Task<(string Maildir, string[] Options)> DeliverIntoAsync(string agent, TempFolder folder)
    {
        const string Account = "mail"; // Postfix delivers for no administrator.
        Peer.Require(Environment.UserName == "root", "Postfix can be started by root alone.");
        Directory.CreateDirectory(folder["box"]);
        using (var open = System.Diagnostics.Process.Start("/bin/sh", ["-c", $"chmod 755 '{folder.Path}' && chown {Account} '{folder["box"]}'"]))
            await open.WaitForExitAsync();
        return agent == "virtual"
            ? (folder["box/reports/Maildir"],
            [
                "relay_domains =",
                $"virtual_mailbox_domains = {MailDomain}",
                $"virtual_mailbox_base = {folder["box"]}",
                $"virtual_mailbox_maps = inline:{{ @{MailDomain}=reports/Maildir/ }}",
                "virtual_minimum_uid = 1",
                "virtual_uid_maps = static:8",
                "virtual_gid_maps = static:8",
            ])
            : (folder[$"box/{Account}"],
            [
                "relay_domains =",
                $"mydestination = {MailDomain}",
                $"mail_spool_directory = {folder["box"]}/",
                $"virtual_alias_maps = inline:{{ @{MailDomain}={Account}@{MailDomain} }}",
                "alias_database =",
            ]);
    }

    private static int Files(string maildir, string part)
    {
        var folder = Path.Combine(maildir, part);
        return Directory.Exists(folder) ? Directory.GetFiles(folder).Length : 0;
    }

    /// <summary>Claims every domain of the mails; what they add up to, and where they are sent.</summary>
    private static async Task<(IReadOnlyList<Share> Shares, string Address)> ClaimAsync(ApiClient api, string[] mails)
    {
        var shares = Scorecards.Sum(mails.Select(File.ReadAllBytes), Fallback);
        foreach (var domain in shares.Select(share => share.Domain).Append(Fallback).Distinct())
            await api.PostAsync("domains", new { name = domain });
        return (shares, (string)(await api.GetAsync($"domains/{Fallback}"))["reportAddress"]!);
    }

    private static async Task AssertAsync(ApiClient api, string[] mails, IReadOnlyList<Share> shares)
    {
        await Scorecards.AssertAsync(api, shares);
        var none = mails.Count(mail => PlainReader.Read(File.ReadAllBytes(mail)) is null);
        await Poll.Until(async () => (await api.GetAsync("quarantine"))["items"]!.AsArray().Count == none, Limit, $"{none} mails stand in quarantine");
    }
}
