namespace MtaSts.Modules.Reports;

/// <summary>A report as it arrived.</summary>
/// <param name="Source">Permanent id of its source: <c>source.https</c>, <c>source.upload</c>, <c>source.smtp</c>. The host sets it to the id of the
/// module that delivers.</param>
/// <param name="ReceivedAt">When it was received completely.</param>
/// <param name="Raw">The bytes as received.</param>
/// <param name="Token">The claim's token it was addressed to; null for an upload.</param>
/// <param name="Workspace">The workspace that uploaded it; null where a token addressed it. The host sets it to null for a module's deliveries.</param>
/// <param name="Peer">The peer that delivered it, as human-readable text: the remote address, and further facts of the source; null without a peer.</param>
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
    /// <summary>Largest envelope that any source accepts: what RFC 8460 §5.2 expects of receivers, far above real reports (4–50 KB). Bounds: memory;
    /// storing an envelope takes many times its size.</summary>
    public const int MaxBytes = 10 * 1024 * 1024;
}
