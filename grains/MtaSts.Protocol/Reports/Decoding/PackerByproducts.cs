using System.Text;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Members that packers and desktops add automatically: folders, resource forks of macOS, thumbnails. They are neither counted nor reported.</summary>
internal static class PackerByproducts
{
    private static readonly string[] Files = [".DS_Store", "Thumbs.db", "ehthumbs.db", "desktop.ini", ".localized", "Icon\r"];

    /// <param name="path">The member's name with its folders.</param>
    public static bool Is(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty || path[^1] is (byte)'/' or (byte)'\\')
            return !path.IsEmpty;
        if (IsBelow(path, "__MACOSX"u8))
            return true;
        var name = path[(path.LastIndexOfAny((byte)'/', (byte)'\\') + 1)..];
        if (name.StartsWith("._"u8))
            return true;
        foreach (var file in Files)
        {
            if (name.Length == file.Length && Ascii.EqualsIgnoreCase(name, file))
                return true;
        }
        return false;
    }

    private static bool IsBelow(ReadOnlySpan<byte> path, ReadOnlySpan<byte> folder)
    {
        while (path.IndexOfAny((byte)'/', (byte)'\\') is >= 0 and var end)
        {
            if (Ascii.EqualsIgnoreCase(path[..end], folder))
                return true;
            path = path[(end + 1)..];
        }
        return false;
    }
}
