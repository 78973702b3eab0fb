using System.Security.Cryptography;
using System.Text;

namespace MtaSts.Storage;

/// <summary>A report in the local queue.</summary>
/// <param name="Source">Id of its source.</param>
/// <param name="ReceivedAt">When it was received, in round-trip format.</param>
/// <param name="Token">The claim's token.</param>
/// <param name="IsKnown">The token was recently found in the store.</param>
/// <param name="Peer">The peer that delivered it.</param>
/// <param name="FileName">The name that the sender gave the file.</param>
/// <param name="Raw">The bytes as received.</param>
internal sealed record QueuedReport(string Source, string ReceivedAt, string Token, bool IsKnown, string? Peer, string? FileName, byte[] Raw)
{
    /// <summary>Names and addresses longer than this are cut: they are only displayed.</summary>
    private const int MaxText = 1_024;

    /// <summary>Bytes of a row besides its content: hash, index, unused space of its last page.</summary>
    private const int RowBytes = 512;

    /// <summary>Upper bound of <see cref="Length"/> for a report with this many bytes.</summary>
    public static long MaxLength(int rawBytes) => rawBytes + (16 * MaxText) + RowBytes;

    public string? Peer { get; } = Cut(Peer);

    public string? FileName { get; } = Cut(FileName);

    /// <summary>Approximate size on the disk, in bytes.</summary>
    public int Length => Raw.Length + RowBytes + Text.Length;

    /// <summary>Detects damage that SQLite does not notice, because its pages have no checksums. SHA-256, because the bytes are untrusted.</summary>
    public byte[] Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(Text));
        hash.AppendData(Raw);
        return hash.GetHashAndReset();
    }

    private string Text => string.Join('\0', Source, ReceivedAt, Token, IsKnown, Peer, FileName, "");

    private static string? Cut(string? text) => text is { Length: > MaxText } ? text[..MaxText] : text;
}
