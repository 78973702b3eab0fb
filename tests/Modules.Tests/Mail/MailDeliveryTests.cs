using System.Globalization;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;
using Microsoft.Extensions.DependencyInjection;
using MtaSts.Modules.Notices;
using MtaSts.Modules.Testing;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Modules.Tests.Mail;

/// <summary>Delivery through real servers: Postfix with TLS, Dovecot for the password and the mailbox.</summary>
public sealed class MailDeliveryTests
{
    private const string Account = "owner";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Send_ThroughRealServers_ArrivesAndThreadsByCause()
    {
        using var folder = new TempFolder();
        var authPort = FreePort.Next();
        await using var dovecot = await DovecotServer.StartAsync('/', "", string.Create(CultureInfo.InvariantCulture, $"service auth {{\n  inet_listener {{\n    address = 127.0.0.1\n    port = {authPort}\n  }}\n}}"));
        using var authority = new TestAuthority();
        var (certificate, key) = authority.Issue("localhost");
        await File.WriteAllTextAsync(folder["smtp.pem"], key + "\n" + certificate);
        await File.WriteAllTextAsync(folder["root.pem"], authority.RootPem);
        await File.WriteAllTextAsync(folder["password"], DovecotServer.Password + "\n");
        using var reader = new ImapClient();
        await reader.ConnectAsync("127.0.0.1", dovecot.Port, SecureSocketOptions.None);
        await reader.AuthenticateAsync(Account, DovecotServer.Password);
        await reader.Inbox!.StatusAsync(StatusItems.Count); // Dovecot creates the Maildir at the first access.
        await using var postfix = await PostfixServer.StartAsync("relayed.example", "error:unused",
            "virtual_mailbox_domains = example.com", "virtual_mailbox_base = /", $"virtual_mailbox_maps = inline:{{ {Account}@example.com={dovecot.Maildir(Account)[1..]}/ }}",
            "virtual_uid_maps = static:8", "virtual_gid_maps = static:8", "virtual_minimum_uid = 1",
            $"smtpd_tls_chain_files = {folder["smtp.pem"]}", "smtpd_tls_security_level = encrypt", "smtpd_tls_auth_only = yes",
            "smtpd_sasl_auth_enable = yes", "smtpd_sasl_type = dovecot", string.Create(CultureInfo.InvariantCulture, $"smtpd_sasl_path = inet:127.0.0.1:{authPort}"),
            "smtpd_recipient_restrictions = reject_unlisted_recipient, permit_sasl_authenticated, reject");

        var refused = await SendAsync("one", "cause", "nobody@example.com");
        Assert.True(refused is NoticeResult.Refused, $"{refused}\n{postfix.Log}\n{dovecot.Log}");
        Assert.Contains("certificate", Assert.IsType<NoticeResult.Unavailable>(await SendAsync("one", "cause", settings: [("CaPath", ""), ("Host", "127.0.0.1")])).Problem, StringComparison.Ordinal);
        Assert.Contains("account", Assert.IsType<NoticeResult.Unavailable>(await SendAsync("one", "cause", settings: [("PasswordFile", ""), ("Password", "wrong")])).Problem, StringComparison.Ordinal);
        foreach (var (id, cause) in new[] { ("one", "cause"), ("two", "another"), ("three", "cause") })
        {
            var result = await SendAsync(id, cause);
            Assert.True(result is NoticeResult.Delivered, $"{result}\n{postfix.Log}");
        }
        await Poll.Until(() => dovecot.Waiting(Account) == 3, Limit, () => postfix.Log);

        await reader.Inbox.OpenAsync(FolderAccess.ReadOnly);
        var ids = new Dictionary<uint, string>();
        foreach (var item in await reader.Inbox.FetchAsync(0, -1, MessageSummaryItems.UniqueId))
        {
            var mail = await reader.Inbox.GetMessageAsync(item.UniqueId);
            Assert.Equal(NotifierScene.Sample("x").Paragraphs[1], mail.TextBody!.ReplaceLineEndings("\n").Split("\n\n")[1]);
            ids[item.UniqueId.Id] = mail.MessageId!.Split('@')[0];
        }
        // Each notice has its own subject, because equal subjects would join threads too.
        var threads = await reader.Inbox.ThreadAsync(ThreadingAlgorithm.References, MailKit.Search.SearchQuery.All);
        Assert.Equal(["one three", "two"], threads.Select(thread => string.Join(' ', Ids(thread).Select(uid => ids[uid]).Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal));

        async Task<NoticeResult> SendAsync(string id, string cause, string address = $"{Account}@example.com", params (string Key, string Value)[] settings)
        {
            (string Key, string Value)[] all =
            [
                ("Host", "localhost"), ("Port", postfix.Port.ToString(CultureInfo.InvariantCulture)), ("Tls", "StartTls"), ("CaPath", folder["root.pem"]), ("From", "alerts@example.net"), ("UserName", "alerts"),
                ("PasswordFile", folder["password"]), .. settings,
            ];
            var (builder, _) = SmtpReceiver.Configure([.. all.GroupBy(setting => setting.Key).Select(same => same.Last()).Where(setting => setting.Value.Length > 0)]);
            await using var module = builder.Services.AddSingleton(TimeProvider.System).BuildServiceProvider();
            return await ((INotifier)module.GetRequiredService(builder.Notifier!)).SendAsync(NotifierScene.Sample(id, cause) with { Title = $"Notice {id}" }, SmtpReceiver.Channel(address), default);
        }
    }

    private static IEnumerable<uint> Ids(MessageThread thread) => [.. thread.UniqueId is { } uid ? [uid.Id] : Array.Empty<uint>(), .. thread.Children.SelectMany(Ids)];
}
