using System.Formats.Tar;
using System.Security.Cryptography.Pkcs;
using System.Text;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Protocol.Tests.Reports;

/// <summary>Several reports in one delivery, and one of them damaged: streams, archives, mailboxes, and what stores and mail programs wrap around a mail.</summary>
public sealed class ContainerTests
{
    private static ReadOnlySpan<byte> Rule => [1, 1, 1, 1, (byte)'\n'];

    private static string Json(int day) => Given.FullJson.Replace("2025-03-04", $"2025-03-{day:00}", StringComparison.Ordinal);

    private static string Line(int day) => Json(day).ReplaceLineEndings("");

    private static byte[] Bytes(int day) => Given.Utf8(Json(day));

    private static byte[] Mail(int day, string newLine = "\r\n") => Given.Utf8(Given.Mail(Given.Gzip(Json(day)), newLine: newLine));

    private static string Cut(int day) => Line(day)[..300];

    public static TheoryData<string, byte[]> Three => new()
    {
        { "concatenated", Given.Utf8(Json(1) + Json(2) + Json(3)) },
        { "lines", Given.Utf8(Line(1) + "\n" + Line(2) + "\n" + Line(3) + "\n") },
        { "lines with blank ones and CRLF", Given.Utf8(Line(1) + "\r\n\r\n" + Line(2) + "\r\n" + Line(3)) },
        { "list", Given.Utf8($"[{Json(1)}, {Json(2)},\n{Json(3)}]") },
        { "list without its end", Given.Utf8($"[{Json(1)},{Json(2)},{Json(3)}") },
        { "lists", Given.Utf8($"[{Json(1)}]\n[{Json(2)},{Json(3)}]") },
        { "commas", Given.Utf8($"{Json(1)},{Json(2)},{Json(3)}") },
        { "text sequence (RFC 7464)", Given.Utf8($"\u001e{Json(1)}\n\u001e{Json(2)}\n\u001e{Json(3)}\n") },
        { "each with a byte order mark", [.. Encoding.UTF8.Preamble, .. Bytes(1), .. Encoding.UTF8.Preamble, .. Bytes(2), .. Encoding.UTF8.Preamble, .. Bytes(3)] },
        { "gzip of lines", Given.Gzip(Line(1) + "\n" + Line(2) + "\n" + Line(3)) },
        { "gzip joined", [.. Given.Gzip(Json(1)), .. Given.Gzip(Json(2)), .. Given.Gzip(Json(3))] },
        { "UTF-16", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Line(1) + "\n" + Line(2) + "\n" + Line(3))] },
        { "UTF-32", [0xFF, 0xFE, 0, 0, .. Encoding.UTF32.GetBytes(Line(1) + "\n" + Line(2) + "\n" + Line(3))] },
        { "UTF-32, unmarked", Encoding.UTF32.GetBytes(Line(1) + "\n" + Line(2) + "\n" + Line(3)) },
        { "UTF-32, big endian", new UTF32Encoding(true, true) is var wide ? [.. wide.GetPreamble(), .. wide.GetBytes(Line(1) + Line(2) + Line(3))] : [] },
        { "UTF-16 joined with letters of four bytes", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Line(1).Replace("Lighthouse", "\ud83d\udea8", StringComparison.Ordinal)), .. Bytes(2), .. Bytes(3)] },
        { "mailbox in UTF-16", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Encoding.Latin1.GetString([.. "From \n"u8, .. Mail(1, "\n"), .. "From \n"u8, .. Mail(2, "\n"), .. "From \n"u8, .. Mail(3, "\n")]))] },
        { "a mail with a mailbox in UTF-16", Attached("application/octet-stream", "r.txt", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Encoding.Latin1.GetString([.. "From \n"u8, .. Mail(1, "\n"), .. "From \n"u8, .. Mail(2, "\n"), .. "From \n"u8, .. Mail(3, "\n")]))]) },
        { "mailbox with CR", Given.Utf8(Encoding.Latin1.GetString([.. "From \n"u8, .. Mail(1, "\n"), .. "From \n"u8, .. Mail(2, "\n"), .. "From \n"u8, .. Mail(3, "\n")]).Replace('\n', '\r')) },
        { "mailbox of plain JSON with CR", Given.Utf8(string.Concat(Enumerable.Range(1, 3).Select(day => $"From a@b.example Tue Nov 10 01:00:02 2026\rFrom: a@b.example\rTo: c@d.example\r\r{Line(day)}\r\r"))) },
        { "mailbox of MMDF", [.. Rule, .. Mail(1, "\n"), .. Rule, .. Rule, .. Mail(2, "\n"), .. Rule, .. Rule, .. Mail(3, "\n"), .. Rule] },
        { "mailbox of MMDF, of plain JSON", Given.Utf8(string.Concat(Enumerable.Range(1, 3).Select(day => $"\u0001\u0001\u0001\u0001\nFrom: a@b.example\nTo: c@d.example\n\n{Json(day)}\n\u0001\u0001\u0001\u0001\n"))) },
        { "comments", Given.Utf8($"/* three */\n{Json(1)}\n/* c */\n{Json(2)}\n// d\n{Json(3)}\n// e") },
        { "list with comments", Given.Utf8($"[{Json(1)}, /* c */ {Json(2)}, // d\n{Json(3)}]") },
        { "zip", Given.Zip(("1.json", Bytes(1)), ("2.json.gz", Given.Gzip(Json(2))), ("3.jsonl", Given.Utf8(Line(3)))) },
        { "zip by macOS", Given.Zip(("r/", []), ("r/1.json", Bytes(1)), ("__MACOSX/r/._1.json", [0, 5, 22, 7]), ("r/.DS_Store", [0, 0, 0, 1]), ("r/2.json", Bytes(2)), ("r/Thumbs.db", [1]), ("r/3.json", Bytes(3)), ("._3.json", [0, 5, 22, 7])) },
        { "zip64", Zip64(Given.Zip(("1.json", Bytes(1)), ("2.json", Bytes(2)), ("3.json", Bytes(3))), wide: true) },
        { "zip with an end record of zip64 for the place alone", Zip64(Given.Zip(("1.json", Bytes(1)), ("2.json", Bytes(2)), ("3.json", Bytes(3))), wide: false) },
        { "tar", Tar(TarEntryFormat.Ustar, 1, 2, 3) },
        { "tar of v7", Tar(TarEntryFormat.V7, 1, 2, 3) },
        { "tar of pax", Tar(TarEntryFormat.Pax, 1, 2, 3) },
        { "tar.gz of GNU", Given.Gzip(Tar(TarEntryFormat.Gnu, 1, 2, 3)) },
        { "base64 of a zip", Given.Utf8(Given.Base64Lines(Given.Zip(("1.json", Bytes(1)), ("2.json", Bytes(2)), ("3.json", Bytes(3))), "\n")) },
        { "mails joined", [.. Mail(1), .. Mail(2), .. Mail(3)] },
        { "mails joined, with LF and blank lines", [.. Mail(1, "\n"), .. "\n\n"u8, .. Mail(2, "\n"), .. "\n"u8, .. Mail(3, "\n")] },
        { "mails without parts joined", Given.Utf8(string.Concat(Enumerable.Range(1, 3).Select(day => $"From: a@b.example\r\nTo: c@d.example\r\nContent-Type: application/tlsrpt+gzip\r\nContent-Transfer-Encoding: base64\r\n\r\n{Given.Base64Lines(Given.Gzip(Json(day)), "\r\n")}\r\n"))) },
        { "mails of plain JSON joined", Given.Utf8(string.Concat(Enumerable.Range(1, 3).Select(day => $"From: a@b.example\nTo: c@d.example\n\n{Json(day)}\n"))) },
        { "mailbox", [.. "From a\r\n"u8, .. Mail(1), .. "From - \r\n"u8, .. Mail(2), .. "From MAILER-DAEMON Tue Nov 10 01:00:02 2026\r\n"u8, .. Mail(3)] },
        { "gzip of a mailbox", Given.Gzip([.. "\nFrom \n"u8, .. Mail(1, "\n"), .. "From \n"u8, .. Mail(2, "\n"), .. "\nFrom \n"u8, .. Mail(3, "\n")]) },
        { "zip of mails", Given.Zip(("1.eml", Mail(1)), ("2.eml.gz", Given.Gzip(Mail(2))), ("3.emlx", Emlx(3))) },
        { "a mail with a zip of mails", Attached("application/zip", "r.zip", Given.Zip(("1.eml", Mail(1)), ("2.eml", Mail(2)), ("3.eml", Mail(3)))) },
        { "a mail with a mailbox", Attached("application/mbox", "r.mbox", [.. "From \n"u8, .. Mail(1, "\n"), .. "From \n"u8, .. Mail(2, "\n"), .. "From \n"u8, .. Mail(3, "\n")]) },
        { "a mail with a tar.gz", Attached("application/octet-stream", "r.tgz", Given.Gzip(Tar(TarEntryFormat.Ustar, 1, 2, 3))) },
        { "a mail with TNEF", Attached("application/ms-tnef", "winmail.dat", Tnef(("1.json", Bytes(1)), ("2.json.gz", Given.Gzip(Json(2))), ("3.zip", Given.Zip(("3.json", Bytes(3)))))) },
    };

    [Theory, MemberData(nameof(Three))]
    public void Decode_Three_AreAllTaken(string form, byte[] bytes)
    {
        Assert.NotEmpty(form);
        var decoded = Given.Decoded(bytes);
        Assert.Equal([1, 2, 3], decoded.Reports.Select(report => report.Day.Day));
        Assert.Empty(decoded.Skipped);
    }

    public static TheoryData<string, byte[], RefusalReason, string> OneDamaged => new()
    {
        { "concatenated", Given.Utf8(Json(1) + Cut(2) + Json(3)), RefusalReason.MalformedJson, "report 2" },
        { "lines", Given.Utf8(Line(1) + "\n" + Cut(2) + "\n" + Line(3) + "\n"), RefusalReason.MalformedJson, "report 2" },
        { "list", Given.Utf8($"[{Line(1)},{Cut(2)},{Line(3)}]"), RefusalReason.MalformedJson, "report 2" },
        { "lines with words between", Given.Utf8(Line(1) + "\nerror: no report\n" + Line(3)), RefusalReason.MalformedJson, "report 2" },
        { "lines, one too deep", Given.Utf8(Line(1) + "\n{\"a\":" + new string('[', 100) + "\n" + Line(3)), RefusalReason.TooDeep, "report 2" },
        { "lines, one without a range", Given.Utf8(Line(1) + "\n{\"policies\":[]}\n" + Line(3)), RefusalReason.MissingDateRange, "report 2" },
        { "gzip joined, one cut", [.. Given.Gzip(Json(1)), .. Given.Gzip(Json(2))[..^60], .. Given.Gzip(Json(3))], RefusalReason.MalformedArchive, "gzip member 2" },
        { "gzip joined, one wrong", [.. Given.Gzip(Json(1)), .. Wrong(Given.Gzip(Json(2))), .. Given.Gzip(Json(3))], RefusalReason.MalformedArchive, "gzip member 2" },
        { "zip, one cut", Given.Zip(("1.json", Bytes(1)), ("2.json.gz", Given.Gzip(Json(2))[..^60]), ("3.json", Bytes(3))), RefusalReason.MalformedArchive, "file 2 (2.json.gz)" },
        { "zip, one empty", Given.Zip(("1.json", Bytes(1)), ("2.json", []), ("3.json", Bytes(3))), RefusalReason.Empty, "file 2 (2.json)" },
        { "zip, one of words", Given.Zip(("1.json", Bytes(1)), ("2.json.gz", "no gzip"u8.ToArray()), ("3.json", Bytes(3))), RefusalReason.NotAReport, "file 2 (2.json.gz)" },
        { "zip, one a bomb", Given.Zip(("1.json", Bytes(1)), ("2.json", new byte[4 << 20]), ("3.json", Bytes(3))), RefusalReason.RatioTooHigh, "file 2 (2.json)" },
        { "zip, one encrypted", Flagged(Given.Zip(("1.json", Bytes(1)), ("2.json", Bytes(2)), ("3.json", Bytes(3))), flags: 1), RefusalReason.MalformedArchive, "file 2 (2.json)" },
        { "zip, one by another method", Flagged(Given.Zip(("1.json", Bytes(1)), ("2.json", Bytes(2)), ("3.json", Bytes(3))), method: 12), RefusalReason.MalformedArchive, "file 2 (2.json)" },
        { "zip in a mail", Attached("application/zip", "r.zip", Given.Zip(("1.json", Bytes(1)), ("d/2.json", Given.Utf8(Cut(2))), ("3.json", Bytes(3)))), RefusalReason.MalformedJson, "part 2 (r.zip), file 2 (2.json)" },
        { "tar.gz", Given.Gzip(Tar(TarEntryFormat.Ustar, 1, -2, 3)), RefusalReason.MalformedJson, "file 2 (-2.json)" },
        { "mails joined", [.. Mail(1), .. Given.Utf8(Given.Mail(Given.Gzip(Json(2))[..^60])), .. Mail(3)], RefusalReason.MalformedArchive, "mail 2, part 2 (lighthouse.example!harbour.example!1741046400!1741132799!001.json.gz)" },
        { "mailbox", [.. "From \r\n"u8, .. Mail(1), .. "From \r\n"u8, .. Given.Utf8(Given.Mail("nothing"u8.ToArray())), .. "From \r\n"u8, .. Mail(3)], RefusalReason.NotAReport, "mail 2, part 2 (lighthouse.example!harbour.example!1741046400!1741132799!001.json.gz)" },
        { "mail with three, one cut", Parts(Given.Gzip(Json(1)), Given.Gzip(Json(2))[..^60], Given.Gzip(Json(3))), RefusalReason.MalformedArchive, "part 2 (r.json.gz)" },
        { "mail with three, one empty", Parts(Given.Gzip(Json(1)), [], Given.Gzip(Json(3))), RefusalReason.Empty, "part 2 (r.json.gz)" },
        { "mail with three, one of words", Parts(Given.Gzip(Json(1)), "words"u8.ToArray(), Given.Gzip(Json(3))), RefusalReason.NotAReport, "part 2 (r.json.gz)" },
        { "mail with three, one of a foreign archive", Parts(Given.Gzip(Json(1)), [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0, 4], Given.Gzip(Json(3))), RefusalReason.NotAReport, "part 2 (r.json.gz)" },
    };

    [Theory, MemberData(nameof(OneDamaged))]
    public void Decode_ThreeOfWhichOneIsDamaged_TakesTwoAndTellsTheOther(string form, byte[] bytes, RefusalReason reason, string where)
    {
        Assert.NotEmpty(form);
        var decoded = Given.Decoded(bytes);
        Assert.Equal([1, 3], decoded.Reports.Select(report => report.Day.Day));
        var skipped = Assert.Single(decoded.Skipped);
        Assert.Equal((reason, where), (skipped.Refusal.Reason, skipped.Where));
    }

    public static TheoryData<string, byte[]> One => new()
    {
        { "emlx", Emlx(1) },
        { "base64 of gzip", Given.Utf8(Given.Base64Lines(Given.Gzip(Json(1)), "\r\n")) },
        { "base64 of JSON in one line", Given.Utf8(Convert.ToBase64String(Bytes(1))) },
        { "a mail without Content-Transfer-Encoding", Given.Utf8(Encoding.Latin1.GetString(Mail(1)).Replace("Content-Transfer-Encoding: base64\r\n", "", StringComparison.Ordinal)) },
        { "a mail whose base64 calls itself 7bit", Given.Utf8(Encoding.Latin1.GetString(Mail(1)).Replace("Encoding: base64", "Encoding: 7bit", StringComparison.Ordinal)) },
        { "a forwarded mail as octet-stream", Attached("application/octet-stream", "ForwardedMessage.dat", Mail(1)) },
        { "S/MIME, opaque", Given.Utf8("From: a@b.example\r\nContent-Type: application/pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n\r\n" + Given.Base64Lines(Signed(Mail(1)), "\r\n") + "\r\n") },
        { "smime.p7m by itself", Signed(Mail(1)) },
        { "winmail.dat by itself", Tnef(("r.json", Bytes(1))) },
        { "zip cut behind its first member", Given.Zip(("1.json", Bytes(1)), ("2.json", Bytes(2)))[..^120] },
    };

    [Theory, MemberData(nameof(One))]
    public void Decode_Wrapped_IsRead(string form, byte[] bytes)
    {
        Assert.NotEmpty(form);
        Assert.Equal(1, Given.Decoded(bytes).Reports[0].Day.Day);
    }

    [Theory]
    [InlineData("D0CF11E0A1B11AE100000000", "an Outlook message (.msg)", "save it as .eml")]
    [InlineData("526172211A0700", "RAR", "Unpack it")]
    [InlineData("377ABCAF271C0004", "7z", "Unpack it")]
    [InlineData("255044462D312E37", "PDF", ".json.gz")]
    [InlineData("3C3F786D6C2076657273696F6E3D22312E30223F3E3C666565646261636B3E", "DMARC", "TLS reports")]
    [InlineData("2142444E00000000", "Outlook data file", ".mbox")]
    [InlineData("FD377A585A0000", "xz", "Unpack it")]
    [InlineData("789CAB564A54B2520200", "zlib", "Unpack it")]
    [InlineData("626567696E2036343420722E6A736F6E0A2341424321600A", "uuencoded", "Decode it")]
    [InlineData("646174613A6170706C69636174696F6E2F6A736F6E3B6261736536342C65794A76636D64", "a data: URL", "Decode it")]
    [InlineData("227B5C226F7267616E697A6174696F6E2D6E616D655C223A5C22785C227D22", "a JSON string", "Send the report itself")]
    [InlineData("4834734941414141414141414141372D5F5F5F5F5F5F2D5F0A", "base64url", "Decode it")]
    public void Decode_ForeignFormat_IsToldByNameWithWhatToDo(string hex, string name, string next)
    {
        foreach (var bytes in new[] { Convert.FromHexString(hex), Attached("application/octet-stream", "x.bin", Convert.FromHexString(hex)), Given.Zip(("x.bin", Convert.FromHexString(hex))) })
        {
            var refused = Given.Refused(bytes);
            Assert.Contains(name, refused.Message, StringComparison.Ordinal);
            Assert.Contains(next, refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Decode_ArchiveBeyondTheLimit_TakesTheFirstAndTells()
    {
        var limits = ReportLimits.Default with { MaxArchiveMembers = 2 };
        foreach (var bytes in new[] { Given.Zip(("1.json", Bytes(1)), ("2.json", Bytes(2)), ("3.json", Bytes(3))), Tar(TarEntryFormat.Ustar, 1, 2, 3) })
        {
            var decoded = Given.Decoded(bytes, limits);
            Assert.Equal([1, 2], decoded.Reports.Select(report => report.Day.Day));
            Assert.Contains("more than 2 files", Assert.Single(decoded.Skipped).Refusal.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>A report that names no domain is about that of its own mail, not of the first.</summary>
    [Fact]
    public void Decode_MailsOfSeveralDomains_EachReportHasItsOwnMail()
    {
        var second = Given.Utf8(Encoding.Latin1.GetString(Mail(2)).Replace("TLS-Report-Domain: Harbour.Example.", "TLS-Report-Domain: bay.example", StringComparison.Ordinal));
        var decoded = Given.Decoded(Given.Zip(("1.eml", Mail(1)), ("2.eml", second), ("3.json", Bytes(3))));
        Assert.Equal(["harbour.example", "bay.example", null], Enumerable.Range(0, 3).Select(i => decoded.MailOf(i)?.TlsReportDomain));
    }

    /// <summary>Words that look like a header, a forwarded mail quoted in a text, and mails that are no reports add nothing and are not told.</summary>
    [Fact]
    public void Decode_TextBesideAReport_IsNoPart()
    {
        var human = "Hello,\r\n\r\nFrom: a@b.example\r\nTo: c@d.example\r\nSubject: old\r\n\r\nFrom 2026-11-10 on, all is well.";
        var decoded = Given.Decoded(Given.Utf8(Given.Mail(Given.Gzip(Json(1)), human: human)));
        Assert.Single(decoded.Reports);
        Assert.Empty(decoded.Skipped);
    }

    /// <summary>Damaged parts that fail late are paid for like others, and only so many are told.</summary>
    [Fact]
    public void Decode_ManyDamaged_AreBounded()
    {
        var line = Cut(2) + "\n";
        var decoded = Given.Decoded(Given.Utf8(Line(1) + "\n" + string.Concat(Enumerable.Repeat(line, 2_000)) + Line(3)));
        Assert.True(decoded.Skipped.Count <= ReportLimits.Default.MaxSkipped);
        Assert.Contains("MaxSkipped", decoded.Skipped[^1].Refusal.Message, StringComparison.Ordinal);
        var bombs = Given.Zip([("1.json", Bytes(1)), .. Enumerable.Range(0, 40).Select(i => ($"{i}.bin", new byte[3 << 20]))]);
        Assert.Equal(RefusalReason.DecompressedTooLarge, Given.Decoded(bombs).Ended?.Reason);
    }

    private static byte[] Emlx(int day)
    {
        var mail = Mail(day, "\n");
        return [.. Given.Utf8($"{mail.Length,-10}\n"), .. mail, .. "<?xml version=\"1.0\"?><plist/>"u8];
    }

    private static byte[] Wrong(byte[] gzip)
    {
        gzip.AsSpan(gzip.Length / 2, 20).Fill(0xFF);
        return gzip;
    }

    private static byte[] Attached(string type, string name, byte[] content) => Given.Utf8(
        $"From: a@b.example\r\nTo: c@d.example\r\nContent-Type: multipart/mixed; boundary=f\r\n\r\n--f\r\n\r\nSee below.\r\n--f\r\nContent-Type: {type}; name=\"{name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{Given.Base64Lines(content, "\r\n")}\r\n--f--\r\n");

    private static byte[] Parts(params byte[][] contents) => Given.Utf8("From: a@b.example\r\nTo: c@d.example\r\nContent-Type: multipart/mixed; boundary=f\r\n\r\n"
        + string.Concat(contents.Select(content => $"--f\r\nContent-Type: application/gzip; name=\"r.json.gz\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{Given.Base64Lines(content, "\r\n")}\r\n")) + "--f--\r\n");

    // A number below zero is that day's report, cut.
    private static byte[] Tar(TarEntryFormat format, params int[] days)
    {
        using var written = new MemoryStream();
        using (var tar = new TarWriter(written, format, leaveOpen: true))
        {
            foreach (var day in days)
            {
                using var content = new MemoryStream(day < 0 ? Given.Utf8(Cut(-day)) : Bytes(day));
                TarEntry entry = format switch
                {
                    TarEntryFormat.V7 => new V7TarEntry(TarEntryType.V7RegularFile, $"r/{day}.json"),
                    TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, $"r/{day}.json"),
                    TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, $"r/{new string('x', 120)}/{day}.json"),
                    _ => new PaxTarEntry(TarEntryType.RegularFile, $"r/{new string('x', 120)}/{day}.json"),
                };
                entry.DataStream = content;
                tar.WriteEntry(entry);
            }
        }
        return written.ToArray();
    }

    private static byte[] Signed(byte[] mail)
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest("CN=a", key, System.Security.Cryptography.HashAlgorithmName.SHA256, System.Security.Cryptography.RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(99));
        var cms = new SignedCms(new ContentInfo(mail));
        cms.ComputeSignature(new CmsSigner(certificate));
        return cms.Encode();
    }

    private static byte[] Tnef(params (string Name, byte[] Content)[] attachments)
    {
        using var written = new MemoryStream();
        using var writer = new BinaryWriter(written);
        writer.Write(0x223E9F78);
        writer.Write((ushort)1);
        foreach (var (name, content) in attachments)
        {
            Attribute(0x00069002, new byte[14]);
            Attribute(0x00018010, [.. Given.Utf8(name), 0]);
            Attribute(0x0006800F, content);
        }
        return written.ToArray();

        void Attribute(uint tag, byte[] data)
        {
            writer.Write((byte)2);
            writer.Write(tag);
            writer.Write(data.Length);
            writer.Write(data);
            writer.Write((ushort)data.Sum(b => b));
        }
    }

    // The second member's directory entry.
    private static byte[] Flagged(byte[] zip, int flags = 0, int method = 8)
    {
        var first = zip.AsSpan().IndexOf("PK\x1\x2"u8);
        var second = first + 4 + zip.AsSpan(first + 4).IndexOf("PK\x1\x2"u8);
        zip[second + 8] |= (byte)flags;
        zip[second + 10] = (byte)method;
        return zip;
    }

    /// <summary>The archive with an end record of zip64, as some writers make it for small ones too.</summary>
    private static byte[] Zip64(byte[] zip, bool wide)
    {
        var end = zip.AsSpan().LastIndexOf("PK\x5\x6"u8);
        var record = zip.AsSpan(end).ToArray();
        long count = BitConverter.ToUInt16(record, 10), size = BitConverter.ToUInt32(record, 12), offset = BitConverter.ToUInt32(record, 16);
        byte[] zip64 = [.. "PK\x6\x6"u8, .. BitConverter.GetBytes(44L), 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. BitConverter.GetBytes(count), .. BitConverter.GetBytes(count), .. BitConverter.GetBytes(size), .. BitConverter.GetBytes(offset)];
        byte[] locator = [.. "PK\x6\x7"u8, 0, 0, 0, 0, .. BitConverter.GetBytes((long)end), 1, 0, 0, 0];
        record.AsSpan(16, 4).Fill(0xFF);
        if (wide)
            record.AsSpan(4, 12).Fill(0xFF);
        return [.. zip.AsSpan(0, end), .. zip64, .. locator, .. record];
    }
}
