using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Application.Reports;

namespace MtaSts.Host;

/// <summary>An envelope's bytes as a download that browsers do not display, for the API and the pages.</summary>
internal static class RawDownload
{
    public static FileContentHttpResult Of(RawEnvelope raw) => TypedResults.File(raw.Bytes, MediaTypeNames.Application.Octet, raw.Id + Extension(raw.Bytes));

    private static string Extension(ReadOnlySpan<byte> raw) => raw switch
    {
        [0x1f, 0x8b, ..] => ".json.gz",
        [(byte)'P', (byte)'K', ..] => ".zip",
        [(byte)'{', ..] => ".json",
        _ => ".eml",
    };
}
