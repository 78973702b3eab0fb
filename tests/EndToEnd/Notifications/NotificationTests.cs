using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd.Notifications;

/// <summary>From a change in the DNS to the message at a receiver, through the running service.</summary>
public sealed class NotificationTests(ITestOutputHelper output)
{
    private const string Account = "owner";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    private static int Kills => LongFormAttribute.IsOn ? 50 : 3;

    /// <summary>kill -9 between an alert and its delivery: each is delivered, and a repeat has the id of the first.</summary>
    [Fact]
    public async Task Alert_HostKilledBeforeItsDelivery_IsDeliveredAndRepeatsHaveItsId()
    {
        var random = new Random(Environment.TickCount);
        await using var bind = await BindServer.StartAsync(follows: true);
        await using var receiver = new NoticeReceiver();
        await using var host = await HostProcess.StartAsync(Settings(bind));
        var api = new ApiClient(host);
        for (var i = 0; i < Kills; i++)
            await GoLiveAsync(api, bind, Domain(i));
        var requests = 0;
        for (var i = 0; i < Kills; i++)
        {
            // A channel of its own: within the window, further alerts of one kind would wait for each other.
            var channel = (string)(await CreateAsync(api, $"kill {i}", receiver, $"kill-{i}"))["channel"]!["id"]!;
            receiver.Delay = TimeSpan.FromMilliseconds(random.Next(300));
            await bind.PublishAsync("mta-sts." + Domain(i), "CNAME");
            await api.PostAsync($"domains/{Domain(i)}/check");
            await Task.Delay(random.Next(400));
            await host.KillAsync();
            receiver.Delay = TimeSpan.Zero;
            await host.StartAgainAsync();
            await api.GetAsync($"domains/{Domain(i)}"); // The domain's own outbox continues with its grain.
            var path = $"/kill-{i}";
            await Poll.Until(() => receiver.To(path).Any(), Limit, () => $"the alert of {Domain(i)} arrives\n{host.Output}");
            await Poll.Until(async () => await OutcomeAsync(api, channel) == "delivered", Limit, "its delivery is stored");
            var got = receiver.To(path).ToArray();
            Assert.Single(got.Select(notice => (string)notice["data"]!["id"]!).Distinct());
            Assert.All(got, notice => Assert.Equal((Domain(i), "alert.raised", "critical"), ((string?)notice["data"]!["domain"], (string?)notice["type"], (string?)notice["data"]!["severity"])));
            requests += got.Length;
            await api.DeleteAsync($"channels/{channel}");
        }
        Assert.Empty(receiver.Forged);
        output.WriteLine($"{Kills} kills, {requests} requests");
    }

    /// <summary>A receiver that never answers and one that is gone; mail through Postfix into a mailbox of Dovecot.</summary>
    [Fact]
    public async Task Alert_SeveralChannels_NoneDelaysAnotherAndTheMailThreads()
    {
        await using var bind = await BindServer.StartAsync(follows: true);
        await using var receiver = new NoticeReceiver();
        await using var dovecot = await DovecotServer.StartAsync();
        using var reader = new ImapClient();
        await reader.ConnectAsync("127.0.0.1", dovecot.Port, SecureSocketOptions.None);
        await reader.AuthenticateAsync(Account, DovecotServer.Password);
        await reader.Inbox!.StatusAsync(StatusItems.Count); // Makes the Maildir.
        await using var postfix = await PostfixServer.StartAsync("relayed.example", "error:unused",
            "virtual_mailbox_domains = watched.test", "virtual_mailbox_base = /", $"virtual_mailbox_maps = inline:{{ {Account}@watched.test={dovecot.Maildir(Account)[1..]}/ }}",
            "virtual_uid_maps = static:8", "virtual_gid_maps = static:8", "virtual_minimum_uid = 1", "mynetworks = 127.0.0.0/8", "smtpd_recipient_restrictions = reject_unlisted_recipient, permit_mynetworks, reject");
        await using var host = await HostProcess.StartAsync(Settings(
            bind, ("Modules:notice_mail:Host", "127.0.0.1"), ("Modules:notice_mail:Port", postfix.Port.ToString(CultureInfo.InvariantCulture)), ("Modules:notice_mail:Tls", "None"), ("Modules:notice_mail:From", "alerts@service.test")));
        var api = new ApiClient(host);
        await GoLiveAsync(api, bind, "watched.test");
        var hanging = (string)(await CreateAsync(api, "hangs", receiver, "hang"))["channel"]!["id"]!;
        var gone = (string)(await CreateAsync(api, "gone", receiver, "gone"))["channel"]!["id"]!;
        await CreateAsync(api, "works", receiver, "works");
        var mail = (await api.PostAsync("channels", new { name = "mail", notifier = "notice.mail", settings = new { address = $"{Account}@watched.test" } }))["channel"]!;
        Assert.Contains("watched.test", (string?)mail["warning"], StringComparison.Ordinal);
        Assert.Equal("waitingForConfirmation", (string?)mail["recipient"]!["state"]);
        var refused = (string)(await api.PostAsync("channels", new { name = "nobody", notifier = "notice.mail", settings = new { address = "nobody@watched.test" } }))["channel"]!["id"]!;
        await Poll.Until(async () => (await api.GetAsync($"notices?channel={refused}"))["items"]!.AsArray() is [{ } asked] && (string?)asked["outcome"] == "refused" && ((string)asked["answer"]!).Contains("550", StringComparison.Ordinal), Limit, () => postfix.Log);
        await api.DeleteAsync($"channels/{refused}");
        await Poll.Until(() => dovecot.Waiting(Account) == 1, Limit, () => postfix.Log);
        var request = (await MailsAsync(reader)).Single();
        Assert.Contains("workspace", request.TextBody, StringComparison.Ordinal);
        var confirm = Link(request, "confirm");
        await host.Client.GetStringAsync(confirm); // A scanner opens it.
        Assert.Equal("waitingForConfirmation", await RecipientStateAsync(api, mail));
        await OneClickAsync(host, confirm);
        Assert.Equal("confirmed", await RecipientStateAsync(api, mail));
        Assert.True((bool)(await api.PostAsync($"channels/{mail["id"]}/test"))["delivered"]!, postfix.Log);

        await bind.PublishAsync("mta-sts.watched.test", "CNAME");
        await api.PostAsync("domains/watched.test/check");
        await Poll.Until(() => receiver.To("/works").Any(), Limit, () => $"the webhook gets it\n{host.Output}");
        await Poll.Until(() => dovecot.Waiting(Account) == 3, Limit, () => postfix.Log);
        Assert.Equal("waiting", await OutcomeAsync(api, hanging));
        await Poll.Until(async () => ((string?)(await api.GetAsync($"notices?channel={gone}"))["items"]![0]!["answer"])!.Contains("410", StringComparison.Ordinal), Limit, () => host.Output);
        Assert.Null((await api.GetAsync($"channels/{gone}"))["paused"]); // A refusal may be temporary: the channel is paused after hours.

        // The notice of its end is in the same thread, after the window.
        await bind.PublishAsync("mta-sts.watched.test", "CNAME", (string)(await api.GetAsync("domains/watched.test"))["cnameTarget"]! + ".");
        await api.PostAsync("domains/watched.test/check");
        await Poll.Until(() => receiver.To("/works").Any(notice => (string?)notice["type"] == "alert.resolved"), Limit, () => host.Output);
        await Poll.Until(() => dovecot.Waiting(Account) >= 4, Limit, () => postfix.Log);
        var mails = await MailsAsync(reader);
        var thread = mails.Where(message => message.Subject!.Contains("CNAME", StringComparison.Ordinal)).ToArray();
        Assert.Equal(2, thread.Length);
        Assert.Equal(thread[0].References, thread[1].References);
        Assert.Equal(mails.Count, mails.Select(message => message.MessageId).Distinct().Count());
        Assert.Empty(receiver.Forged);

        // Every mail can be unsubscribed from without an account; the other channels receive a notice that a channel was paused.
        Assert.All(mails, message => Assert.Equal($"<{Link(message, "unsubscribe")}>", message.Headers[MimeKit.HeaderId.ListUnsubscribe]));
        await host.Client.GetStringAsync(Link(mails[^1], "unsubscribe"));
        Assert.Equal("confirmed", await RecipientStateAsync(api, mail));
        await OneClickAsync(host, Link(mails[^1], "unsubscribe"));
        Assert.Equal("Unsubscribed by the recipient.", (string?)(await api.GetAsync($"channels/{mail["id"]}"))["paused"]!["reason"]);
        await Poll.Until(() => receiver.To("/works").Any(notice => ((string)notice["data"]!["title"]!).StartsWith("Channel paused: mail", StringComparison.Ordinal)), Limit, () => host.Output);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.GetAsync(new Uri(host.DashboardUrl, "/recipients/unsubscribe/made-up"))).StatusCode);
    }

    /// <summary>The owner of a workspace cannot make the service connect to the operator's network.</summary>
    [Fact]
    public async Task Channel_ToAPrivateAddress_IsRefusedUnlessTheOperatorAllowsIt()
    {
        await using var receiver = new NoticeReceiver();
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(("Modules:notice_webhook:AllowHttp", "true")));
        var api = new ApiClient(host);
        var (status, problem) = await TryCreateAsync(host, receiver.Url.AbsoluteUri, receiver.Secret);
        Assert.Equal((HttpStatusCode.BadRequest, "settings.url"), (status, (string?)problem["field"]));
        Assert.Contains("not public", (string?)problem["detail"], StringComparison.Ordinal);
        // A name is looked up when the connection is made.
        var (created, channel) = await TryCreateAsync(host, $"http://localhost:{receiver.Url.Port}/", receiver.Secret);
        Assert.Equal(HttpStatusCode.Created, created);
        Assert.DoesNotContain(receiver.Secret, channel.ToJsonString(), StringComparison.Ordinal);
        var test = await api.PostAsync($"channels/{channel["channel"]!["id"]}/test");
        Assert.False((bool)test["delivered"]!);
        Assert.Contains("no public address", (string?)test["answer"], StringComparison.Ordinal);
        Assert.Empty(receiver.Notices);
        var log = (await api.GetAsync("notices"))["items"]!.AsArray().Single()!;
        Assert.Equal(("test", "refused"), ((string?)log["kind"], (string?)log["outcome"]));
    }

    private static async Task<(HttpStatusCode Status, JsonNode Body)> TryCreateAsync(HostProcess host, string url, string secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.DashboardUrl, "/api/v1/channels")) { Content = JsonContent.Create(new { name = "hook", notifier = "notice.webhook", settings = new { url, secret } }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiClient.Token);
        using var response = await host.Client.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    private static Task<JsonNode> CreateAsync(ApiClient api, string name, NoticeReceiver receiver, string path) =>
        api.PostAsync("channels", new { name, notifier = "notice.webhook", settings = new { url = receiver.Url + path, secret = receiver.Secret } });

    private static async Task<string?> OutcomeAsync(ApiClient api, string channel) =>
        (string?)(await api.GetAsync($"notices?channel={channel}"))["items"]!.AsArray().FirstOrDefault(notice => (string?)notice!["kind"] == "alertRaised")?["outcome"];

    private static async Task<List<MimeKit.MimeMessage>> MailsAsync(ImapClient reader)
    {
        await reader.Inbox!.OpenAsync(FolderAccess.ReadOnly);
        var mails = new List<MimeKit.MimeMessage>();
        foreach (var item in await reader.Inbox.FetchAsync(0, -1, MessageSummaryItems.UniqueId))
            mails.Add(await reader.Inbox.GetMessageAsync(item.UniqueId));
        await reader.Inbox.CloseAsync();
        return mails;
    }

    private static Uri Link(MimeKit.MimeMessage mail, string purpose) => new(System.Text.RegularExpressions.Regex.Match(mail.TextBody!, $@"http\S+/recipients/{purpose}/\S+").Value);

    /// <summary>As a mail program does it (RFC 8058 §3.2): no cookie, no token of a form, no redirect followed.</summary>
    private static async Task OneClickAsync(HostProcess host, Uri link)
    {
        using var body = new FormUrlEncodedContent([KeyValuePair.Create("List-Unsubscribe", "One-Click")]);
        using var response = await host.Client.PostAsync(link, body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task<string?> RecipientStateAsync(ApiClient api, JsonNode channel) => (string?)(await api.GetAsync($"channels/{channel["id"]}"))["recipient"]!["state"];

    private static async Task GoLiveAsync(ApiClient api, BindServer bind, string domain)
    {
        var claimed = await api.PostAsync("domains", new { name = domain });
        await api.PutAsync($"domains/{domain}/policy", new { mode = "testing", mx = new[] { "mx1." + domain }, maxAge = 86_400, @override = true });
        await api.PutAsync($"domains/{domain}/hosting");
        await bind.PublishAsync("mta-sts." + domain, "CNAME", (string)claimed["cnameTarget"]! + ".");
        await api.PostAsync($"domains/{domain}/check");
        await Poll.Until(async () => (string?)(await api.GetAsync($"domains/{domain}"))["hosting"]!["state"] == "live", Limit, $"{domain} is live");
    }

    private static string Domain(int number) => $"n{number}.test";

    private static Dictionary<string, string?> Settings(BindServer bind, params (string Key, string Value)[] more) => ApiClient.Settings(
        [("Dns:Servers", bind.Address.ToString()), ("Modules:notice_webhook:AllowHttp", "true"), ("Modules:notice_webhook:AllowPrivateAddresses", "true"), .. more]);
}
