using System.IO.Compression;
using System.Text;
using MtaSts.Bench.Decode;
using MtaSts.Peers;
using MtaSts.Protocol.Reports;

namespace MtaSts.Bench.Fuzz;

/// <summary>What mutation begins with: reports that the project writes itself, and real ones where their folder is.</summary>
internal static class FuzzSamples
{
    private const int Own = 12;
    private const int LargestReal = 16 * 1024;

    private static readonly TlsReport[] OwnReports = [.. Enumerable.Range(0, Own).Select(number => Samples.Small(number, number % 2 == 0 ? "bench.example" : "b\u00fccher.example")), Full()];

    public static IReadOnlyList<TlsReport> Reports() => OwnReports;

    public static IEnumerable<byte[]> Mails() => OwnReports.Take(6).Select((report, number) => ReportMail.Write(report, "bench.example",
        new ReportMailOptions { From = "reports@bigmail.example", To = "abcdefghijklmnopqrstuvwxyz@reports.example", Date = report.End, Compress = number % 2 == 0 }))
        .Append("Content-Type: message/rfc822\r\n\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=7B=22policies=22:[]=7D\r\n--b--\r\n"u8.ToArray());

    public static IEnumerable<byte[]> CorpusMails() => Samples.Real().Where(mail => mail.Length <= LargestReal);

    public static IEnumerable<byte[]> CorpusJson() => CorpusFolder.Find() is { } folder
        ? Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Where(json => json.Length <= LargestReal)
        : [];

    public static byte[] Gzip(byte[] plain)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(plain);
        return packed.ToArray();
    }

    /// <summary>Null: it is damaged, or more than an input may have.</summary>
    public static byte[]? Gunzip(byte[] packed)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            var plain = new byte[Mutator.MaxInput];
            var length = gzip.ReadAtLeast(plain, plain.Length, throwOnEndOfStream: false);
            return length == plain.Length ? null : plain[..length];
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    public static byte[] Zip(byte[] member, CompressionLevel level)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8))
        {
            zip.CreateEntry("folder/");
            using var entry = zip.CreateEntry("folder/report.json", level).Open();
            entry.Write(member);
        }
        return packed.ToArray();
    }

    /// <summary>Every field filled.</summary>
    private static TlsReport Full() => Samples.Small(2) with
    {
        Policies = [new ReportedPolicy
        {
            PolicyType = PolicyTypes.Tlsa,
            PolicyDomain = "harbour.example",
            PolicyString = ["3 1 1 ABCDEF", "[\"x\"]"],
            MxHost = ["mx1.harbour.example", "*.harbour.example"],
            Successful = SessionCount.Maximum,
            Failed = 1,
            Details = [new FailureDetail { ResultType = "x", SendingMtaIp = "192.0.2.1", ReceivingMxHostname = "mx1.harbour.example", ReceivingMxHelo = "mx1", ReceivingIp = "2001:db8::25", FailedSessions = 3, AdditionalInformation = "https://a.example/", FailureReasonCode = "why" }],
        }],
    };
}
