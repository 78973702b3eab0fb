using System.Text;
using MtaSts.Protocol.Reports.Decoding;

namespace MtaSts.Protocol.Reports;

/// <summary>A member of an uploaded zip archive.</summary>
/// <param name="Name">Its file name without folders: never a path.</param>
/// <param name="Bytes">Unpacked; empty when there is a refusal.</param>
/// <param name="Refused">Why it cannot be unpacked.</param>
public sealed record ReportZipMember(string Name, byte[] Bytes, DecodeResult.Refused? Refused)
{
    /// <summary>For a damaged or encrypted member: an archive that contains only this member, for storage; null when there is nothing to store.</summary>
    public byte[]? AsPacked { get; init; }
}

/// <summary>Unpacks a zip archive of many reports member by member, so that each can be stored and counted separately.</summary>
public static class ReportZip
{
    private const int LongestName = 255;

    /// <summary>Whether bytes begin like a zip archive.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes) => Sniffer.Sniff(bytes) == PayloadKind.Zip;

    /// <summary>
    /// Maximum unpacked size of each member in bytes, whether the directory is unreadable from some point or has more than <see cref="ReportLimits.MaxArchiveMembers"/>, and
    /// whether it exists: an archive without a directory is damaged. Files that packers add are excluded.
    /// </summary>
    public static (IReadOnlyList<long> Sizes, DecodeResult.Refused? Refusal, bool HasDirectory) Sizes(byte[] archive, ReportLimits limits)
    {
        var content = ZipDirectory.Read(archive, limits);
        return ([.. content.Members.Select(member => member.Size)], content.Refusal, content.HasEnd);
    }

    /// <summary>The members, unpacked one by one during enumeration. A member that exceeds a limit of the archive is the last one and has the refusal.</summary>
    public static IEnumerable<ReportZipMember> Read(byte[] archive, ReportLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        var inflater = new Inflater(limits, new ReportBuffers());
        var kept = 0L;
        foreach (var member in ZipDirectory.Read(archive, limits).Members)
        {
            var unpacked = Unpack(member, inflater, out var isLast);
            // Members may overlap: no more bytes are kept than were received.
            if (unpacked.Refused is { Reason: RefusalReason.MalformedArchive } && (kept += member.Packed.Count) <= archive.Length)
                unpacked = unpacked with { AsPacked = Alone(member) };
            yield return unpacked;
            if (isLast)
                yield break;
        }
    }

    private static ReportZipMember Unpack(ZipMember member, Inflater inflater, out bool isLast)
    {
        isLast = false;
        var name = FileName(member.Name);
        if (member.Refusal is { } refusal)
            return new(name, [], refusal);
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
            isLast = exceeded is not PartLimitException;
            return new(name, [], exceeded.Refusal);
        }
    }

    /// <summary>An archive that contains only this member. Its data is not checked: reading it fails in the same way.</summary>
    private static byte[]? Alone(ZipMember member)
    {
        if (member.Packed.Count == 0)
            return null;
        using var archive = new MemoryStream();
        using var writer = new BinaryWriter(archive);
        writer.Write("PK\x3\x4"u8);
        Common();
        writer.Write(member.Name);
        writer.Write(member.Packed);
        var directory = (uint)archive.Position;
        writer.Write("PK\x1\x2"u8);
        writer.Write((ushort)20);
        Common();
        writer.Write(new byte[14]); // No comment, first disk, no attributes, at the beginning.
        writer.Write(member.Name);
        var length = (uint)archive.Position - directory;
        writer.Write("PK\x5\x6\0\0\0\0\x1\0\x1\0"u8);
        writer.Write(length);
        writer.Write(directory);
        writer.Write((ushort)0);
        return archive.ToArray();

        void Common()
        {
            writer.Write((ushort)20); // Version needed to extract: 2.0.
            writer.Write((ushort)(member.Flags & 1));
            writer.Write((ushort)member.Method);
            writer.Write(0u); // No time.
            writer.Write(member.Crc);
            writer.Write((uint)member.Packed.Count);
            writer.Write((uint)Math.Min(member.Size, uint.MaxValue - 1));
            writer.Write((ushort)member.Name.Count);
            writer.Write((ushort)0);
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
