using System.Formats.Tar;
using System.Text;
using CsCheck;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Protocol.Tests.Reports;

/// <summary>Containers one after another in one delivery: each report is found, once, and what cannot be read is told.</summary>
public sealed class StreamTests
{
    private static readonly (string Name, Func<int, byte[]> Of)[] Kinds =
    [
        ("json", Bytes),
        ("json lines", day => Given.Utf8(Json(day).ReplaceLineEndings("") + "\n")),
        ("json list", day => Given.Utf8($"[{Json(day)}]\n")),
        ("utf-16", day => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Json(day))]),
        ("gzip", day => Given.Gzip(Json(day))),
        ("zip", day => Given.Zip(("r.json", Bytes(day)))),
        ("stored zip", day => Given.Zip(System.IO.Compression.CompressionLevel.NoCompression, ("r.json", Bytes(day)))),
        ("tar", Tar),
        ("tar.gz", day => Given.Gzip(Tar(day))),
        ("mail", day => Given.Utf8(Given.Mail(Given.Gzip(Json(day))))),
        ("mail with a zip", day => Given.Utf8(Given.Mail(Given.Zip(("r.json", Bytes(day))), "application/zip", "\n"))),
        ("mail of base64 without parts", day => Given.Utf8($"From: a@b.example\r\nTo: c@d.example\r\nContent-Type: application/tlsrpt+gzip\r\nContent-Transfer-Encoding: base64\r\n\r\n{Given.Base64Lines(Given.Gzip(Json(day)), "\r\n")}\r\n")),
        ("mail of JSON without parts", day => Given.Utf8($"From: a@b.example\nTo: c@d.example\n\n{Json(day)}\n")),
        ("mail in quoted-printable", day => Given.Utf8($"From: a@b.example\nTo: c@d.example\nContent-Transfer-Encoding: quoted-printable\n\n{Json(day).Replace("=", "=3D", StringComparison.Ordinal)}\n")),
        ("mbox", day => [.. "From a@b.example Mon Mar  3 01:00:00 2025\n"u8, .. Given.Utf8(Given.Mail(Given.Gzip(Json(day)), newLine: "\n")), (byte)'\n']),
        ("emlx", Emlx),
        ("base64", day => Given.Utf8(Given.Base64Lines(Given.Gzip(Json(day)), "\n") + "\n")),
        ("winmail.dat", Tnef),
        ("opaque S/MIME", Signed),
    ];

    private static string Json(int day) => Given.FullJson.Replace("2025-03-04", $"2025-03-{day:00}", StringComparison.Ordinal);

    private static byte[] Bytes(int day) => Given.Utf8(Json(day));

    public static TheoryData<string, string> Pairs() => [.. from first in Kinds from second in Kinds select (first.Name, second.Name)];

    [Theory, MemberData(nameof(Pairs))]
    public void Decode_TwoContainers_GivesBothReports(string first, string second) => AssertRead([.. Of(first, 1), .. Of(second, 2)], 1, 2);

    [Theory, MemberData(nameof(Pairs))]
    public void Decode_TwoContainersWithPaddingBetween_GivesBothReports(string first, string second)
    {
        foreach (var padding in new[] { "\n", "\r\n\r\n", new string('\0', 512), "\u001a" })
            AssertRead([.. Of(first, 1), .. Given.Utf8(padding), .. Of(second, 2)], 1, 2);
    }

    [Fact]
    public void Decode_SequencesOfContainers_GiveAllReports()
    {
        string[] between = ["", "\n", "\r\n\r\n", "\0\0\0\0", "\n-- \nsent by a list\n", "\n______\nlist mailing list\n"];
        Gen.Select(Gen.Int[0, Kinds.Length - 1], Gen.Int[0, between.Length - 1]).Array[3, 6].Sample(
            steps =>
            {
                var bytes = steps.SelectMany((step, i) => (byte[])[.. Kinds[step.Item1].Of(i + 1), .. Given.Utf8(between[step.Item2])]).ToArray();
                AssertRead(bytes, [.. Enumerable.Range(1, steps.Length)]);
            },
            iter: 600,
            seed: "0000KMS7_Y3w",
            print: steps => string.Join(" | ", steps.Select(step => Kinds[step.Item1].Name + " " + step.Item2)));
    }

    public static TheoryData<string, string> Damaged() =>
        [.. from damaged in new[] { "json", "gzip", "zip", "stored zip", "tar", "tar.gz", "winmail.dat", "opaque S/MIME", "base64", "mail", "mbox" }
            from behind in Kinds
            where behind.Name != "base64" || damaged is not ("base64" or "mail" or "mbox" or "opaque S/MIME") // In the middle of a line of base64, or of a header, base64 cannot be told from it.
            where behind.Name != "utf-16" || damaged != "opaque S/MIME"
            select (damaged, behind.Name)];

    /// <summary>The middle one of three breaks off.</summary>
    [Theory, MemberData(nameof(Damaged))]
    public void Decode_CutContainerBetweenTwo_IsToldAndTheOthersAreRead(string damaged, string behind)
    {
        // A mail that breaks off before its report has nothing to tell.
        foreach (var kept in damaged is "mail" or "mbox" ? [0.85, 0.95] : new[] { 0.3, 0.5, 0.8 })
        {
            var middle = Of(damaged, 2);
            var end = damaged == "tar" ? 512 + Bytes(2).Length : middle.Length;
            byte[] bytes = [.. Of("gzip", 1), .. middle[..(int)(end * kept)], .. Of(behind, 3)];
            var decoded = Given.Decoded(bytes);
            Assert.Equal((kept, "1 3"), (kept, string.Join(' ', decoded.Reports.Select(report => report.Day.Day))));
            Assert.NotEmpty(decoded.Skipped);
            Assert.Null(decoded.Ended);
        }
    }

    [Fact]
    public void Decode_NoiseBetweenTwo_IsToldWithItsPlace()
    {
        byte[] noise = [0xC0, 0x01, 0x80, 0xFE, 0x90, 0x02, 0xE1, 0x03];
        foreach (var (kind, of) in Kinds.Where(kind => !kind.Name.StartsWith("mail", StringComparison.Ordinal) && kind.Name is not ("mbox" or "utf-16")))
        {
            var first = of(1);
            var decoded = Given.Decoded([.. first, .. noise, .. Of("zip", 2), .. noise]);
            Assert.Equal([1, 2], decoded.Reports.Select(report => report.Day.Day));
            Assert.Equal(2, decoded.Skipped.Count);
            Assert.All(decoded.Skipped, part => Assert.Equal(RefusalReason.NotAReport, part.Refusal.Reason));
            Assert.Equal((kind, $"byte {first.AsSpan().TrimEnd("\n"u8).Length}"), (kind, decoded.Skipped[0].Where.Replace($"byte {first.Length}", $"byte {first.AsSpan().TrimEnd("\n"u8).Length}", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public void Decode_NoiseBeforeAContainer_IsToldAndTheReportIsRead()
    {
        byte[] noise = [0xC0, 0x01, 0x80, 0xFE, 0x90, 0x02, 0xE1, 0x03];
        foreach (var (_, of) in Kinds.Where(kind => !kind.Name.StartsWith("mail", StringComparison.Ordinal) && kind.Name is not ("mbox" or "emlx" or "base64")))
        {
            var decoded = Given.Decoded([.. noise, .. of(1)]);
            Assert.Equal([1], decoded.Reports.Select(report => report.Day.Day));
            Assert.Equal("byte 0", Assert.Single(decoded.Skipped).Where);
        }
    }

    public static TheoryData<string> Names() => [.. Kinds.Select(kind => kind.Name)];

    [Theory, MemberData(nameof(Names))]
    public void Decode_FooterBehind_IsHarmlessAndAReportBehindItIsRead(string kind)
    {
        foreach (var footer in new[] { "\n-- \nSent by the list\n", "\r\n_______________\r\nlist mailing list\r\nlist@example.org\r\n", "\n\u00a9 2026 Example GmbH, M\u00fcnchen\n" })
        {
            AssertRead([.. Of(kind, 1), .. Given.Utf8(footer)], 1);
            AssertRead([.. Of(kind, 1), .. Given.Utf8(footer), .. Of("gzip", 2)], 1, 2);
        }
    }

    public static TheoryData<string, byte[]> Digests => new()
    {
        { "RFC 1153", Digest("\n", "text/plain") },
        { "RFC 1153, CRLF, without a type", Digest("\r\n", null) },
        { "multipart/digest", Given.Utf8("From: list@example.org\nTo: a@b.example\nSubject: Digest\nMIME-Version: 1.0\nContent-Type: multipart/digest; boundary=d\n\n--d\n\n" + Message(1, "\n") + "\n--d\n\n" + Message(2, "\n") + "\n--d\n\n" + Message(3, "\n") + "\n--d--\n") },
        { "multipart/mixed with a digest inside", Given.Utf8("From: list@example.org\nSubject: Digest\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/plain\n\nToday's topics\n--m\nContent-Type: multipart/digest; boundary=d\n\n--d\n\n" + Message(1, "\n") + "\n--d\n\n" + Message(2, "\n") + "\n--d\n\n" + Message(3, "\n") + "\n--d--\n\n--m\nContent-Type: text/plain\n\nEnd\n--m--\n") },
        { "RFC 1153 as a part", Given.Utf8("From: list@example.org\nSubject: Fwd\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=m\n\n--m\nContent-Type: text/plain\n\n" + Encoding.UTF8.GetString(Digest("\n", "text/plain")) + "\n--m--\n") },
        { "mails with lines of dashes between", Given.Utf8(Given.Mail(Given.Gzip(Json(1))) + "\r\n------------------------------\r\n\r\n" + Given.Mail(Given.Gzip(Json(2))) + "\r\n------------------------------\r\n\r\n" + Given.Mail(Given.Gzip(Json(3)))) },
        { "a mail before the parts of another", Given.Utf8("From: a@b.example\nSubject: r\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=m\n\n" + Message(1, "\n") + "\n--m\nContent-Type: multipart/mixed; boundary=n\n\n--n\nContent-Type: application/json\n\n" + Json(2) + "\n--n--\n\n" + Message(3, "\n") + "\n--m--\n") },
    };

    [Theory, MemberData(nameof(Digests))]
    public void Decode_Digest_GivesAllReports(string form, byte[] bytes)
    {
        Assert.NotEmpty(form);
        AssertRead(bytes, 1, 2, 3);
    }

    /// <summary>A report in a text beside the one that is attached is the same one, quoted.</summary>
    [Fact]
    public void Decode_ReportQuotedInTheText_IsNotCountedTwice() => AssertRead(Given.Utf8(Given.Mail(Given.Gzip(Json(1)), human: "The report says:\r\n\r\n" + Json(1))), 1);

    [Theory, MemberData(nameof(Names))]
    public void Decode_AllInOneContainer_IsReadOnce(string kind)
    {
        // What is read is not searched: stored members hold their reports as they are.
        AssertRead(Given.Zip(System.IO.Compression.CompressionLevel.NoCompression, ("a", [.. Of(kind, 1), .. Of("stored zip", 2)]), ("b", Of(kind, 3))), 1, 2, 3);
        AssertRead([.. Of(kind, 1), .. Given.Zip(System.IO.Compression.CompressionLevel.NoCompression, ("b", Of(kind, 2)))], 1, 2);
    }

    [Fact]
    public void Decode_TenThousandGzipFiles_TakesTheFirstAndTells()
    {
        var one = Given.Gzip(Given.SmallJson);
        var decoded = Given.Decoded([.. Enumerable.Repeat(one, 10_000).SelectMany(bytes => bytes)]);
        Assert.Equal(ReportLimits.Default.MaxReports, decoded.Reports.Count);
        Assert.Contains(nameof(ReportLimits.MaxArchiveMembers), Assert.Single(decoded.Skipped).Refusal.Message, StringComparison.Ordinal);
        Assert.Equal(nameof(ReportLimits.MaxArchiveMembers), decoded.Ended!.LimitOrField);
    }

    public static TheoryData<string> Long() => ["zip", "tar", "json", "mail", "mail of JSON without parts", "mail of base64 without parts", "mbox", "emlx", "base64", "winmail.dat", "opaque S/MIME"];

    [Theory, MemberData(nameof(Long))]
    public void Decode_LongStream_HoldsTheLimits(string kind)
    {
        var decoded = Given.Decoded([.. Enumerable.Range(0, 1_100).SelectMany(i => Of(kind, 1 + (i % 28)))]);
        Assert.Equal(ReportLimits.Default.MaxReports, decoded.Reports.Count);
        Assert.Contains(decoded.Ended!.LimitOrField, new[] { nameof(ReportLimits.MaxReports), nameof(ReportLimits.MaxArchiveMembers) });
        Assert.Single(decoded.Skipped);
    }

    public static TheoryData<string, byte[]> Hostile => new()
    {
        { "dashes", "-"u8.ToArray() },
        { "lines of dashes", "------------------------------\n"u8.ToArray() },
        { "From", "From \n"u8.ToArray() },
        { "From with a date", "From a Mon Mar  3 01:00:00 2025\n"u8.ToArray() },
        { "mbox of empty mails", "From a\nA: b\n"u8.ToArray() },
        { "mails of headers", "From: a\nTo: b\n"u8.ToArray() },
        { "mails without bodies", "From: a\nTo: b\n\n"u8.ToArray() },
        { "mails without ends", "From: a\nTo: b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\n"u8.ToArray() },
        { "mails of broken base64", "From: a\nTo: b\nContent-Transfer-Encoding: base64\n\nH4sI!\n"u8.ToArray() },
        { "zip signatures", "PK\u0003\u0004"u8.ToArray() },
        { "zip headers", [.. "PK\u0003\u0004\u0014\0\0\0\u0008\0"u8, .. new byte[16], 1, 0, 0, 0, (byte)'a'] },
        { "zip headers with sizes to come", [.. "PK\u0003\u0004\u0014\0\u0008\0\u0008\0"u8, .. new byte[16], 1, 0, 0, 0, (byte)'a'] },
        { "zip end records", [.. "PK\u0005\u0006"u8, .. new byte[18]] },
        { "zip headers and end records", [.. "PK\u0003\u0004\u0014\0\0\0\u0008\0"u8, .. new byte[16], 1, 0, 0, 0, (byte)'a', .. "PK\u0005\u0006"u8, 9, 0, .. new byte[16]] },
        { "gzip magic", [0x1F, 0x8B, 8] },
        { "gzip headers", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] },
        { "gzip headers with data", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0x4B, 0x4C, 0x4A] },
        { "gzip of nothing", [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0] },
        { "reports that break off", "{\"policies\":["u8.ToArray() },
        { "reports that break off in a text", "{\"policies\":\""u8.ToArray() },
        { "empty objects", "{}"u8.ToArray() },
        { "braces", "{"u8.ToArray() },
        { "brackets", "["u8.ToArray() },
        { "brackets and braces", "[{"u8.ToArray() },
        { "tar headers", TarOf(0) },
        { "tar headers of more than there is", TarOf(1 << 27) },
        { "S/MIME headers", [0x30, 0x80, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02] },
        { "winmail.dat headers", [0x78, 0x9F, 0x3E, 0x22, 0, 0, 1] },
        { "emlx headers", "9\nFrom: a\nTo: b\n"u8.ToArray() },
        { "emlx with lists without end", "16\nFrom: a\nTo: b\n\n<plist>\n"u8.ToArray() },
        { "base64", "H4sIAAAAAAAAAwMAAAAAAAAAAAA=\n"u8.ToArray() },
        { "base64 of broken gzip", "H4sIAAAAAAAAAwAAAAAAAAAAAAAA\n"u8.ToArray() },
        { "utf-16", [0xFF, 0xFE, (byte)'{', 0] },
        { "NUL", [0] },
        { "noise", [0xC0, 0x01, (byte)'\n'] },
        { "reports and noise", [.. Given.Utf8(Given.WithPolicies("[]")), 0xC0, 0x01] },
    };

    /// <summary>Time grows with the length, not with its square: twice the bytes take at most some three times as long.</summary>
    [Theory, MemberData(nameof(Hostile))]
    public void Decode_AMegabyteOfBeginnings_TakesLinearTime(string what, byte[] piece)
    {
        Assert.NotEmpty(what);
        foreach (var before in new[] { [], Given.Gzip(Given.SmallJson), Given.Utf8("From: a@b.example\nTo: c@d.example\n\nwords\n"), Given.Gzip(Given.SmallJson)[..^30] })
        {
            byte[] bytes = [.. before, .. Enumerable.Repeat(piece, (1 << 20) / piece.Length).SelectMany(b => b)];
            var began = System.Diagnostics.Stopwatch.GetTimestamp();
            var result = ReportDecoder.Decode(bytes, ReportLimits.Default);
            var took = System.Diagnostics.Stopwatch.GetElapsedTime(began);
            Assert.True(took < TimeSpan.FromSeconds(5), $"{took.TotalMilliseconds} ms");
            Assert.True(result is DecodeResult.Refused or DecodeResult.Decoded { Reports.Count: <= 1000, Skipped.Count: <= 100 });
        }
    }

    // One header block whose size is a lie or none.
    private static byte[] TarOf(int size)
    {
        var header = Tar(1)[..512];
        Encoding.ASCII.GetBytes(Convert.ToString(size, 8).PadLeft(11, '0')).CopyTo(header, 124);
        header.AsSpan(148, 8).Fill((byte)' ');
        Encoding.ASCII.GetBytes(Convert.ToString(header.Sum(b => b), 8).PadLeft(6, '0') + "\0 ").CopyTo(header, 148);
        return header;
    }

    private static byte[] Digest(string newLine, string? type)
    {
        var text = $"From: list@example.org\nTo: list@example.org\nSubject: List Digest, Vol 1, Issue 3\n{(type is null ? "" : $"MIME-Version: 1.0\nContent-Type: {type}\n")}\n"
            + $"Send submissions to\n\tlist@example.org\n\nToday's Topics:\n\n   1. Report (Reporter)\n\n{new string('-', 70)}\n\n"
            + string.Join($"\n{new string('-', 30)}\n\n", Message(1, "\n"), Message(2, "\n"), Message(3, "\n"))
            + $"\n{new string('-', 30)}\n\nEnd of List Digest, Vol 1, Issue 3\n**********************************\n";
        return Given.Utf8(text.ReplaceLineEndings(newLine));
    }

    private static string Message(int day, string newLine) => day == 2
        ? $"Date: Tue, 4 Mar 2025 01:00:00 +0000{newLine}From: Reporter <r@lighthouse.example>{newLine}Subject: Report{newLine}Content-Type: application/tlsrpt+gzip{newLine}Content-Transfer-Encoding: base64{newLine}{newLine}{Given.Base64Lines(Given.Gzip(Json(day)), newLine)}{newLine}"
        : $"Date: Tue, 4 Mar 2025 01:00:00 +0000{newLine}From: Reporter <r@lighthouse.example>{newLine}Subject: Report{newLine}{newLine}{Json(day)}{newLine}";

    private static void AssertRead(byte[] bytes, params int[] days)
    {
        var decoded = Given.Decoded(bytes);
        Assert.Empty(decoded.Skipped);
        Assert.Null(decoded.Ended);
        Assert.Equal(days, decoded.Reports.Select(report => report.Day.Day));
    }

    private static byte[] Of(string kind, int day) => Kinds.Single(one => one.Name == kind).Of(day);

    private static byte[] Emlx(int day)
    {
        var mail = Given.Utf8(Given.Mail(Given.Gzip(Json(day)), newLine: "\n"));
        return [.. Given.Utf8($"{mail.Length,-10}\n"), .. mail, .. "<?xml version=\"1.0\"?>\n<plist version=\"1.0\"><dict/></plist>\n"u8];
    }

    private static byte[] Tar(int day)
    {
        using var written = new MemoryStream();
        using (var tar = new TarWriter(written, TarEntryFormat.Ustar, leaveOpen: true))
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"{day}.json") { DataStream = new MemoryStream(Bytes(day)) });
        return written.ToArray();
    }

    private static byte[] Tnef(int day)
    {
        var json = Bytes(day);
        var sum = (ushort)json.Sum(b => b);
        return [0x78, 0x9F, 0x3E, 0x22, 1, 0, 2, .. BitConverter.GetBytes(0x00069002), 0, 0, 0, 0, 0, 0, 2, .. BitConverter.GetBytes(0x0006800F), .. BitConverter.GetBytes(json.Length), .. json, .. BitConverter.GetBytes(sum)];
    }

    // SignedData without signers (RFC 5652 §5.2).
    private static byte[] Signed(int day)
    {
        var writer = new System.Formats.Asn1.AsnWriter(System.Formats.Asn1.AsnEncodingRules.DER);
        var tagged = new System.Formats.Asn1.Asn1Tag(System.Formats.Asn1.TagClass.ContextSpecific, 0);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.7.2");
            using (writer.PushSequence(tagged))
            using (writer.PushSequence())
            {
                writer.WriteInteger(1);
                using (writer.PushSetOf())
                {
                }
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier("1.2.840.113549.1.7.1");
                    using (writer.PushSequence(tagged))
                        writer.WriteOctetString(Given.Utf8(Given.Mail(Given.Gzip(Json(day)))));
                }
                using (writer.PushSetOf())
                {
                }
            }
        }
        return writer.Encode();
    }
}
