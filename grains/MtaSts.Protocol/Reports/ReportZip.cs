using System.Text;
using MtaSts.Protocol.Reports.Decoding;

namespace MtaSts.Protocol.Reports;

/// <summary>A member of a zip archive that a person uploads.</summary>
/// <param name="Name">Its file name without folders: never a path.</param>
/// <param name="Bytes">Unpacked; empty when there is a refusal.</param>
/// <param name="Refused">Why it cannot be unpacked.</param>
public sealed record ReportZipMember(string Name, byte[] Bytes, DecodeResult.Refused? Refused);

/// <summary>Unpacks a zip archive of many reports member by member, so that each can be stored, counted and kept by itself.</summary>
public static class ReportZip
{
    private const int LongestName = 255;

    /// <summary>Whether bytes begin as a zip archive does.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes) => Sniffer.Sniff(bytes) == PayloadKind.Zip;

    /// <summary>How many members hold data; null when the archive cannot be read or has more than <see cref="ReportLimits.MaxArchiveMembers"/>.</summary>
    public static int? Count(byte[] archive, ReportLimits limits) => Sizes(archive, limits)?.Count;

    /// <summary>What each member unpacks to at most, in bytes; null as in <see cref="Count"/>. What is larger than it says counts as damaged.</summary>
    public static IReadOnlyList<long>? Sizes(byte[] archive, ReportLimits limits)
    {
        try
        {
            var (members, refusal) = ZipDirectory.Read(archive, limits);
            return refusal is null ? [.. members.Select(member => (long)member.Size)] : null;
        }
        catch (LimitExceededException)
        {
            return null;
        }
    }

    /// <summary>The members, unpacked one by one as they are asked for. What goes past a limit is the last, with the refusal.</summary>
    public static IEnumerable<ReportZipMember> Read(byte[] archive, ReportLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var inflater = new Inflater(limits);
        foreach (var member in ZipDirectory.Read(archive, limits).Members)
        {
            var unpacked = Unpack(member, inflater, out var isLast);
            yield return unpacked;
            if (isLast)
                yield break;
        }
    }

    private static ReportZipMember Unpack(ZipMember member, Inflater inflater, out bool isLast)
    {
        isLast = false;
        var name = FileName(member.Name);
        try
        {
            if (!member.Deflated)
                inflater.Spend(member.Packed.Count);
            var bytes = member.Deflated ? Inflate(member, inflater) : member.Packed.ToArray();
            return bytes.Length == member.Size && Crc32.Of(bytes) == member.Crc ? new(name, bytes, null) : new(name, [], Refusals.ZipDamaged);
        }
        catch (InvalidDataException)
        {
            return new(name, [], Refusals.ZipDamaged);
        }
        catch (LimitExceededException exceeded)
        {
            isLast = true;
            return new(name, [], exceeded.Refusal);
        }
    }

    private static byte[] Inflate(ZipMember member, Inflater inflater)
    {
        using var content = inflater.Inflate(member.Packed, member.Size);
        return content.Segment.ToArray();
    }

    private static string FileName(ArraySegment<byte> raw)
    {
        var name = Encoding.UTF8.GetString(raw);
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        return name.Length <= LongestName ? name : name[..LongestName];
    }
}
