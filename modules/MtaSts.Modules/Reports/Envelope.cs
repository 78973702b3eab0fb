namespace MtaSts.Modules.Reports;

/// <summary>A report as it arrived.</summary>
/// <param name="Source">Permanent id of the way it came: <c>source.https</c>, <c>source.upload</c>, <c>source.smtp</c>.</param>
/// <param name="ReceivedAt">When it was received whole.</param>
/// <param name="Raw">The bytes, as they came.</param>
/// <param name="Token">The claim's token it was addressed to; null for an upload.</param>
/// <param name="Workspace">The workspace that uploaded it; null where a token addressed it.</param>
/// <param name="Peer">Who handed it over, for people: the remote address, and what the source knows besides; null where there is nobody.</param>
/// <param name="FileName">The name the sender or uploader gave the file; a hint, never trusted.</param>
public sealed record Envelope(
    string Source,
    DateTimeOffset ReceivedAt,
    ReadOnlyMemory<byte> Raw,
    string? Token,
    string? Workspace,
    string? Peer = null,
    string? FileName = null)
{
    /// <summary>Largest envelope any source takes: what RFC 8460 §5.2 expects receivers to take, far above real reports (4–50 KB). Bounds: memory, of which storing one takes many times its size.</summary>
    public const int MaxBytes = 10 * 1024 * 1024;
}
