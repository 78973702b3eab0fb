using System.Globalization;
using System.Text;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Protocol.Tests.Reports;

/// <summary>Each limit at its value and one beyond.</summary>
public class LimitTests
{
    private static readonly ReportLimits Default = ReportLimits.Default;

    [Fact]
    public void Defaults_AreThoseDocumented()
        => Assert.Equal(
            (25 << 20, 32 << 20, 1000, 1 << 20, 32, 10, 1000, 10_000, 4096),
            (Default.MaxInputBytes, Default.MaxInflatedBytes, Default.MaxInflationRatio, Default.RatioMeasuredFrom, Default.MaxJsonDepth, Default.MaxMimeDepth, Default.MaxPolicies, Default.MaxDetails, Default.MaxStringBytes));

    [Fact]
    public void MaxInputBytes_AtTheLimitAndBeyond()
    {
        var json = Given.Utf8(Given.SmallJson);

        Given.Decoded(json, Default with { MaxInputBytes = json.Length });
        AssertRefused(json, Default with { MaxInputBytes = json.Length - 1 }, RefusalReason.TooLarge, nameof(ReportLimits.MaxInputBytes));
    }

    [Fact]
    public void MaxInputBytes_DefaultAtTheLimitAndBeyond()
    {
        var json = new byte[Default.MaxInputBytes + 1];
        json.AsSpan().Fill((byte)' ');
        Given.Utf8(Given.SmallJson).CopyTo(json, 0);

        Assert.IsType<DecodeResult.Decoded>(ReportDecoder.Decode(json.AsMemory(..^1), Default));
        AssertRefused(json, Default, RefusalReason.TooLarge, nameof(ReportLimits.MaxInputBytes));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MaxInflatedBytes_AtTheLimitAndBeyond(bool zip)
    {
        var json = Given.Utf8(Given.FullJson);
        var packed = zip ? Given.Zip(("r.json", json)) : Given.Gzip(json);

        Given.Decoded(packed, Default with { MaxInflatedBytes = json.Length });
        AssertRefused(packed, Default with { MaxInflatedBytes = json.Length - 1 }, RefusalReason.DecompressedTooLarge, nameof(ReportLimits.MaxInflatedBytes));
    }

    [Fact]
    public void MaxInflatedBytes_DefaultAtTheLimitAndBeyond()
    {
        // Half of it cannot be packed, so that the ratio stays low.
        var filled = new byte[Default.MaxInflatedBytes + 1];
        filled.AsSpan().Fill((byte)' ');
        Given.Utf8(Given.SmallJson).CopyTo(filled, 0);
        var random = new Random(1);
        for (var i = filled.Length / 2; i < filled.Length; i += 64)
            filled[i] = (byte)(random.Next(2) == 0 ? ' ' : '\t');

        Given.Decoded(Given.Gzip(filled.AsSpan(..^1)));
        AssertRefused(Given.Gzip(filled), Default, RefusalReason.DecompressedTooLarge, nameof(ReportLimits.MaxInflatedBytes));
    }

    [Fact]
    public void MaxInflatedBytes_HoldsForAllMembersTogether()
    {
        var json = Given.Utf8(Given.FullJson);
        var zip = Given.Zip(("1.json", json), ("2.json", json), ("3.json", json));

        Assert.Equal(3, Given.Decoded(zip, Default with { MaxInflatedBytes = 3 * json.Length }).Reports.Count);
        AssertCut(2, zip, Default with { MaxInflatedBytes = (3 * json.Length) - 1 }, RefusalReason.DecompressedTooLarge, nameof(ReportLimits.MaxInflatedBytes));
    }

    [Fact]
    public void MaxInflatedBytes_HoldsForStoredMembersThatOverlap()
    {
        var json = Given.Utf8(Given.FullJson);
        var zip = Given.Zip(System.IO.Compression.CompressionLevel.NoCompression, ("1.json", json), ("2.json", json));

        Assert.Equal(2, Given.Decoded(zip, Default with { MaxInflatedBytes = 2 * json.Length }).Reports.Count);
        AssertCut(1, zip, Default with { MaxInflatedBytes = (2 * json.Length) - 1 }, RefusalReason.DecompressedTooLarge, nameof(ReportLimits.MaxInflatedBytes));
    }

    [Fact]
    public void MaxInflationRatio_AtTheLimitAndBeyond()
    {
        var json = new byte[100_000];
        json.AsSpan().Fill((byte)' ');
        Given.Utf8(Given.SmallJson).CopyTo(json, 0);
        var packed = Given.Gzip(json);
        var ratio = (json.Length + packed.Length - 1) / packed.Length;

        Given.Decoded(packed, Default with { RatioMeasuredFrom = 0, MaxInflationRatio = ratio });
        Given.Decoded(packed, Default with { RatioMeasuredFrom = json.Length, MaxInflationRatio = ratio - 1 });
        AssertRefused(packed, Default with { RatioMeasuredFrom = json.Length - 1, MaxInflationRatio = ratio - 1 }, RefusalReason.RatioTooHigh, nameof(ReportLimits.MaxInflationRatio));
    }

    [Fact]
    public void MaxInflationRatio_Default_RefusesZeros()
        => AssertRefused(Given.Gzip(new byte[10 << 20]), Default, RefusalReason.RatioTooHigh, nameof(ReportLimits.MaxInflationRatio));

    [Fact]
    public void MaxJsonDepth_AtTheLimitAndBeyond()
    {
        // The report's own object is the first level.
        Given.Decoded(Given.Utf8(Nested(Default.MaxJsonDepth - 1)));
        AssertRefused(Given.Utf8(Nested(Default.MaxJsonDepth)), Default, RefusalReason.TooDeep, nameof(ReportLimits.MaxJsonDepth));

        static string Nested(int lists) => "{\"x\":" + new string('[', lists) + new string(']', lists) + "," + Given.SmallJson[1..];
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MaxMimeDepth_AtTheLimitAndBeyond(bool mails)
    {
        // The mail itself is the first level.
        Given.Decoded(Nested(Default.MaxMimeDepth));
        AssertRefused(Nested(Default.MaxMimeDepth + 1), Default, RefusalReason.TooDeep, nameof(ReportLimits.MaxMimeDepth));

        byte[] Nested(int levels)
        {
            var mail = new StringBuilder("Subject: r\n");
            for (var i = 1; i < levels; i++)
                mail.Append(mails ? "Content-Type: message/rfc822\n\n" : string.Create(CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n"));
            return Given.Utf8(mail.Append('\n').Append(Given.SmallJson).ToString());
        }
    }

    [Fact]
    public void MaxMimeDepth_OfMailsInBase64_AtTheLimitAndBeyond()
    {
        Given.Decoded(Nested(Default.MaxMimeDepth));
        AssertRefused(Nested(Default.MaxMimeDepth + 1), Default, RefusalReason.TooDeep, nameof(ReportLimits.MaxMimeDepth));

        static byte[] Nested(int levels)
        {
            var mail = Given.Utf8("Subject: r\n\n" + Given.SmallJson);
            for (var i = 1; i < levels; i++)
                mail = Given.Utf8("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + Given.Base64Lines(mail, "\n"));
            return mail;
        }
    }

    [Fact]
    public void MaxMimeParts_AtTheLimitAndBeyond()
    {
        // The multipart itself is one.
        Given.Decoded(Parts(Default.MaxMimeParts - 1));
        AssertRefused(Parts(Default.MaxMimeParts), Default, RefusalReason.TooManyParts, nameof(ReportLimits.MaxMimeParts));

        static byte[] Parts(int count)
            => Given.Utf8("Content-Type: multipart/mixed; boundary=b\n\n" + string.Concat(Enumerable.Repeat("--b\n\nx\n", count - 1)) + "--b\n\n" + Given.SmallJson + "\n--b--\n");
    }

    [Fact]
    public void MaxMailHeaders_AtTheLimitAndBeyond()
    {
        Given.Decoded(Headers(Default.MaxMailHeaders));
        AssertRefused(Headers(Default.MaxMailHeaders + 1), Default, RefusalReason.TooManyParts, nameof(ReportLimits.MaxMailHeaders));

        static byte[] Headers(int count) => Given.Utf8(string.Concat(Enumerable.Repeat("X: y\n", count)) + "\n" + Given.SmallJson);
    }

    [Fact]
    public void MaxMailHeaderBytes_AtTheLimitAndBeyond()
    {
        Given.Decoded(Header(Default.MaxMailHeaderBytes));
        AssertRefused(Header(Default.MaxMailHeaderBytes + 1), Default, RefusalReason.TooManyParts, nameof(ReportLimits.MaxMailHeaderBytes));

        // The header of the mail and that of its only part, with the blank lines that end them.
        static byte[] Header(int bytes)
        {
            const string Head = "Content-Type: multipart/mixed; boundary=b\nX: ", Part = "Y: z\n";
            return Given.Utf8(Head + new string('x', bytes - Head.Length - Part.Length - 3) + "\n\n--b\n" + Part + "\n" + Given.SmallJson);
        }
    }

    [Fact]
    public void MaxArchiveDepth_AtTheLimitAndBeyond()
    {
        var most = Enumerable.Range(0, Default.MaxArchiveDepth).Aggregate(Given.Utf8(Given.SmallJson), static (inner, _) => Given.Gzip(inner));

        Given.Decoded(most);
        AssertRefused(Given.Gzip(most), Default, RefusalReason.TooDeep, nameof(ReportLimits.MaxArchiveDepth));
    }

    [Fact]
    public void MaxArchiveMembers_OfZip_AtTheLimitAndBeyond()
    {
        Given.Decoded(Zip(Default.MaxArchiveMembers));
        AssertRefused(Zip(Default.MaxArchiveMembers + 1), Default, RefusalReason.TooManyParts, nameof(ReportLimits.MaxArchiveMembers));

        static byte[] Zip(int members)
            => Given.Zip([.. Enumerable.Range(1, members).Select(i => ($"{i}", i == members ? Given.Utf8(Given.SmallJson) : [(byte)'x']))]);
    }

    [Fact]
    public void MaxArchiveMembers_OfGzip_AtTheLimitAndBeyond()
    {
        Given.Decoded(Gzip(Default.MaxArchiveMembers));
        AssertCut(1, Gzip(Default.MaxArchiveMembers + 1), Default, RefusalReason.TooManyParts, nameof(ReportLimits.MaxArchiveMembers));

        static byte[] Gzip(int members)
            => [.. Given.Gzip(Given.SmallJson), .. Enumerable.Repeat(Given.Gzip(" "), members - 1).SelectMany(b => b)];
    }

    [Fact]
    public void MaxReports_AtTheLimitAndBeyond()
    {
        Assert.Empty(Given.Decoded(Lines(Default.MaxReports)).Skipped);
        var more = Given.Decoded(Lines(Default.MaxReports + 1));
        Assert.Equal(Default.MaxReports, more.Reports.Count);
        var told = Assert.Single(more.Skipped).Refusal;
        Assert.Equal((RefusalReason.TooManyReports, nameof(ReportLimits.MaxReports)), (told.Reason, told.LimitOrField));

        static byte[] Lines(int reports) => Given.Utf8(string.Concat(Enumerable.Repeat(Given.SmallJson + "\n", reports)));
    }

    [Fact]
    public void MaxPolicies_AtTheLimitAndBeyond()
    {
        Check(Default.MaxPolicies, Truncations.None);
        Check(Default.MaxPolicies + 1, Truncations.Policies);

        static void Check(int written, Truncations expected)
        {
            const string Policy = """{"policy":{"policy-type":"sts","policy-domain":"harbour.example"},"summary":{"total-successful-session-count":1,"total-failure-session-count":0}}""";
            var report = Given.One(Given.WithPolicies("[" + string.Join(',', Enumerable.Repeat(Policy, written)) + "]"));
            Assert.Equal((Default.MaxPolicies, expected), (report.Policies.Count, report.Truncated));
            Assert.Equal(expected != Truncations.None, report.Mended.Any(m => m is { Code: MendCodes.PoliciesTruncated, Where: "policies" }));
        }
    }

    [Fact]
    public void MaxDetails_AtTheLimitAndBeyond()
    {
        Check(Default.MaxDetails, Truncations.None);
        Check(Default.MaxDetails + 1, Truncations.Details);

        static void Check(int written, Truncations expected)
        {
            var half = written / 2;
            var report = Given.One(Given.WithPolicies($"[{Policy(half)},{Policy(written - half)},{Policy(0)}]"));
            Assert.Equal((3, Default.MaxDetails, expected), (report.Policies.Count, report.Policies.Sum(p => p.Details.Count), report.Truncated));
            Assert.Equal(3 * 20_000, report.Policies.Sum(p => p.Failed));
            Assert.Equal(expected != Truncations.None, report.Mended.Any(m => m is { Code: MendCodes.DetailsTruncated, Where: "policies[1].failure-details" }));
        }

        static string Policy(int details)
            => """{"policy":{"policy-type":"sts","policy-domain":"harbour.example"},"failure-details":["""
                + string.Join(',', Enumerable.Repeat("""{"result-type":"x","failed-session-count":1}""", details))
                + """],"summary":{"total-successful-session-count":1,"total-failure-session-count":20000}}""";
    }

    [Theory]
    [InlineData("mx-host")]
    [InlineData("policy-string")]
    public void MaxListElements_AtTheLimitAndBeyond(string field)
    {
        Check(Default.MaxListElements, Truncations.None, Plain);
        Check(Default.MaxListElements + 1, Truncations.Lists, Plain);
        Check(Default.MaxListElements, Truncations.None, Packed);
        Check(Default.MaxListElements + 1, Truncations.Lists, Packed);

        void Check(int written, Truncations expected, Func<int, string> form)
        {
            var report = Given.One(Given.WithPolicy($"\"{field}\":{form(written)}"));
            var list = field == "mx-host" ? report.Policies[0].MxHost : report.Policies[0].PolicyString;
            Assert.Equal((Default.MaxListElements, expected), (list.Count, report.Truncated));
        }

        static string Plain(int count) => "[" + string.Join(',', Enumerable.Repeat("\"m\"", count)) + "]";
        static string Packed(int count) => "[\"[" + string.Join(',', Enumerable.Repeat("\\\"m\\\"", count)) + "]\"]";
    }

    [Theory]
    [InlineData("a", 4096)]
    [InlineData("é", 4096)]
    [InlineData("€", 4095)]
    [InlineData("😀", 4096)]
    [InlineData("\\u00e9", 4096)]
    public void MaxStringBytes_AtTheLimitAndBeyond_CutsBetweenCharacters(string character, int kept)
    {
        var unescaped = System.Text.RegularExpressions.Regex.Unescape(character);
        var size = Encoding.UTF8.GetByteCount(unescaped);
        var fits = string.Concat(Enumerable.Repeat(character, Default.MaxStringBytes / size));

        var whole = Given.One(Given.WithPolicy().Replace("r1", fits, StringComparison.Ordinal));
        var cut = Given.One(Given.WithPolicy().Replace("r1", fits + character, StringComparison.Ordinal));

        Assert.Equal((Truncations.None, kept), (whole.Truncated, Encoding.UTF8.GetByteCount(whole.ReportId!)));
        Assert.Equal((Truncations.Strings, kept), (cut.Truncated, Encoding.UTF8.GetByteCount(cut.ReportId!)));
        Assert.DoesNotContain('\uFFFD', cut.ReportId!);
        Assert.Equal([(MendCodes.TextTruncated, "report-id")], cut.Mended.Select(m => (m.Code, m.Where)));
    }

    [Fact]
    public void MaxMends_AtTheLimitAndBeyond()
    {
        Assert.Equal((Default.MaxMends, Truncations.None), Read(Default.MaxMends));
        Assert.Equal((Default.MaxMends, Truncations.Mends), Read(Default.MaxMends + 1));

        static (int, Truncations) Read(int bad)
        {
            var report = Given.One(Given.WithPolicies("[" + string.Join(',', Enumerable.Repeat("0", bad)) + "]"));
            return (report.Mended.Count, report.Truncated);
        }
    }

    [Fact]
    public void Saturation_OfSums_StopsAtTheMaximum()
    {
        const string Policy = """{"policy":{"policy-type":"sts","policy-domain":"harbour.example"},"summary":{"total-successful-session-count":9007199254740991,"total-failure-session-count":9007199254740991}}""";

        var sessions = SessionCount.Of(Given.One(Given.WithPolicies($"[{Policy},{Policy}]")), Given.Domain)!;

        Assert.Equal((SessionCount.Maximum, SessionCount.Maximum, SessionCount.Maximum), (sessions.Successful, sessions.Failed, sessions.Total));
    }

    /// <summary>What was read before the limit stays, and the limit is told.</summary>
    private static void AssertCut(int reports, byte[] bytes, ReportLimits limits, RefusalReason reason, string limit)
    {
        var decoded = Given.Decoded(bytes, limits);
        Assert.Equal(reports, decoded.Reports.Count);
        var refused = Assert.Single(decoded.Skipped).Refusal;
        Assert.Equal((reason, limit), (refused.Reason, refused.LimitOrField));
        Assert.Contains(limit, refused.Message, StringComparison.Ordinal);
    }

    private static void AssertRefused(byte[] bytes, ReportLimits limits, RefusalReason reason, string limit)
    {
        var refused = Given.Refused(bytes, limits);
        Assert.Equal((reason, limit), (refused.Reason, refused.LimitOrField));
        Assert.Contains(limit, refused.Message, StringComparison.Ordinal);
    }
}
