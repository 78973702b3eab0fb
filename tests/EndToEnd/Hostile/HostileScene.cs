using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MailKit.Net.Imap;
using MailKit.Security;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd.Hostile;

/// <summary>Where reports come in.</summary>
internal enum Source
{
    Https,
    Upload,
    Smtp,
    Lmtp,
    Maildir,
    Imap,
}

/// <summary>What a source answered.</summary>
/// <param name="IsStored">It was acknowledged.</param>
/// <param name="Text">What was said.</param>
/// <param name="Json">An upload's outcome.</param>
internal sealed record Answer(bool IsStored, string Text, JsonNode? Json);

/// <summary>The built host with every network source on, warmed up, its memory watched. One for all tests of a class.</summary>
public sealed class HostileScene : IAsyncLifetime
{
    /// <summary>What well-behaved senders report on.</summary>
    public const string Good = "harbour.example";

    private const string Name = "tlsrpt.reports.example";
    private const string Hosted = "mta-sts.hosted.test";
    private const string Account = "reports";
    private const int WarmUps = 10;

    /// <summary>What a test's machine may take for anything at all.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly TempFolder folder = new();
    private readonly TestAuthority authority = new();
    private HostProcess? host;
    private DovecotServer? dovecot;
    private ImapClient? person;
    private MemoryWatch? memory;
    private BindServer? bind;
    private NginxServer? nginx;
    private PauseWatch? gatewayPauses;
    private PauseWatch? nginxPauses;
    private int good;
    private int files;

    public IPEndPoint Gateway { get; } = new(IPAddress.Loopback, FreePort.Next());

    public IPEndPoint Smtp { get; } = new(IPAddress.Loopback, FreePort.Next());

    public IPEndPoint Lmtp { get; } = new(IPAddress.Loopback, FreePort.Next());

    /// <summary>MiB after the warm-up.</summary>
    public long Idle { get; private set; }

    /// <summary>Whose address is attacked.</summary>
    public string Attacked { get; private set; } = "";

    /// <summary>The address of <see cref="Attacked"/>.</summary>
    public string Address { get; private set; } = "";

    private string GoodAddress { get; set; } = "";

    private int attackedDomains;

    private HostProcess Host => host!;

    internal ApiClient Api => new(Host);

    internal MemoryWatch Memory => memory!;

    /// <summary>How long the gateway keeps a sender waiting.</summary>
    internal PauseWatch GatewayPauses => gatewayPauses!;

    /// <summary>How long nginx does, on the same machine at the same time: what the machine itself takes.</summary>
    internal PauseWatch NginxPauses => nginxPauses!;

    private string Maildir => folder["Maildir"];

    public async ValueTask InitializeAsync()
    {
        foreach (var part in new[] { "new", "cur", "tmp" })
            Directory.CreateDirectory(Path.Combine(Maildir, part));
        dovecot = await DovecotServer.StartAsync();
        bind = await BindServer.StartAsync();
        host = await HostProcess.StartAsync(
            ApiClient.Settings(
                ("Dns:Servers", bind.Address.ToString()), ("Modules:source_smtp:Smtp", Smtp.ToString()), ("Modules:source_smtp:Lmtp", Lmtp.ToString()),
                ("Modules:source_smtp:Idle", "00:00:15"), ("Modules:source_smtp:DataTime", "00:00:30"),
                ("Modules:source_maildir:Path", Maildir), ("Modules:source_maildir:Poll", "00:00:01"),
                ("Modules:source_imap:Host", "localhost"), ("Modules:source_imap:Port", dovecot.Port.ToString(CultureInfo.InvariantCulture)), ("Modules:source_imap:Tls", "StartTls"),
                ("Modules:source_imap:CaPath", dovecot.Root), ("Modules:source_imap:UserName", Account), ("Modules:source_imap:Password", DovecotServer.Password)),
            tls: new GatewayTls(Gateway, authority, Name, Hosted));
        person = new ImapClient();
        await person.ConnectAsync("127.0.0.1", dovecot.Port, SecureSocketOptions.None);
        await person.AuthenticateAsync(Account, DovecotServer.Password);
        GoodAddress = (string)(await Api.PostAsync("domains", new { name = Good }))["reportAddress"]!;
        await Poll.Until(() => Host.Output.Contains("Listening for reports: SMTP", StringComparison.Ordinal) && Host.Output.Contains("from the folder INBOX", StringComparison.Ordinal), Limit, "the sources listen");
        for (var round = 0; round < WarmUps; round++)
        {
            foreach (var source in Enum.GetValues<Source>())
            {
                if (source == Source.Maildir)
                    await PutIntoMaildirAsync(GoodReport(source)); // All are taken at one look into the folder.
                else
                    await SendGoodAsync(source);
            }
        }
        await AssertCountedAsync();
        memory = new MemoryWatch(Host.Id);
        Idle = memory.Now;
        await HostAsync();
        var (certificate, key) = authority.Issue(Hosted);
        await File.WriteAllTextAsync(folder["nginx.pem"], certificate);
        await File.WriteAllTextAsync(folder["nginx.key"], key);
        nginx = await NginxServer.StartAsync(new NginxFile("/.well-known/mta-sts.txt", new byte[120], "text/plain", new Dictionary<string, string>()) { Tls = (folder["nginx.pem"], folder["nginx.key"]) });
        gatewayPauses = new PauseWatch(Gateway, Hosted, authority);
        nginxPauses = new PauseWatch(new IPEndPoint(IPAddress.Loopback, nginx.Port), Hosted, authority);
    }

    public async ValueTask DisposeAsync()
    {
        memory?.Dispose();
        gatewayPauses?.Dispose();
        nginxPauses?.Dispose();
        if (nginx is not null)
            await nginx.DisposeAsync();
        person?.Dispose();
        if (host is not null)
            await host.DisposeAsync();
        if (bind is not null)
            await bind.DisposeAsync();
        if (dovecot is not null)
            await dovecot.DisposeAsync();
        authority.Dispose();
        folder.Dispose();
    }

    private async Task HostAsync()
    {
        var claimed = await Api.PostAsync("domains", new { name = "hosted.test" });
        await Api.PutAsync("domains/hosted.test/policy", new { mode = "enforce", mx = new[] { "mx1.hosted.test" }, maxAge = 604_800, @override = true });
        await Api.PutAsync("domains/hosted.test/hosting");
        await bind!.PublishAsync(Hosted, "CNAME", (string)claimed["cnameTarget"]! + ".");
        await Api.PostAsync("domains/hosted.test/check");
        await Poll.Until(async () =>
        {
            using var answer = await Host.Client.GetAsync(new Uri($"https://{Hosted}/.well-known/mta-sts.txt"));
            return answer.IsSuccessStatusCode;
        }, Limit, "the policy is served");
    }

    /// <summary>Another domain is attacked from now on: what the attacks before have used up of their address's share is not missing.</summary>
    internal async Task AttackAnotherAsync()
    {
        Attacked = string.Create(CultureInfo.InvariantCulture, $"storm{++attackedDomains}.example");
        Address = (string)(await Api.PostAsync("domains", new { name = Attacked }))["reportAddress"]!;
    }

    internal Task<RawConnection> OpenGatewayAsync() => RawConnection.OpenAsync(Gateway, Name, authority);

    /// <summary>Delivers one report as a decent sender does; returns when it is acknowledged.</summary>
    internal async Task SendGoodAsync(Source source)
    {
        var raw = GoodReport(source);
        // Who is put off comes again, as mail servers do.
        await Poll.Until(async () =>
        {
            var answer = await DeliverAsync(source, GoodAddress, raw);
            Assert.True(answer.IsStored || answer.Text.StartsWith('4') || answer.Text.StartsWith("503", StringComparison.Ordinal), $"{source}: {answer.Text}");
            return answer.IsStored;
        }, Limit, $"the report of a decent sender by {source} is taken");
    }

    /// <summary>Another report of a decent sender, which is to be counted.</summary>
    private byte[] GoodReport(Source source)
    {
        var number = Interlocked.Increment(ref good);
        var json = Encoding.ASCII.GetBytes($$$"""{"organization-name":"Bigmail","contact-info":"r@bigmail.example","date-range":{"start-datetime":"2026-03-05T00:00:00Z","end-datetime":"2026-03-05T23:59:59Z"},"report-id":"good{{{number}}}","policies":[{"policy":{"policy-type":"sts","policy-domain":"{{{Good}}}"},"summary":{"total-successful-session-count":1,"total-failure-session-count":0}}]}""");
        return source is Source.Https or Source.Upload ? json : Vectors.Wrapped(GoodAddress, Vectors.Gzip(json));
    }

    /// <summary>Every report of decent senders so far is counted, none twice.</summary>
    internal Task AssertCountedAsync() =>
        Poll.Until(async () => (int)(await Api.GetAsync($"domains/{Good}/scorecard?from=2026-03-01&to=2026-03-31"))["reports"]! == good, Limit, $"{good} reports of decent senders are counted");

    /// <summary>Hands bytes to a source for an address; returns when it has answered, or a mailbox's mail has been taken.</summary>
    internal async Task<Answer> DeliverAsync(Source source, string address, byte[] raw)
    {
        switch (source)
        {
            case Source.Https:
                using (var content = new ByteArrayContent(raw))
                using (var response = await Host.Client.PostAsync(new Uri(Host.GatewayUrl, "/tlsrpt/" + address.Split('@')[0]), content))
                    return new Answer(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}", null);
            case Source.Upload:
                using (var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Host.DashboardUrl, "/api/v1/reports")) { Content = new ByteArrayContent(raw) })
                {
                    request.Headers.Authorization = new("Bearer", ApiClient.Token);
                    using var response = await Host.Client.SendAsync(request);
                    var text = await response.Content.ReadAsStringAsync();
                    return new Answer(response.IsSuccessStatusCode, $"{(int)response.StatusCode} {text}", response.IsSuccessStatusCode ? JsonNode.Parse(text) : null);
                }
            case Source.Smtp or Source.Lmtp:
                return await MailAsync(source, address, raw);
            case Source.Maildir:
                var name = await PutIntoMaildirAsync(raw);
                await Poll.Until(() => !File.Exists(Path.Combine(Maildir, "new", name)), Limit, "the mail is taken from the Maildir");
                return new Answer(Lies(".Processed", name), "put aside", null);
            default:
                return await ImapAsync(raw);
        }
    }

    /// <returns>The file's name.</returns>
    private async Task<string> PutIntoMaildirAsync(byte[] raw)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref files)}.test");
        await File.WriteAllBytesAsync(Path.Combine(Maildir, "tmp", name), raw);
        File.Move(Path.Combine(Maildir, "tmp", name), Path.Combine(Maildir, "new", name));
        return name;
    }

    private bool Lies(string sub, string name) => Directory.Exists(Path.Combine(Maildir, sub, "cur")) && Directory.EnumerateFiles(Path.Combine(Maildir, sub, "cur"), name + "*").Any();

    private async Task<Answer> MailAsync(Source source, string address, byte[] raw)
    {
        await using var connection = await RawConnection.OpenAsync(source == Source.Smtp ? Smtp : Lmtp);
        await connection.ExpectAsync("220 ", Limit);
        foreach (var (line, reply) in new[] { (source == Source.Smtp ? "EHLO a.example" : "LHLO a.example", "250 ENH"), ("MAIL FROM:<r@bigmail.example>", "250 2.1.0"), ($"RCPT TO:<{address}>", "250 2.1.5"), ("DATA", "354 ") })
        {
            var before = connection.Said.Length;
            await connection.SendAsync(line + "\r\n");
            var said = await connection.ExpectAsync("\r\n", Limit, before);
            if (reply[..3] != said[before..Math.Min(said.Length, before + 3)])
                return new Answer(false, said[before..], null);
            await connection.ExpectAsync(reply, Limit, before);
        }
        var from = connection.Said.Length;
        await connection.SendAsync(raw);
        await connection.SendAsync("\r\n.\r\n");
        var answer = (await connection.ExpectAsync("\r\n", Limit, from))[from..];
        return new Answer(answer.StartsWith("250 ", StringComparison.Ordinal), answer, null);
    }

    private async Task<Answer> ImapAsync(byte[] raw)
    {
        dovecot!.Deliver(Account, raw);
        await Poll.Until(() => dovecot.Waiting(Account) == 0, Limit, "the mail is taken by IMAP");
        return new Answer(true, "taken", null);
    }
}
