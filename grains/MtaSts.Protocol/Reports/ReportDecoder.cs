using System.Runtime.InteropServices;
using MtaSts.Protocol.Reports.Decoding;

namespace MtaSts.Protocol.Reports;

/// <summary>Reads TLS reports (RFC 8460) from bytes as they arrived by mail, HTTPS or upload.</summary>
/// <remarks>
/// A pure function: no I/O, no clock, safe to call from many threads. It never throws for what the bytes hold. Never throws because of the input. The format is detected from the bytes
/// (JSON, gzip, zip, tar, mail, mbox …), never from a label: a MIME part is a report when its bytes are one.
/// </remarks>
public static class ReportDecoder
{
    /// <summary>Increased by every release that reads input which an earlier release could not: quarantined reports are then retried.</summary>
    public const int Version = 4;

    /// <summary>Decodes one delivery.</summary>
    /// <param name="raw">A mail, or JSON, gzip or zip alone; or several of these, concatenated.</param>
    /// <param name="limits">The limits; <see cref="ReportLimits.Default"/> suits the open internet.</param>
    /// <param name="buffers">Shared by the calls of one owner, so that large buffers are reused; null: buffers of this call.</param>
    /// <returns>The reports, or why there are none.</returns>
    public static DecodeResult Decode(ReadOnlyMemory<byte> raw, ReportLimits limits, ReportBuffers? buffers = null)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (raw.IsEmpty)
            return Refusals.Empty;
        if (raw.Length > limits.MaxInputBytes)
            return Refusals.InputTooLarge(limits);
        var delivery = new Delivery(limits, buffers ?? new ReportBuffers());
        delivery.Read(MemoryMarshal.TryGetArray(raw, out var segment) ? segment : new ArraySegment<byte>(raw.ToArray()));
        return delivery.Result;
    }
}
