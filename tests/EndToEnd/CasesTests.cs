using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>
/// Deliveries of several reports, damaged ones and odd wrappings, by upload, HTTPS POST and SMTP: each readable report is counted once, each part that cannot be read
/// stands in quarantine with its reason and can be replayed.
/// </summary>
public sealed class CasesTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>As the folder's index says: reports counted, and what the quarantine's reasons hold; mails also go by SMTP.</summary>
    private static readonly (string File, string Domain, int Counted, string[] Kept)[] Cases =
    [
        ("mbox-30.mbox", "e04.bug-four.net", 27, []),
        ("mbox-mixed-separators.mbox", "e01.bug-four.net", 3, []),
        ("mbox-bare-from.mbox", "b03.bug-one.net", 3, []),
        ("mbox-leading-blank.mbox", "b06.bug-one.net", 3, []),
        ("mbox-from-in-body.mbox", "y03.bug-eight.net", 3, []),
        ("eml-concatenated.txt", "b10.bug-one.net", 3, []),
        ("json-concatenated.json", "b11.bug-one.net", 3, []),
        ("json-lines.jsonl", "b12.bug-one.net", 3, []),
        ("json-array.json", "b13.bug-one.net", 3, []),
        ("json-gz-concatenated.json.gz", "b14.bug-one.net", 3, []),
        ("reports.tar.gz", "b15.bug-one.net", 3, []),
        ("mail-good-and-cut-gzip.eml", "k02.bug-nine.net", 1, ["gzip data is damaged or ends early"]),
        ("mail-good-and-no-date-range.eml", "k04.bug-nine.net", 1, ["date-range is absent"]),
        ("mail-zip-one-damaged.eml", "y08.bug-eight.net", 2, ["gzip data is damaged or ends early"]),
        ("zip-1001.zip", "z04.bug-five.net", 1000, ["more than 1000 files"]),
        ("mac-zip-60.zip", "z02.bug-five.net", 60, []),
        ("mac-finder.zip", "b17.bug-one.net", 3, []),
        ("perl-zip-0.zip", "q1.bug-ten.net", 1, []),
        ("zip64-central.zip", "b23.bug-one.net", 1, []),
        ("policy-type-1.json", "j20.bug-three.net", 1, []),
        ("details-object.json", "j16.bug-three.net", 1, []),
        ("date-01.json", "j02.bug-three.net", 1, []),
        ("date-05.json", "j06.bug-three.net", 1, []),
        ("mail-no-cte.eml", "c02.bug-two.net", 1, []),
        ("mail-fwd-octet.eml", "c14.bug-two.net", 1, []),
        ("mail-zip-of-eml.eml", "c15.bug-two.net", 1, []),
        ("mail-smime-opaque.eml", "c19.bug-two.net", 1, []),
        ("1.emlx", "b31.bug-one.net", 1, []),
        ("microsoft-reasons.json", "ms.bug-six.net", 1, []),
        ("policy-string-1.json", "join.bug-six.net", 1, []),
        ("policy-string-5.json", "join.bug-six.net", 1, []),
        ("policy-string-6.json", "join.bug-six.net", 1, []),
        ("policy-string-7.json", "join.bug-six.net", 1, []),
        ("report.msg", "y01.bug-eight.net", 0, ["save it as .eml"]),
    ];

    [Theory]
    [InlineData("upload", Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    [InlineData("https")]
    [InlineData("smtp", Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    public async Task Cases_ByEachWay_AreCountedAsTheirIndexSays(string way)
    {
        var folder = CaseFolder.Require();
        await using var scene = await Scene.StartAsync();
        var cases = Cases.Where(one => way != "smtp" || Path.GetExtension(one.File) == ".eml" || one.File == "eml-concatenated.txt").ToArray();
        var claimed = new HashSet<string>(StringComparer.Ordinal);
        var wrong = new List<string>();
        foreach (var one in cases)
        {
            // Some are about one domain.
            var before = claimed.Add(one.Domain) ? 0 : await scene.SettledAsync(one.Domain, 0);
            if (before == 0)
                await scene.Api.PostAsync("domains", new { name = one.Domain });
            var kept = (await scene.QuarantineAsync()).Count;
            await scene.DeliverAsync(way, one.Domain, await File.ReadAllBytesAsync(Path.Combine(folder, one.File)));
            var counted = await scene.SettledAsync(one.Domain, before + one.Counted) - before;
            // An upload's archive is opened: what is beyond the limit is told in the answer, and there is no envelope to keep it in.
            var reasons = way == "upload" && one.File == "zip-1001.zip" ? [] : one.Kept;
            var items = (await scene.QuarantineAsync(kept + reasons.Length)).SkipLast(kept).ToArray();
            if (counted != one.Counted || items.Length != reasons.Length || !reasons.All(part => items.Any(item => ((string)item!["reason"]!).Contains(part, StringComparison.Ordinal))))
                wrong.Add($"{one.File}: {counted} counted; {string.Join(" | ", items.Select(item => (string)item!["reason"]!))}");
        }
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("upload", Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    [InlineData("https", Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    [InlineData("smtp")]
    public async Task Mail_WithAnUnreadablePart_CountsTheOthersOnceAndKeepsThePart(string way)
    {
        const string Domain = "harbour.example";
        await using var scene = await Scene.StartAsync();
        await scene.Api.PostAsync("domains", new { name = Domain });
        string[] parts = [Report(Domain, 1), "{\"policies\":[]}", Report(Domain, 2)];
        var mail = "From: a@b.example\r\nTo: c@d.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=f\r\n\r\n"
            + string.Concat(parts.Select((part, i) => $"--f\r\nContent-Type: application/tlsrpt+json; name=\"r{i}.json\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(Encoding.UTF8.GetBytes(part), Base64FormattingOptions.InsertLineBreaks)}\r\n")) + "--f--\r\n";
        await scene.DeliverAsync(way, Domain, Encoding.ASCII.GetBytes(mail));
        Assert.Equal(2, await scene.SettledAsync(Domain, 2));

        var item = Assert.Single(await scene.QuarantineAsync(1))!;
        Assert.Equal("MissingDateRange", (string?)item["code"]);
        Assert.Contains("part 2 (r1.json): The report's date-range is absent", (string)item["reason"]!, StringComparison.Ordinal);
        Assert.Equal("part 2 (r1.json)", (string?)Assert.Single(item["parts"]!.AsArray())!["where"]);
        Assert.Contains("--f--", Encoding.ASCII.GetString(await scene.Api.GetBytesAsync($"quarantine/{item["id"]}/raw")), StringComparison.Ordinal);

        var replayed = await scene.Api.PostAsync($"quarantine/{item["id"]}/replay");
        Assert.Equal("counted", (string?)replayed["outcome"]);
        Assert.Contains("date-range is absent", (string?)replayed["reason"], StringComparison.Ordinal);
        Assert.Equal(2, await scene.SettledAsync(Domain, 2));
        Assert.Single(await scene.QuarantineAsync(1));
        await scene.Api.DeleteAsync($"quarantine/{item["id"]}");
        await Poll.Until(async () => (await scene.QuarantineAsync()).Count == 0, Limit, "the part is gone");
        Assert.Equal(2, await scene.SettledAsync(Domain, 2));
    }

    /// <summary>Files that were joined, and a digest of mails: what stood behind the first was dropped.</summary>
    [Theory]
    [InlineData("upload", Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    [InlineData("https")]
    [InlineData("smtp", Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    public async Task Joined_ByEachWay_AreAllCountedOnce(string way)
    {
        const string Domain = "harbour.example";
        await using var scene = await Scene.StartAsync();
        await scene.Api.PostAsync("domains", new { name = Domain });
        var dashes = "\r\n" + new string('-', 30) + "\r\n\r\n";
        var digest = "From: list@sender.example\r\nTo: list@sender.example\r\nSubject: Digest\r\n\r\nTopics:\r\n" + string.Join("", Enumerable.Range(1, 3).Select(day => dashes + $"Date: Sun, {day} Nov 2026 01:00:00 +0000\r\nFrom: r@sender.example\r\nSubject: Report\r\n\r\n{Report(Domain, day)}\r\n"));
        byte[] joined = [.. Packed(Report(Domain, 1)), .. Zip(Report(Domain, 2)), .. Encoding.UTF8.GetBytes(Report(Domain, 3)), .. Encoding.ASCII.GetBytes(dashes + "sent by a gateway\r\n")];
        await scene.DeliverAsync(way, Domain, way == "smtp" ? Encoding.UTF8.GetBytes(digest) : joined);
        Assert.Equal(3, await scene.SettledAsync(Domain, 3));
        Assert.Empty(await scene.QuarantineAsync());

        byte[] damaged = [.. Zip(Report(Domain, 4)), .. Packed(Report(Domain, 5))[..^30], .. Packed(Report(Domain, 6))];
        var attached = $"From: a@sender.example\r\nSubject: r\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n{Convert.ToBase64String(damaged, Base64FormattingOptions.InsertLineBreaks)}\r\n";
        await scene.DeliverAsync(way, Domain, way == "smtp" ? Encoding.ASCII.GetBytes(attached) : damaged);
        Assert.Equal(5, await scene.SettledAsync(Domain, 5));
        Assert.Contains("gzip member 2: The gzip data is damaged", (string)Assert.Single(await scene.QuarantineAsync(1))!["reason"]!, StringComparison.Ordinal);
    }

    private static byte[] Packed(string report)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            gzip.Write(Encoding.UTF8.GetBytes(report));
        return packed.ToArray();
    }

    private static byte[] Zip(string report)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        using (var member = zip.CreateEntry("r.json").Open())
            member.Write(Encoding.UTF8.GetBytes(report));
        return packed.ToArray();
    }

    private static string Report(string domain, int day)
    {
        var start = new DateTimeOffset(2026, 11, day, 0, 0, 0, TimeSpan.Zero);
        return Encoding.UTF8.GetString(ReportWriter.Write(new TlsReport
        {
            OrganizationName = "Bigmail",
            ContactInfo = "a@bigmail.example",
            ReportId = "r" + day.ToString(CultureInfo.InvariantCulture),
            Start = start,
            End = start.AddDays(1),
            Policies = [new ReportedPolicy { PolicyType = PolicyTypes.Sts, PolicyDomain = domain, Successful = 7 }],
        }));
    }

    /// <summary>The built host with a receiver of mail.</summary>
    private sealed class Scene(HostProcess host, int smtp) : IAsyncDisposable
    {
        public ApiClient Api { get; } = new(host);

        public static async Task<Scene> StartAsync()
        {
            var smtp = FreePort.Next();
            var host = await HostProcess.StartAsync(ApiClient.Settings(("Modules:source_smtp:Smtp", $"127.0.0.1:{smtp}")));
            await Poll.Until(() => host.Output.Contains("Listening for reports: SMTP", StringComparison.Ordinal), Limit, "the receiver listens");
            return new Scene(host, smtp);
        }

        /// <summary>What stands in quarantine, once as many envelopes do as are expected: its list may be written after the counts.</summary>
        public async Task<JsonArray> QuarantineAsync(int expected = 0)
        {
            JsonArray items = [];
            await Poll.Until(async () => (items = (await Api.GetAsync("quarantine?limit=100"))["items"]!.AsArray()).Count >= expected, Limit, $"{expected} envelopes stand in quarantine");
            return items;
        }

        public async Task DeliverAsync(string way, string domain, byte[] raw)
        {
            var address = (string)(await Api.GetAsync("domains/" + domain))["reportAddress"]!;
            if (way == "upload")
            {
                var answer = await Api.UploadAsync(raw);
                Assert.True(answer["refused"] is not { } refused || (int)refused == 0 || answer["items"]!.AsArray()[^1]!["reason"]!.ToString().Contains("1,000", StringComparison.Ordinal), "nothing is refused but what is beyond the limit");
            }
            else if (way == "https")
            {
                using var content = new ByteArrayContent(raw);
                using var response = await host.Client.PostAsync(new Uri(host.GatewayUrl, "/tlsrpt/" + address.Split('@')[0]), content);
                Assert.Equal(HttpStatusCode.Created, response.StatusCode);
            }
            else
            {
                await SmtpAsync(address, raw);
            }
        }

        /// <summary>How many reports are counted, once as many are or none has been added for a while.</summary>
        public async Task<int> SettledAsync(string domain, int expected)
        {
            var (counted, still) = (-1, 0);
            while (still < 200)
            {
                var now = (int)(await Api.GetAsync($"domains/{domain}/scorecard?from=2026-01-01&to=2026-12-31"))["reports"]!;
                still = now == counted ? still + (now >= expected ? 100 : 1) : 0;
                counted = now;
                await Task.Delay(100);
            }
            return counted;
        }

        public ValueTask DisposeAsync() => host.DisposeAsync();

        // The bytes as they are: clients write header fields anew.
        private async Task SmtpAsync(string address, byte[] mail)
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, smtp);
            await using var stream = client.GetStream();
            using var reader = new StreamReader(stream, Encoding.ASCII);
            await Expect("220");
            await Say("EHLO sender.example", "250");
            await Say("MAIL FROM:<reports@sender.example>", "250");
            await Say($"RCPT TO:<{address}>", "250");
            await Say("DATA", "354");
            var text = Encoding.Latin1.GetString(mail).ReplaceLineEndings("\r\n").Replace("\r\n.", "\r\n..", StringComparison.Ordinal);
            await stream.WriteAsync(Encoding.Latin1.GetBytes(text + "\r\n.\r\n"));
            await Expect("250");

            async Task Say(string command, string code)
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
                await Expect(code);
            }

            async Task Expect(string code)
            {
                string line;
                do
                    line = await reader.ReadLineAsync() ?? throw new IOException("The receiver hung up.");
                while (line.Length > 3 && line[3] == '-');
                Assert.StartsWith(code, line, StringComparison.Ordinal);
            }
        }
    }
}
