using System.IO.Compression;
using System.Text;

namespace MtaSts.EndToEnd.Hostile;

/// <summary>What is thrown at the sources.</summary>
internal static class Vectors
{
    private const int Mebi = 1 << 20;
    private static int mails;

    /// <summary>gzip of 10 GB of zeros, some 10 MB: deflate that ends a block on a byte boundary may be repeated.</summary>
    public static byte[] TenGigabytes { get; } = Gigabytes(10);

    /// <summary>As many as go into a mail.</summary>
    public static byte[] SevenGigabytes { get; } = Gigabytes(7);

    /// <summary>A gzip of a gzip of a gzip … of 1 GB: each layer is small.</summary>
    public static byte[] Nested(int layers)
    {
        var bomb = Gigabytes(1);
        for (var layer = 1; layer < layers; layer++)
            bomb = Gzip(bomb);
        return bomb;
    }

    /// <summary>A zip in a zip in a zip, the innermost 200 MB of zeros.</summary>
    public static byte[] NestedZip() => Zip(("c.zip", Zip(("b.zip", Zip(("a.json", new byte[200 * Mebi]))))));

    /// <summary>A zip whose entries all lie upon each other: a hundred members of one piece of packed data.</summary>
    public static byte[] OverlappingZip()
    {
        // Spaces with a letter now and then: some MiB at a ratio that no report is refused for.
        var member = Enumerable.Repeat((byte)' ', 6 * Mebi).ToArray();
        for (var i = 0; i < member.Length; i += 256)
            member[i] = (byte)('a' + (i * 7919L % 26));
        var one = Zip(("a", member));
        var directory = one.AsSpan().IndexOf("PK\x1\x2"u8);
        var end = one.AsSpan().LastIndexOf("PK\x5\x6"u8);
        const int Members = 100;
        using var zip = new MemoryStream();
        zip.Write(one, 0, directory);
        for (var i = 0; i < Members; i++)
            zip.Write(one, directory, end - directory);
        var record = one[end..];
        BitConverter.TryWriteBytes(record.AsSpan(8), (short)Members);
        BitConverter.TryWriteBytes(record.AsSpan(10), (short)Members);
        BitConverter.TryWriteBytes(record.AsSpan(12), (end - directory) * Members);
        zip.Write(record);
        return zip.ToArray();
    }

    /// <summary>10 MB of <c>[</c>.</summary>
    public static byte[] Lists(string name) => [.. Encoding.ASCII.GetBytes($"{{\"x\":\"{name}\",\"policies\":"), .. Enumerable.Repeat((byte)'[', 10_000_000)];

    /// <summary>A report with a million failure details, about 25 MB of JSON.</summary>
    public static byte[] MillionDetails(string domain, string id)
    {
        var json = new StringBuilder(30_000_000).Append(Head(id)).Append($$$"""[{"policy":{"policy-type":"sts","policy-domain":"{{{domain}}}"},"summary":{"total-successful-session-count":7,"total-failure-session-count":1000000},"failure-details":[""");
        for (var i = 0; i < 1_000_000; i++)
            json.Append(i == 0 ? "" : ",").Append("{\"result-type\":\"x").Append(i % 1000).Append("\"}");
        return Encoding.ASCII.GetBytes(json.Append("]}]}").ToString());
    }

    /// <summary>A report whose texts hold NUL and what is no UTF-8.</summary>
    public static byte[] NotText(string domain, string id)
    {
        var json = Encoding.ASCII.GetBytes(Head(id + "\\u0000\\ud800 @@") + $$$"""[{"policy":{"policy-type":"sts","policy-string":["a\u0000b@@"],"policy-domain":"{{{domain}}}"},"summary":{"total-successful-session-count":1,"total-failure-session-count":1},"failure-details":[{"result-type":"@@","failed-session-count":1,"failure-reason-code":"\u0000"}]}]}""");
        for (var at = 0; (at = json.AsSpan(at).IndexOf("@@"u8) is var found && found >= 0 ? at + found : -1) >= 0;)
            (json[at], json[at + 1]) = (0xFF, 0xC0);
        return json;
    }

    /// <summary>A hundred thousand header fields.</summary>
    public static byte[] HeaderFlood(string to) => Encoding.ASCII.GetBytes(Mail(to) + string.Concat(Enumerable.Range(0, 100_000).Select(number => $"X-{number}: y\r\n")) + "\r\nbody\r\n");

    /// <summary>Parts in parts, a thousand deep.</summary>
    public static byte[] DeepMail(string to)
    {
        var mail = new StringBuilder(Mail(to));
        for (var depth = 0; depth < 1_000; depth++)
            mail.Append($"Content-Type: multipart/mixed; boundary=b{depth}\r\n\r\n--b{depth}\r\n");
        return Encoding.ASCII.GetBytes(mail.Append("\r\nbody\r\n").ToString());
    }

    /// <summary>A million parts.</summary>
    public static byte[] ManyParts(string to) => Encoding.ASCII.GetBytes(Mail(to) + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + string.Concat(Enumerable.Repeat("--b\r\n\r\n", 1_000_000)));

    /// <summary>One header field of 10 MB.</summary>
    public static byte[] EndlessHeader(string to) => Encoding.ASCII.GetBytes(Mail(to) + "X-Long: " + string.Concat(Enumerable.Repeat("0123456789abcdef\r\n ", 500_000)) + "\r\n\r\n");

    /// <summary>A mail around bytes, in base64.</summary>
    public static byte[] Wrapped(string to, byte[] content) => Encoding.ASCII.GetBytes(
        Mail(to) + "Content-Type: application/tlsrpt+gzip\r\nContent-Transfer-Encoding: base64\r\n\r\n" + Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks) + "\r\n");

    /// <summary>Header fields that are no UTF-8 and hold NUL, around a report.</summary>
    public static byte[] NotTextMail(string to, byte[] json) =>
        [.. Encoding.ASCII.GetBytes(Mail(to)), .. "Subject: a\0b"u8, 0xFF, 0xC0, .. "\r\nX-\0: "u8, 0xED, 0xA0, 0x80, .. "\r\nContent-Type: application/tlsrpt+json\r\n\r\n"u8, .. json];

    /// <summary>A mail of just the limit that does not compress; each one another.</summary>
    public static byte[] Largest(string to, int number)
    {
        var head = Encoding.ASCII.GetBytes(Mail(to) + $"Subject: {number}\r\n\r\n");
        var mail = new byte[(10 * Mebi) - 2];
        new Random(number).NextBytes(mail);
        for (var i = 0; i < mail.Length; i++)
            mail[i] = (byte)('A' + (mail[i] & 15)); // No dot, no line end.
        head.CopyTo(mail, 0);
        return mail;
    }

    public static byte[] Gzip(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(plain);
        return packed.ToArray();
    }

    public static byte[] Zip(params (string Name, byte[] Bytes)[] members)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in members)
            {
                using var entry = zip.CreateEntry(name, CompressionLevel.Fastest).Open();
                entry.Write(bytes);
            }
        }
        return packed.ToArray();
    }

    private static string Head(string id) => $$$"""{"date-range":{"start-datetime":"2026-03-04T00:00:00Z","end-datetime":"2026-03-04T23:59:59Z"},"report-id":"{{{id}}}","policies":""";

    /// <summary>Each mail is another: the same bytes would be the same envelope, whatever the source.</summary>
    private static string Mail(string to) => $"From: a@sender.example\r\nTo: {to}\r\nX-Number: {Interlocked.Increment(ref mails):D8}\r\n";

    private static byte[] Gigabytes(int count)
    {
        using var block = new MemoryStream();
        using var deflate = new DeflateStream(block, CompressionLevel.SmallestSize, leaveOpen: true);
        deflate.Write(new byte[Mebi]);
        deflate.Flush();
        using var bomb = new MemoryStream();
        bomb.Write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]);
        for (var i = 0; i < count * 1000; i++)
            bomb.Write(block.GetBuffer(), 0, (int)block.Length);
        return bomb.ToArray();
    }
}
