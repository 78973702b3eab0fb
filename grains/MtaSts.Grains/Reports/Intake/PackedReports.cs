using System.IO.Compression;
using System.Text;
using System.Text.Json;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>Decoded reports, used after the received bytes were deleted.</summary>
internal static class PackedReports
{
    /// <summary>The reports in an envelope as RFC 8460 JSON, normalised; empty when it could not be decoded.</summary>
    public static Task<IReadOnlyList<string>> Of(byte[] raw, EnvelopeDecoder decoder) => decoder.Use<IReadOnlyList<string>>(raw, result => result is DecodeResult.Decoded decoded
        ? [.. decoded.Reports.Select(report => Encoding.UTF8.GetString(ReportWriter.Write(report)))]
        : []);

    public static byte[] Write(IReadOnlyList<string> reports)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            JsonSerializer.Serialize(gzip, reports);
        return packed.ToArray();
    }

    /// <summary>The reports, read from their normalised form.</summary>
    public static IReadOnlyList<TlsReport> Decode(byte[] packed) =>
        [.. Read(packed).SelectMany(json => ReportDecoder.Decode(Encoding.UTF8.GetBytes(json), ReportLimits.Default) is DecodeResult.Decoded decoded ? decoded.Reports : [])];

    public static IReadOnlyList<string> Read(byte[] packed)
    {
        using var gzip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<string[]>(gzip)!;
    }
}
