using System.Runtime.InteropServices;
using MtaSts.Protocol.Reports.Decoding;

namespace MtaSts.Protocol.Reports;

/// <summary>Reads TLS reports (RFC 8460) from bytes as they arrived by mail, HTTPS or upload.</summary>
/// <remarks>
/// A pure function: no I/O, no clock, safe to call from many threads. It never throws for what the bytes hold. Bytes are judged by what they are
/// (JSON, gzip, zip, tar, mail, mbox …), never by a label: a MIME part is a report when its bytes are one.
/// </remarks>
public static class ReportDecoder
{
    /// <summary>Goes up with every release that reads what an earlier one could not: what was kept is then tried again.</summary>
    public const int Version = 2;

    /// <summary>Decodes one delivery.</summary>
    /// <param name="raw">A mail, or JSON, gzip or zip by itself.</param>
    /// <param name="limits">What to take; <see cref="ReportLimits.Default"/> suits the open internet.</param>
    /// <returns>The reports, or why there are none.</returns>
    public static DecodeResult Decode(ReadOnlyMemory<byte> raw, ReportLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        if (raw.IsEmpty)
            return Refusals.Empty;
        if (raw.Length > limits.MaxInputBytes)
            return Refusals.InputTooLarge(limits);
        var delivery = new Delivery(limits);
        delivery.Read(MemoryMarshal.TryGetArray(raw, out var segment) ? segment : new ArraySegment<byte>(raw.ToArray()));
        return delivery.Result;
    }

    /// <summary>A buffer of up to 32 MiB is kept from one large report to the next; after the last one it may go. The next makes its own.</summary>
    public static void LetGo() => LargeBuffer.LetGo();
}
