using System.Text;
using MtaSts.Host.Export;
using MtaSts.Protocol;

namespace MtaSts.Bench.Fuzz;

/// <summary>Policy files: what one reading accepts the other does, and what we write is accepted by both.</summary>
internal sealed class PolicyFiles : FuzzReader
{
    public override string Name => "policy file";

    public override IReadOnlyList<byte[]> Words { get; } = Bytes("version: STSv1\r\n", "mode: enforce\r\n", "mode: testing\n", "mode: none\r\n", "max_age: ", "mx: ", "*.", ":", "\r\n", " ", "\t", "xn--", "a_b: x\r\n");

    public override IEnumerable<byte[]> Seeds() => Bytes(
        "version: STSv1\r\nmode: enforce\r\nmax_age: 604800\r\nmx: mx1.harbour.example\r\nmx: *.harbour.example\r\n", "version: STSv1\nmode: none\nmax_age: 86400\nmx: a.example", "mode: testing\r\nversion: STSv1\r\nmx: xn--bcher-kva.example\r\nmax_age: 31557600\r\n");

    public override int Read(byte[] input, Dice dice)
    {
        var tolerant = PolicyReader.ReadTolerant(input);
        var strict = PolicyReader.ReadStrict(input);
        if (tolerant is PolicyReading.Refused refused)
            Must(refused.Problems.Count > 0 && strict is PolicyReading.Refused, "what is refused is refused with a reason, and by the strict reading too");
        if (strict is PolicyReading.Accepted accepted)
        {
            Must(tolerant is PolicyReading.Accepted { Policy: var same } && same.Equals(accepted.Policy), "both readings agree");
            Must(PolicyRules.Check(accepted.Policy).Count == 0, "what is accepted strictly may be published");
        }
        if (tolerant is PolicyReading.Accepted { Policy: var policy } && PolicyRules.Check(policy).Count == 0)
        {
            var written = PolicyWriter.Write(policy);
            Must(PolicyReader.ReadStrict(written) is PolicyReading.Accepted { Policy: var again, Notes: [] } && again.Equals(policy), "what is written is accepted without a word and says the same");
            _ = PolicyRules.Advise(policy);
            _ = policy.Admits(policy.Mx[0].Value);
        }
        _ = PolicyResponse.Judge(200, Encoding.Latin1.GetString(input.AsSpan(0, Math.Min(input.Length, 200))), input.Length);
        return (tolerant as PolicyReading.Refused)?.Problems[0].Code.Length ?? (strict is PolicyReading.Accepted ? 1001 : 1000);
    }
}

/// <summary>The two TXT records.</summary>
internal sealed class TxtRecords : FuzzReader
{
    public override string Name => "policy and reporting record";

    public override IReadOnlyList<byte[]> Words { get; } = Bytes("v=STSv1;", "v=TLSRPTv1;", "v=STSv1", " id=", ";", "rua=", "mailto:", "https://", ",", "!", "%2C", "%", "=", " ", "?subject=x", "mailto:a@b.example");

    public override IEnumerable<byte[]> Seeds() => Bytes("v=STSv1; id=20260301T000000;", "v=TLSRPTv1; rua=mailto:reports@harbour.example;", "v=TLSRPTv1;rua=https://a.example/tlsrpt/x,mailto:a%21b@c.example; ext=1", "v=STSv1;id=1;x=y");

    public override int Read(byte[] input, Dice dice)
    {
        var text = Encoding.Latin1.GetString(input);
        var policy = PolicyRecord.Parse(text);
        if (policy is PolicyRecordReading.Found found)
            Must(PolicyRecord.Parse(PolicyRecord.Write(found.Record.Id)) is PolicyRecordReading.Found { Record: var same } && same.Id == found.Record.Id, "a policy record written again has the same id");
        Must(PolicyRecord.Select([text, "other"]) is not PolicyRecordReading.Found || policy is PolicyRecordReading.Found, "what is selected can be read");
        _ = PolicyRecord.Select([text, text]);
        var reporting = ReportingRecord.Parse(text);
        if (reporting is ReportingRecordReading.Found { Record: var record })
        {
            Must(record.Rua.Count > 0, "there is an address");
            // Joined fields may be longer than a record.
            Must(ReportingRecord.Parse(ReportingRecord.Write(record.Rua)) is not ReportingRecordReading.Found { Record: var again } || again.Rua.SequenceEqual(record.Rua), "a reporting record written again is the same");
        }
        Must(ReportingRecord.Select([text]) is not ReportingRecordReading.Found || reporting is ReportingRecordReading.Found, "what is selected can be read");
        return (policy is PolicyRecordReading.Found ? 1 : 0) + (reporting is ReportingRecordReading.Found ? 2 : 0) + ((policy as PolicyRecordReading.Invalid)?.Reason.Length ?? 0) * 4;
    }
}

/// <summary>Names of domains and hosts, patterns, and addresses for reports.</summary>
internal sealed class Names : FuzzReader
{
    public override string Name => "names and report URIs";

    public override IReadOnlyList<byte[]> Words { get; } = Bytes(".", "*.", "xn--", "mta-sts.", ":443", "@", "mailto:", "https://", "[::1]", "\u00fc", "\u3002", "\uff0e", "\u200d", "\u00ad", "\u0130", "-", "_", " ", "%", "%2C");

    public override IEnumerable<byte[]> Seeds() => Bytes("harbour.example", "*.harbour.example", "b\u00fccher.example", "xn--bcher-kva.example.", "mta-sts.harbour.example:443", "mailto:reports@b\u00fccher.example", "mailto:a%2Cb@harbour.example?subject=x", "https://a.example:8443/tlsrpt/x?y", "\u4f8b\u3048.\u30c6\u30b9\u30c8");

    public override int Read(byte[] input, Dice dice)
    {
        var text = Encoding.UTF8.GetString(input);
        var kinds = 0;
        if (DomainName.TryParse(text, out var domain, out var problem))
        {
            kinds |= 1;
            Must(DomainName.Parse(domain.Value) == domain, "a domain in its normal form is itself");
            Must(DomainName.TryParse(domain.Unicode, out var same, out _) && same == domain, "a domain in its form for people is itself");
            Must(DomainName.TryParsePolicyHost(domain.PolicyHost, out var served) && served == domain.Value, "its policy host leads to it");
        }
        else
        {
            Must(problem.Length is > 10 and < 1000, "a refused name is refused with a reason");
        }
        if (DomainName.TryParsePolicyHost(text, out var host))
        {
            kinds |= 2;
            Must(DomainName.TryParsePolicyHost("mta-sts." + host, out var again) && again == host, "a policy host in its normal form is itself");
        }
        if (MxPattern.TryParse(text, out var pattern, out _))
        {
            kinds |= 4;
            Must(MxPattern.Parse(pattern.Value) == pattern, "a pattern in its normal form is itself");
            Must(pattern.Matches(pattern.IsWildcard ? "a." + pattern.Domain : pattern.Value) && !pattern.Matches(null), "it admits what it names");
            _ = pattern.Unicode;
        }
        if (ReportUri.TryParse(text, out var uri, out problem))
        {
            kinds |= 8;
            Must(ReportUri.Parse(uri.Value) == uri && !uri.Value.AsSpan().ContainsAny(",;!"), "a report URI in its normal form is itself");
            Must(uri.IsMail == (uri.MailAddress is not null), "a mail URI has an address");
        }
        return kinds * 1000 + (problem?.Length ?? 0);
    }
}

/// <summary>CAA records.</summary>
internal sealed class Caa : FuzzReader
{
    public override string Name => "CAA records";

    public override int Share => 5;

    public override IReadOnlyList<byte[]> Words { get; } = Bytes("0 issue ", "128 ", "issuewild", "iodef", "\"", ";", "validationmethods=http-01", "accounturi=", "letsencrypt.org", " ", "=", ".");

    public override IEnumerable<byte[]> Seeds() => Bytes("0 issue \"letsencrypt.org; validationmethods=dns-01,http-01\"", "128 tbs \"x\"", "0 issue \";\"", "0 issuewild \"a.example\"\n0 issue \"b.example; accounturi=https://c.example/1\"");

    public override int Read(byte[] input, Dice dice)
    {
        var text = Encoding.UTF8.GetString(input);
        CaaProperty[] set = [.. text.Split('\n').Take(20).Select(CaaProperty.Read)];
        var verdict = CaaRules.Judge(set, ["letsencrypt.org"]);
        Must(!set.Any(property => property.Tag.Length == 0) || verdict is CaaVerdict.CriticalUnknown, "what cannot be read allows nothing");
        Must(verdict is not CaaVerdict.Allowed { Authorities: var allowed } || allowed.SequenceEqual(["letsencrypt.org"]), "only ours is allowed");
        Must(CaaRules.Climb(text).TakeWhile(name => name.Length > 0).Count() <= text.Length, "the climb ends");
        return verdict.GetType().Name.Length;
    }
}

/// <summary>CSV files: a reader of RFC 4180 gets back what was written, on one line and with nothing but apostrophes put in, and no cell is a formula.</summary>
internal sealed class CsvRows : FuzzReader
{
    public override string Name => "CSV export, read back";

    public override int Share => 5;

    public override IReadOnlyList<byte[]> Words { get; } = Bytes("\"", "\"\"", ",", "\r\n", "=", "+", "-", "@", "'", "\t", "=cmd|' /C calc'!A0", "\u0001");

    public override IEnumerable<byte[]> Seeds() => Bytes("a\u0001b", "=1+1\u0001\"x\"\u0001", "a,b\u0001\r\nc\u0001 d ");

    public override int Read(byte[] input, Dice dice)
    {
        var cells = Encoding.UTF8.GetString(input).Split('\u0001');
        var read = Parse(Csv.Row([.. cells]));
        Must(read.Count == cells.Length, "as many cells as were written");
        for (var i = 0; i < cells.Length; i++)
        {
            Must(read[i].Length == 0 || !"=+-@\t\r\n".Contains(read[i][0], StringComparison.Ordinal), "no cell is a formula");
            Must(Bare(read[i]) == Bare(cells[i]), "the cell is what was written");
        }
        return cells.Length;
    }

    /// <summary>Without apostrophes, and with a space for each kind of line break.</summary>
    private static string Bare(string text) => string.Concat(text.Where(letter => letter != '\'').Select(letter => "\r\n\v\f\u0085\u2028\u2029".Contains(letter, StringComparison.Ordinal) ? ' ' : letter));

    private static List<string> Parse(string row)
    {
        Must(row.EndsWith("\r\n", StringComparison.Ordinal), "the row ends");
        var cells = new List<string>();
        var at = 0;
        while (true)
        {
            var cell = new StringBuilder();
            if (row[at] == '"')
            {
                for (at++; row[at] != '"' || row[at + 1] == '"'; at++)
                {
                    if (row[at] == '"')
                        at++;
                    cell.Append(row[at]);
                }
                at++;
            }
            else
            {
                for (; row[at] is not (',' or '\r' or '\n' or '"'); at++)
                    cell.Append(row[at]);
            }
            cells.Add(cell.ToString());
            if (row[at] != ',')
                break;
            at++;
        }
        Must(at == row.Length - 2, "nothing stands behind the last cell");
        return cells;
    }
}
