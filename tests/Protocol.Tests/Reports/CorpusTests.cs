using System.Text.Json;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Protocol.Tests.Reports;

/// <summary>
/// Every report of the corpus, judged as its index says. Real reports belong to their senders: they are read where they lie and are not in the
/// repository, so that these tests are skipped elsewhere, under <c>CI=true</c> too. Nobody's domain is named here.
/// </summary>
public class CorpusTests
{
    /// <summary>What the index describes in a sentence and not in a row of its own, or beside the reports.</summary>
    private static readonly string[] NoDeliveries = ["INDEX.md", "_interop/matrix.md", "_interop/tlsrpt.txt"];

    /// <summary>Named by the index; its text could not be collected in every copy.</summary>
    private static readonly string[] NotInEveryCopy = ["_issues/parsedmarc-575-egressif-no-policy-found.json"];

    [Fact]
    public void Index_TheFolder_HoldsWhatItNamesAndNothingElse()
    {
        var folder = CorpusFolder.Require();
        var rows = Rows(folder).Select(static row => row.Path).ToList();
        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).ToList();

        Assert.Equal(rows.Count, rows.Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(files.Except(rows).Except(NoDeliveries));
        Assert.Empty(rows.Except(files).Except(NotInEveryCopy));
    }

    [Fact]
    public void Decode_EveryFile_HasTheVerdictOfTheIndex()
    {
        var folder = CorpusFolder.Require();
        var wrong = new List<string>();
        var read = 0;
        foreach (var (path, verdict, peculiar) in Rows(folder).Where(row => IsDelivery(row.Path) && File.Exists(Path.Combine(folder, row.Path))))
        {
            read++;
            var result = ReportDecoder.Decode(File.ReadAllBytes(Path.Combine(folder, path)), ReportLimits.Default);
            if (Judge(verdict, peculiar, result) is { } complaint)
                wrong.Add($"{path} ({verdict}; {peculiar}): {complaint}");
        }

        Assert.Empty(wrong);
        Assert.InRange(read, 35, 1000);
    }

    /// <summary>Sessions as "type successful/failed", then what was mended; facts that the index tells of or that a person counted in the file.</summary>
    [Theory]
    [InlineData("_embedded/mox-report_test-multipart-8bit-json.eml", "sts 5326/303", "")]
    [InlineData("_interop/rpt-1795445687973-1.eml", "sts 97/3, no-policy-found 5/0", "policy-domain-missing")]
    [InlineData("_interop/https-1795445687938.bin", "sts 97/3, no-policy-found 5/0", "policy-domain-missing")]
    [InlineData("_issues/cry-inc-57-microsoft-fetch-error.json", "sts 0/3", "")]
    [InlineData("_issues/cry-inc-71-contact-info-null.json", "sts 1/0", "contact-info-missing")]
    [InlineData("_issues/mox-237-microsoft-tlsa-and-sts.json", "tlsa 7/0, sts 7/0", "list-packed-in-text")]
    [InlineData("_issues/sys4-tlsrpt-reporter-51-no-policy-domain.json", "no-policy-found 1/0", "policy-domain-missing")]
    [InlineData("cry-inc+dmarc-report-viewer/testdata/smtp-tls-reports/microsoft.json", "sts 2/0, tlsa 2/0", "list-packed-in-text")]
    [InlineData("cry-inc+dmarc-report-viewer/testdata/smtp-tls-reports/no-contact.json", "sts 1/0", "mx-host-prefix, contact-info-missing")]
    [InlineData("cry-inc+dmarc-report-viewer/testdata/smtp-tls-reports/no-policy.json", "no-policy-found 1/0", "")]
    [InlineData("domainaware+parsedmarc/samples/smtp_tls/mail.ru.json", "sts 0/1", "details-exceed-total")]
    [InlineData("domainaware+parsedmarc/samples/smtp_tls/rfc8460.json", "sts 5326/303", "list-as-text")]
    [InlineData("isseis+tlsrpt-digest/testdata/tlsrpt_failure.eml", "sts 4523/2", "")]
    [InlineData("isseis+tlsrpt-digest/testdata/tlsrpt_success_google_2.eml", "sts 4/0", "")]
    [InlineData("isseis+tlsrpt-digest/testdata/tlsrpt_success_microsoft.eml", "sts 2/0", "")]
    [InlineData("mjl-+mox/testdata/tlsreports/example.eml", "sts 3/0", "")]
    [InlineData("mjl-+mox/testdata/tlsreports/microsoft.eml", "sts 2/0", "date-without-zone, date-without-zone")]
    [InlineData("phi-ag+mta-sts-exporter/examples/microsoft-2.json", "sts 7/0", "date-without-zone, date-without-zone")]
    [InlineData("robalexdev+tlsrpt-be/app/cmd/mail/test.eml", "sts 5326/303", "list-as-text")]
    [InlineData("robalexdev+tlsrpt-be/report.json", "no-policy-found 99/102", "")]
    [InlineData("stalwartlabs+mail-auth/resources/tlsrpt/rpt02.eml", "sts 23/1", "")]
    [InlineData("stalwartlabs+mail-auth/resources/tlsrpt/rpt03.json", "no-policy-found 1/0, invalid-policy-type 1/0", "count-missing, policy-domain-missing, count-missing, policy-domain-missing")]
    public void Decode_AKnownFile_GivesItsSessionsAndMends(string path, string sessions, string mends)
    {
        var report = Assert.Single(Read(path).Reports);

        Assert.Equal(sessions, string.Join(", ", report.Policies.Select(static policy => $"{policy.PolicyType} {policy.Successful}/{policy.Failed}")));
        Assert.Equal(mends, string.Join(", ", report.Mended.Select(static mend => mend.Code)));
    }

    /// <summary>A second reader, which knows nothing of ours, sees the same numbers in each file of plain JSON.</summary>
    [Fact]
    public void Decode_EveryPlainFile_AgreesWithAnotherReader()
    {
        var folder = CorpusFolder.Require();
        var wrong = new List<string>();
        foreach (var file in Directory.GetFiles(folder, "*.json", SearchOption.AllDirectories).Where(static file => !file.Contains("_vectors", StringComparison.Ordinal)))
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            var expected = string.Join("; ", document.RootElement.GetProperty("policies").EnumerateArray().Select(Describe));
            var report = Assert.Single(Given.Decoded(File.ReadAllBytes(file)).Reports);
            var actual = string.Join("; ", report.Policies.Select(static policy =>
                $"{policy.PolicyType} {policy.PolicyDomain} {policy.Successful}/{policy.Failed} {string.Join(',', policy.Details.Select(static detail => $"{detail.ResultType}={detail.FailedSessions}"))}"));
            if (actual != expected)
                wrong.Add($"{file}: {actual} instead of {expected}");
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData("_interop/rpt-1795445687973-1.eml", "_interop/https-1795445687938.bin")]
    [InlineData("stalwartlabs+mail-auth/resources/tlsrpt/rpt01.eml", "stalwartlabs+mail-auth/resources/tlsrpt/rpt01.json")]
    [InlineData("stalwartlabs+mail-auth/resources/tlsrpt/rpt02.eml", "stalwartlabs+mail-auth/resources/tlsrpt/rpt02.json")]
    [InlineData("phi-ag+mta-sts-exporter/examples/rfc.json", "phi-ag+mta-sts-exporter/examples/rfc-errata-6241.json")]
    public void Decode_OneReportByTwoWays_IsOneReport(string one, string other)
    {
        TlsReport a = Assert.Single(Read(one).Reports), b = Assert.Single(Read(other).Reports);
        var domain = Assert.Single(a.PolicyDomains);

        Assert.Equal(ReportIdentity.Of(a, domain), ReportIdentity.Of(b, domain));
        Assert.Equal(ReportIdentity.ContentHash(a, domain), ReportIdentity.ContentHash(b, domain));
        Assert.Equal(Given.Content(a), Given.Content(b));
    }

    /// <summary>Subject and file name of this mail name another day than the report inside: the body wins (RFC 8460 §5.6).</summary>
    [Fact]
    public void Decode_MailWhoseSubjectContradicts_GoesByTheBody()
    {
        var decoded = Read("isseis+tlsrpt-digest/testdata/tlsrpt_failure.eml");

        Assert.Equal(new DateOnly(2026, 2, 8), decoded.Reports[0].Day);
        Assert.Equal(new DateOnly(2026, 5, 12), DateOnly.FromDateTime(decoded.Mail!.FileName!.Begin.UtcDateTime));
        Assert.Contains("2026.05.12", decoded.Mail.Subject, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_EveryVectorOfOthers_IsTakenAsAdvised()
    {
        var wrong = new List<string>();
        foreach (var vector in Vectors.Load("tlsrpt-reports-embedded.json").GetProperty("vectors").EnumerateArray())
        {
            var (name, advice) = (vector.Text("name")!, vector.Text("advice")!);
            var result = ReportDecoder.Decode(BytesOf(vector), ReportLimits.Default);
            var refuse = advice.StartsWith("reject", StringComparison.Ordinal) && !advice.Contains("or flag", StringComparison.Ordinal)
                || name is "isseis-missing-date-range" or "isseis-missing-policies" || vector.Text("kind") == "generate";
            var flag = advice.Contains("flag", StringComparison.Ordinal);
            if (refuse != result is DecodeResult.Refused || (flag && result is DecodeResult.Decoded { Reports: [{ Mended.Count: 0 }, ..] }))
                wrong.Add($"{name} ({advice}): {result}");
        }

        Assert.Empty(wrong);
    }

    private static byte[] BytesOf(JsonElement vector) => vector.Text("kind") switch
    {
        "json" => Given.Utf8(vector.GetProperty("input").GetRawText()),
        "text" => Given.Utf8(vector.Text("input")!),
        "hex" => Convert.FromHexString(vector.Text("input")!),
        "generate" => Given.Gzip(new byte[int.Parse(vector.GetProperty("input").Text("generate")!.Split(' ')[2])]),
        var kind => throw new InvalidOperationException($"A new kind of vector: {kind}."),
    };

    private static string Describe(JsonElement element)
    {
        var policy = element.GetProperty("policy");
        var details = element.TryGetProperty("failure-details", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().ToArray() : [];
        return $"{policy.Text("policy-type")} {policy.Text("policy-domain")} {Count(element, "total-successful-session-count")}/{Count(element, "total-failure-session-count")} "
            + string.Join(',', details.Select(static detail => $"{detail.Text("result-type")}={detail.GetProperty("failed-session-count").GetInt64()}"));
    }

    private static long Count(JsonElement element, string name) =>
        element.GetProperty("summary").TryGetProperty(name, out var count) ? count.GetInt64() : 0;

    /// <summary>What is wrong with the result; null when it is as the index says.</summary>
    private static string? Judge(string verdict, string peculiar, DecodeResult result)
    {
        if (verdict.StartsWith("not a report", StringComparison.Ordinal))
            return result is DecodeResult.Refused { Reason: RefusalReason.NotAReport } ? null : result.ToString();
        if (result is not DecodeResult.Decoded { Reports: [var report], Skipped: [] })
            return result.ToString();
        var mended = string.Join(", ", report.Mended.Select(static mend => mend.Code));
        var mustBeMended = verdict.StartsWith("malformed", StringComparison.Ordinal) || peculiar.Contains("mx-host is a STRING", StringComparison.Ordinal)
            || peculiar.Contains("contact-info null", StringComparison.Ordinal) || peculiar.Contains("policy-domain missing", StringComparison.Ordinal);
        if (mustBeMended && mended.Length == 0)
            return "nothing is mended";
        // What is valid needs no mending, but for what the index calls peculiar in it. (RFC 8460 says nothing of lists packed into a text.)
        var mayBeMended = verdict != "valid" || peculiar.Contains("without a zone", StringComparison.Ordinal) || peculiar.Contains("in one string", StringComparison.Ordinal)
            || peculiar.Contains("ONE string", StringComparison.Ordinal) || peculiar.Contains("same report by HTTPS", StringComparison.Ordinal);
        return mayBeMended || mended.Length == 0 ? null : $"mended: {mended}";
    }

    private static DecodeResult.Decoded Read(string path)
    {
        var file = Path.Combine(CorpusFolder.Require(), path);
        Assert.SkipUnless(File.Exists(file), $"This copy of the corpus has no {path}.");
        return Given.Decoded(File.ReadAllBytes(file));
    }

    private static bool IsDelivery(string path) => !NoDeliveries.Contains(path) && !path.StartsWith("_vectors/", StringComparison.Ordinal);

    /// <summary>The rows of the index's tables: the file, the verdict, what is peculiar.</summary>
    private static IEnumerable<(string Path, string Verdict, string Peculiar)> Rows(string folder)
    {
        var section = "";
        foreach (var line in File.ReadLines(Path.Combine(folder, "INDEX.md")))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                section = line[3..].Split(' ')[0];
            var cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (cells is ["", var file, _, var verdict, var peculiar, ""] && file != "file" && !file.StartsWith('-'))
                yield return ($"{section}/{file}", verdict, peculiar);
        }
    }
}
