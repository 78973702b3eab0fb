using System.Text;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Protocol.Tests.Reports;

/// <summary>What is refused, and with which reason.</summary>
public class RefusalTests
{
    private const string Range = "\"date-range\":{\"start-datetime\":\"2025-03-04T00:00:00Z\",\"end-datetime\":\"2025-03-04T23:59:59Z\"}";

    public static TheoryData<string, byte[], RefusalReason, string?> Cases()
    {
        var zip = Given.Zip(("r.json", Given.Utf8(Given.FullJson)));
        var encrypted = (byte[])zip.Clone();
        encrypted[CentralHeader(encrypted) + 8] |= 1;
        var otherMethod = (byte[])zip.Clone();
        otherMethod[CentralHeader(otherMethod) + 10] = 14;
        var wrongSum = (byte[])zip.Clone();
        wrongSum[CentralHeader(wrongSum) + 16] ^= 1;
        var gz = Given.Gzip(Given.FullJson);
        return new TheoryData<string, byte[], RefusalReason, string?>
        {
            { "nothing", [], RefusalReason.Empty, null },
            { "words", "hello world"u8.ToArray(), RefusalReason.NotAReport, null },
            { "white space", " \r\n"u8.ToArray(), RefusalReason.NotAReport, null },
            { "zeros", new byte[100], RefusalReason.NotAReport, null },
            { "an ordinary mail", Given.Utf8("From: a@b.example\r\nSubject: hi\r\n\r\nhello"), RefusalReason.NotAReport, null },
            { "a mail with other JSON", Given.Utf8("From: a@b.example\r\nSubject: hi\r\n\r\n{\"hello\":1}"), RefusalReason.NotAReport, null },
            { "one line with a colon", "Subject: hi"u8.ToArray(), RefusalReason.NotAReport, null },
            { "a list", "[]"u8.ToArray(), RefusalReason.NotAReport, null },
            { "an empty object", "{}"u8.ToArray(), RefusalReason.NotAReport, null },
            { "other JSON", """{"organization-name":"Org"}"""u8.ToArray(), RefusalReason.NotAReport, null },
            { "gzip of words", Given.Gzip("hello"), RefusalReason.NotAReport, null },
            { "gzip of nothing", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0], RefusalReason.NotAReport, null },
            { "zip of words", Given.Zip(("a.txt", Given.Utf8("hello"))), RefusalReason.NotAReport, null },
            { "empty zip", Given.Zip(), RefusalReason.NotAReport, null },
            { "header and no body", "Subject"u8.ToArray(), RefusalReason.NotAReport, null },
            { "headers that are none", Given.Utf8(":\r\n\r\n"), RefusalReason.NotAReport, null },
            { "JSON cut", Given.Utf8(Given.FullJson[..^3]), RefusalReason.MalformedJson, null },
            { "JSON with a comma too many", Given.Utf8("{" + Range + ",\"policies\":[],}"), RefusalReason.MalformedJson, null },
            { "JSON with a comment", Given.Utf8("{/**/" + Range + ",\"policies\":[]}"), RefusalReason.MalformedJson, null },
            { "JSON with single quotes", "{'date-range':1}"u8.ToArray(), RefusalReason.MalformedJson, null },
            { "brace", "{"u8.ToArray(), RefusalReason.MalformedJson, null },
            { "UTF-16 of a mail without report", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("From: a@b.example\nTo: c@d.example\n\nhello")], RefusalReason.MalformedJson, null },
            { "odd UTF-16", [.. Encoding.Unicode.GetBytes(Given.FullJson)[..^20], 7], RefusalReason.MalformedJson, null },
            { "UTF-16 of words", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("hello")], RefusalReason.MalformedJson, null },
            { "no range", """{"policies":[]}"""u8.ToArray(), RefusalReason.MissingDateRange, "date-range" },
            { "null range", """{"policies":[],"date-range":null}"""u8.ToArray(), RefusalReason.MissingDateRange, "date-range" },
            { "no start", """{"policies":[],"date-range":{"end-datetime":"2025-03-04T23:59:59Z"}}"""u8.ToArray(), RefusalReason.MissingDateRange, "start-datetime" },
            { "no end", """{"policies":[],"date-range":{"start-datetime":"2025-03-04T23:59:59Z"}}"""u8.ToArray(), RefusalReason.MissingDateRange, "end-datetime" },
            { "range is text", """{"policies":[],"date-range":"2025"}"""u8.ToArray(), RefusalReason.MalformedDateRange, "date-range" },
            { "range is a list", """{"policies":[],"date-range":[]}"""u8.ToArray(), RefusalReason.MalformedDateRange, "date-range" },
            { "no policies", Given.Utf8("{" + Range + "}"), RefusalReason.PoliciesNotAList, "policies" },
            { "policies null", Given.Utf8("{" + Range + ",\"policies\":null}"), RefusalReason.PoliciesNotAList, "policies" },
            { "policies text", Given.Utf8("{" + Range + ",\"policies\":\"none\"}"), RefusalReason.PoliciesNotAList, "policies" },
            { "policies object", Given.Utf8("{" + Range + ",\"policies\":{}}"), RefusalReason.PoliciesNotAList, "policies" },
            { "gzip header cut", [0x1F, 0x8B, 0, 1, 2, 3], RefusalReason.MalformedArchive, null },
            { "gzip cut", gz[..^40], RefusalReason.MalformedArchive, null },
            { "gzip with a wrong sum", WrongByte(gz, gz.Length - 6), RefusalReason.MalformedArchive, null },
            { "zip cut", zip[..(zip.Length / 3)], RefusalReason.MalformedArchive, null },
            { "zip encrypted", encrypted, RefusalReason.MalformedArchive, null },
            { "zip by another method", otherMethod, RefusalReason.MalformedArchive, null },
            { "zip with a wrong sum", wrongSum, RefusalReason.MalformedArchive, null },
            { "gzip in gzip in gzip in gzip in gzip", Given.Gzip(Given.Gzip(Given.Gzip(Given.Gzip(gz)))), RefusalReason.TooDeep, nameof(ReportLimits.MaxArchiveDepth) },
            { "gzip in zip in zip in zip in zip", Given.Zip(("w", Given.Zip(("x", Given.Zip(("y", Given.Zip(("r.gz", gz)))))))), RefusalReason.TooDeep, nameof(ReportLimits.MaxArchiveDepth) },
            { "lists in lists", Given.Utf8("{\"a\":" + new string('[', 100_000)), RefusalReason.TooDeep, nameof(ReportLimits.MaxJsonDepth) },
            { "objects in objects", Given.Utf8(string.Concat(Enumerable.Repeat("{\"a\":", 100_000))), RefusalReason.TooDeep, nameof(ReportLimits.MaxJsonDepth) },
            { "a report that is bad within a mail", Given.Utf8("Subject: r\n\n{" + Range + "}"), RefusalReason.PoliciesNotAList, "policies" },
        };
    }

    /// <summary>Any word with a colon begins like a header field.</summary>
    [Theory]
    [InlineData("hello: there")]
    [InlineData("https://reports.example/1")]
    [InlineData("{}:{}\n\n")]
    [InlineData("\"organization-name\":\"x\"")]
    [InlineData("\"{\\\"organization-name\\\":1}\"")]
    [InlineData("data:application/json,{}")]
    [InlineData("report_id: 1\nsessions: 4\n")]
    public void Decode_WhatIsNoMail_IsNotCalledOne(string text) => Assert.DoesNotContain("mail contains", Given.Refused(Given.Utf8(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("Subject: hello\r\n\r\nwords")]
    [InlineData("Received: from a\r\n by b\r\n\r\n")]
    [InlineData("From a@b.example Tue Nov 10 01:00:02 2026\nSubject: hello\n\nwords")]
    public void Decode_MailWithoutReport_IsCalledOne(string text) => Assert.StartsWith("The mail contains no TLS report", Given.Refused(Given.Utf8(text)).Message, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Decode_WhatIsNoReport_IsRefusedWithItsReason(string what, byte[] bytes, RefusalReason reason, string? limitOrField)
    {
        Assert.NotEmpty(what);

        var refused = Given.Refused(bytes);

        Assert.Equal((reason, limitOrField), (refused.Reason, refused.LimitOrField));
        // It says what is wrong and what to do: at least two clauses, and the limit by name.
        Assert.True(refused.Message.Length > 40);
        if (limitOrField is not null)
            Assert.Contains(limitOrField, refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A field of the wrong type is present, and an object is not a date-time.</summary>
    [Theory]
    [InlineData("\"2026-11-01\"", "not an object with start-datetime and end-datetime")]
    [InlineData("""{"start-datetime":true,"end-datetime":"2026-11-01T23:59:59Z"}""", "start-datetime is absent or empty, or has the wrong type")]
    [InlineData("""{"start-datetime":"2026-11-01T00:00:00Z","end-datetime":["2026-11-01T23:59:59Z"]}""", "end-datetime is absent or empty, or has the wrong type")]
    public void Decode_RangeOfTheWrongType_SaysSo(string range, string words) =>
        Assert.Contains(words, Given.Refused(Given.Utf8($$"""{"date-range":{{range}},"policies":[]}""")).Message, StringComparison.Ordinal);

    /// <summary>Positions are those within one report; text between two reports has none.</summary>
    [Fact]
    public void Decode_SecondOfTwoIsDamagedOrNoReport_NamesNoPositionOfTheFile()
    {
        var damaged = Assert.Single(Given.Decoded(Given.Utf8($"{Given.FullJson}\n{Given.SmallJson.Replace("\"policies\":", "\"policies\"", StringComparison.Ordinal)}\n")).Skipped).Refusal.Message;
        Assert.Contains("line 1, byte ", damaged, StringComparison.Ordinal);
        Assert.Contains(" of this report", damaged, StringComparison.Ordinal);
        var between = Assert.Single(Given.Decoded(Given.Utf8($"{Given.SmallJson}\nhello\n{Given.SmallJson}\n")).Skipped).Refusal.Message;
        Assert.StartsWith("This line is not a TLS report", between, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_NullLimits_Throws()
        => Assert.Throws<ArgumentNullException>(() => ReportDecoder.Decode(Given.Utf8("{}"), null!));

    private static int CentralHeader(byte[] zip) => zip.AsSpan().LastIndexOf("PK\x1\x2"u8);

    private static byte[] WrongByte(byte[] bytes, int at)
    {
        var changed = (byte[])bytes.Clone();
        changed[at] ^= 0xFF;
        return changed;
    }
}
