using System.Globalization;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>Reports by mail from real senders, over SMTP and LMTP: every accepted mail is counted once, against sums made by a reader that is not ours.</summary>
public sealed class SmtpTests
{
    /// <summary>Takes the policies that name no domain, as a claim's address does.</summary>
    private const string Fallback = "fallback.example";

    private const string MailDomain = "tlsrpt.localhost";
    private const string Unknown = "abcdefghijklmnopqrstuvwxyz@" + MailDomain;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData(false)]
    [InlineData(true, Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    public async Task Mails_BySwaksAndSmtplib_AreCountedOnceEach(bool corpus)
    {
        using var folder = new TempFolder();
        var mails = Mails(corpus, folder);
        await using var scene = await SmtpScene.StartAsync();
        var shares = await scene.ClaimAsync(mails);

        foreach (var mail in mails)
        {
            var (code, output) = await MailSender.SwaksAsync("--server", $"127.0.0.1:{scene.Smtp}", "--from", "reports@sender.example", "--to", scene.Address, "--data", "@" + mail, "-tls", "--tls-verify", "--tls-ca-path", scene.Root);
            Assert.True(code == 0, $"{mail}: {output}");
            Assert.Contains("TLS started with cipher TLSv1.3", output, StringComparison.Ordinal);
            Assert.Contains("<~  250 2.0.0 Stored as rp-", output, StringComparison.Ordinal);
        }
        await Scorecards.AssertAsync(scene.Api, shares);

        // The same mails by other clients over other protocols: nothing is counted twice.
        await MailSender.SmtplibAsync(lmtp: false, scene.Smtp, scene.Address, mails);
        await MailSender.SmtplibAsync(lmtp: true, scene.Lmtp, scene.Address, mails);
        await Scorecards.AssertAsync(scene.Api, shares);
        // What is no report stands in quarantine; each client ends its last line in its own way, so it is another envelope.
        var none = mails.Count(mail => PlainReader.Read(File.ReadAllBytes(mail)) is null);
        await Poll.Until(async () => (await scene.Api.GetAsync("quarantine"))["items"]!.AsArray().Count >= none, Limit, "what is no report stands in quarantine");
        Assert.InRange((await scene.Api.GetAsync("quarantine"))["items"]!.AsArray().Count, none, 2 * none);
    }

    [Theory]
    [InlineData(false, "smtp", Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    [InlineData(false, "lmtp")]
    [InlineData(true, "lmtp", Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    public async Task Mails_ThroughPostfix_AreCountedOnceEach(bool corpus, string transport)
    {
        using var folder = new TempFolder();
        var mails = Mails(corpus, folder);
        await using var scene = await SmtpScene.StartAsync();
        var shares = await scene.ClaimAsync(mails);
        await using var postfix = await PostfixServer.StartAsync(MailDomain, scene.Transport(transport));

        await MailSender.SmtplibAsync(lmtp: false, postfix.Port, scene.Address, mails);
        await postfix.DrainAsync(Limit);

        await Poll.Until(() => postfix.Deliveries().Count >= mails.Length, Limit, "Postfix has logged every delivery");
        Assert.Equal(mails.Length, postfix.Deliveries().Count(delivery => delivery.StartsWith("status=sent (250 2.0.0 Stored as rp-", StringComparison.Ordinal)));
        Assert.Equal(mails.Length, postfix.Deliveries().Count);
        Assert.Contains("TLS connection established to 127.0.0.1", postfix.Log, StringComparison.Ordinal);
        await Scorecards.AssertAsync(scene.Api, shares);
    }

    [Fact]
    public async Task Recipients_UnknownOrForeign_AreRefused()
    {
        await using var scene = await SmtpScene.StartAsync();
        await scene.ClaimAsync([]);
        var (code, output) = await MailSender.SwaksAsync("--server", $"127.0.0.1:{scene.Smtp}", "--from", "a@sender.example", "--to", Unknown);
        Assert.Equal(24, code);
        Assert.Contains("<** 550 5.1.1", output, StringComparison.Ordinal);
        (code, output) = await MailSender.SwaksAsync("--server", $"127.0.0.1:{scene.Smtp}", "--from", "a@sender.example", "--to", "someone@elsewhere.example");
        Assert.Equal(24, code);
        Assert.Contains("<** 550 5.7.1", output, StringComparison.Ordinal);
        (code, output) = await MailSender.SwaksAsync("--server", $"127.0.0.1:{scene.Smtp}", "--from", "<>", "--to", $"{scene.Address},{Unknown}", "--body", "no report", "--pipeline");
        Assert.True(code == 0, output);
        Assert.Contains("250 2.1.5 Ok", output, StringComparison.Ordinal);
        Assert.Contains("550 5.1.1", output, StringComparison.Ordinal);
        await Poll.Until(async () => (await scene.Api.GetAsync("quarantine"))["items"]!.AsArray().Count == 1, Limit, "what is no report is kept where it is seen");
    }

    [Fact]
    public async Task Postfix_RecipientGone_BouncesInsteadOfRetrying()
    {
        using var folder = new TempFolder();
        await using var scene = await SmtpScene.StartAsync();
        await using var postfix = await PostfixServer.StartAsync(MailDomain, scene.Transport("lmtp"), "notify_classes =", "bounce_queue_lifetime = 0", "default_transport = discard:");
        await MailSender.SmtplibAsync(lmtp: false, postfix.Port, Unknown, Mails(corpus: false, folder)[..1]);
        await Poll.Until(() => postfix.Deliveries().Any(delivery => delivery.StartsWith("status=bounced", StringComparison.Ordinal) && delivery.Contains("550 5.1.1", StringComparison.Ordinal)), Limit, "it is bounced");
        await postfix.DrainAsync(Limit);
    }

    /// <summary>The set-up of the module's README: the server in front knows no recipients and asks.</summary>
    [Fact]
    public async Task PostfixInFront_AsTheReadmeSays_RefusesUnknownRecipientsItself()
    {
        using var folder = new TempFolder();
        var mails = Mails(corpus: false, folder);
        await using var scene = await SmtpScene.StartAsync();
        var shares = await scene.ClaimAsync(mails);
        await using var postfix = await PostfixServer.StartAsync(MailDomain, "error:not used",
            "relay_recipient_maps =",
            "smtpd_recipient_restrictions = reject_unauth_destination reject_unverified_recipient",
            "unverified_recipient_reject_code = 550",
            $"transport_maps = inline:{{ {MailDomain}=lmtp:inet:127.0.0.1:{scene.Lmtp} }}");
        var (code, output) = await MailSender.SwaksAsync("--server", $"127.0.0.1:{postfix.Port}", "--from", "a@sender.example", "--to", Unknown);
        Assert.Equal(24, code);
        Assert.Contains("<** 550 5.1.1", output, StringComparison.Ordinal);
        await MailSender.SmtplibAsync(lmtp: false, postfix.Port, scene.Address, mails);
        await Scorecards.AssertAsync(scene.Api, shares);
    }

    [Theory]
    [InlineData("smtp")]
    [InlineData("lmtp", Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    public async Task Storage_Stopped_PostfixTriesAgainAndTheReportCountsOnce(string transport)
    {
        using var folder = new TempFolder();
        var mails = Mails(corpus: false, folder);
        await using var postgres = await PostgresServer.StartAsync(durable: true);
        await using var scene = await SmtpScene.StartAsync(("Storage:Provider", "PostgreSql"), ("Storage:ConnectionString", await postgres.CreateDatabaseAsync()));
        var shares = await scene.ClaimAsync(mails);
        await using var postfix = await PostfixServer.StartAsync(MailDomain, scene.Transport(transport));
        await MailSender.SmtplibAsync(lmtp: false, postfix.Port, scene.Address, mails[..1]);
        await postfix.DrainAsync(Limit);

        await postgres.StopAsync();
        await MailSender.SmtplibAsync(lmtp: false, postfix.Port, scene.Address, mails[1..]);
        await Poll.Until(() => postfix.Deliveries().Count(IsPutOff) > 2 * mails.Length, Limit, "it is put off, and put off again");
        Assert.Single(postfix.Deliveries(), IsStored);

        await postgres.StartAgainAsync();
        await postfix.DrainAsync(Limit);
        await Poll.Until(() => postfix.Deliveries().Count(IsStored) == mails.Length, Limit, "Postfix has logged every delivery");
        await Scorecards.AssertAsync(scene.Api, shares);

        static bool IsPutOff(string delivery) => delivery.StartsWith("status=deferred", StringComparison.Ordinal) && delivery.Contains("451 4.3.0", StringComparison.Ordinal);
        static bool IsStored(string delivery) => delivery.StartsWith("status=sent (250 2.0.0 Stored", StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_Taken_ServiceRunsOnAndTakesItWhenItIsFree()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(("Modules:source_smtp:Smtp", $"127.0.0.1:{port}")));
        await Poll.Until(() => host.Output.Contains("is restarted in", StringComparison.Ordinal), Limit, "it is said");
        Assert.Contains($"SMTP on 127.0.0.1:{port} cannot be opened", host.Output, StringComparison.Ordinal);
        taken.Stop();
        await Poll.Until(() => host.Output.Contains($"Listening for reports: SMTP on 127.0.0.1:{port}", StringComparison.Ordinal), Limit, "it listens");
    }

    /// <summary>Files of mails: real ones, or our own, which prove something without the corpus.</summary>
    private static string[] Mails(bool corpus, TempFolder folder)
    {
        if (corpus)
            return [.. CorpusIndex.Deliveries(CorpusFolder.Require()).Select(delivery => delivery.Path).Where(path => Path.GetExtension(path) == ".eml")];
        const int Count = 12;
        for (var number = 0; number < Count; number++)
            File.WriteAllBytes(folder[Name(number)], Mail(number));
        return [.. Enumerable.Range(0, Count).Select(number => folder[Name(number)])];

        static string Name(int number) => $"{number.ToString("D2", CultureInfo.InvariantCulture)}.eml";
    }

    private static byte[] Mail(int number)
    {
        var domain = number % 3 == 0 ? "harbour.example" : "orchard.example";
        var start = new DateTimeOffset(2026, 3, 1 + number, 0, 0, 0, TimeSpan.Zero);
        var failures = number % 4;
        var sts = new ReportedPolicy
        {
            PolicyType = PolicyTypes.Sts,
            PolicyDomain = domain,
            Successful = 100 + (number * 7),
            Failed = failures,
            Details = failures == 0 ? [] : [new FailureDetail { ResultType = ResultTypes.CertificateExpired, ReceivingMxHostname = $"mx{number % 2}.{domain}", FailedSessions = failures }],
        };
        var report = new TlsReport
        {
            OrganizationName = "Bigmail Inc.",
            ContactInfo = "reports@bigmail.example",
            ReportId = $"r{number.ToString(CultureInfo.InvariantCulture)}",
            Start = start,
            End = start.AddDays(1).AddSeconds(-1),
            Policies = number % 5 == 0 ? [sts, sts with { PolicyType = PolicyTypes.Tlsa, Failed = 0, Details = [] }] : [sts],
        };
        return ReportMail.Write(report, domain, new ReportMailOptions { From = "reports@bigmail.example", To = "reports@" + domain, Date = start.AddDays(1), Compress = number % 2 == 0 });
    }

    /// <summary>The built host with a receiver, and a certificate for STARTTLS.</summary>
    private sealed class SmtpScene : IAsyncDisposable
    {
        private readonly TempFolder folder = new();
        private readonly TestAuthority authority = new();
        private HostProcess? host;
        private ApiClient? api;

        public int Smtp { get; } = FreePort.Next();

        public int Lmtp { get; } = FreePort.Next();

        public string Root => folder["root.pem"];

        public ApiClient Api => api!;

        /// <summary>Where reports for <see cref="Fallback"/> go.</summary>
        public string Address { get; private set; } = "";

        public static async Task<SmtpScene> StartAsync(params (string, string)[] settings)
        {
            var scene = new SmtpScene();
            var (certificate, key) = scene.authority.Issue("mx.reports.example");
            await File.WriteAllTextAsync(scene.folder["certificate.pem"], certificate);
            await File.WriteAllTextAsync(scene.folder["key.pem"], key);
            await File.WriteAllTextAsync(scene.Root, scene.authority.RootPem);
            scene.host = await HostProcess.StartAsync(ApiClient.Settings(
            [
                ("Modules:source_smtp:Smtp", $"127.0.0.1:{scene.Smtp}"),
                ("Modules:source_smtp:Lmtp", $"127.0.0.1:{scene.Lmtp}"),
                ("Modules:source_smtp:CertificatePath", scene.folder["certificate.pem"]),
                ("Modules:source_smtp:CertificateKeyPath", scene.folder["key.pem"]),
                .. settings,
            ]));
            scene.api = new ApiClient(scene.host);
            await Poll.Until(() => scene.host.Output.Contains("Listening for reports: SMTP", StringComparison.Ordinal), Limit, "the receiver listens");
            return scene;
        }

        public string Transport(string protocol) => protocol == "lmtp" ? $"lmtp:inet:127.0.0.1:{Lmtp}" : $"smtp:[127.0.0.1]:{Smtp}";

        /// <summary>Claims every domain of the mails, and returns what they add up to.</summary>
        public async Task<IReadOnlyList<Share>> ClaimAsync(IReadOnlyList<string> mails)
        {
            var shares = Scorecards.Sum(mails.Select(File.ReadAllBytes), Fallback);
            foreach (var domain in shares.Select(share => share.Domain).Append(Fallback).Distinct())
                await Api.PostAsync("domains", new { name = domain });
            Address = (string)(await Api.GetAsync($"domains/{Fallback}"))["reportAddress"]!;
            return shares;
        }

        public async ValueTask DisposeAsync()
        {
            if (host is not null)
                await host.DisposeAsync();
            authority.Dispose();
            folder.Dispose();
        }
    }
}
