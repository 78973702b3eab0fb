using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;

namespace MtaSts.Host;

/// <summary>An envelope's bytes as a download that no browser opens; the same from the API and from the pages.</summary>
internal static class RawEnvelope
{
    private const int IdLength = 35; // rp- and 128 bits in hexadecimal

    /// <summary>Keeps made-up ids from waking grains.</summary>
    public static bool IsId(string id) => id.Length == IdLength && id.StartsWith("rp-", StringComparison.Ordinal) && id.Skip(3).All(char.IsAsciiHexDigitLower);

    public static FileContentHttpResult Of(byte[] raw, string id) => TypedResults.File(raw, MediaTypeNames.Application.Octet, id + Extension(raw));

    private static string Extension(ReadOnlySpan<byte> raw) => raw switch
    {
        [0x1f, 0x8b, ..] => ".json.gz",
        [(byte)'P', (byte)'K', ..] => ".zip",
        [(byte)'{', ..] => ".json",
        _ => ".eml",
    };
}
