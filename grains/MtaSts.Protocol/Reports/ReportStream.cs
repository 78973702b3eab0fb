using MtaSts.Protocol.Reports.Decoding;

namespace MtaSts.Protocol.Reports;

/// <summary>Concatenated files, as <see cref="ReportDecoder"/> reads them, for a caller that opens the first one itself.</summary>
public static class ReportStream
{
    /// <summary>The data after the zip archive or gzip data at the beginning of a file.</summary>
    /// <returns>All data from the next file, or from the damaged part; empty when only padding and human-readable text follow.</returns>
    public static byte[] BehindArchive(byte[] file, ReportLimits limits)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(limits);
        var used = ReportZip.Begins(file) ? ZipDirectory.Read(file, limits).Used : GzipMember.Sound(file, limits.MaxInflatedBytes);
        if (used == 0)
            used = Containers.Next(file, 1, Sought.All);
        var rest = file.AsSpan(Containers.SkipPadding(file, used));
        return Footer.IsText(rest) && Containers.Next(rest, 0, Sought.All) == rest.Length ? [] : rest.ToArray();
    }
}
