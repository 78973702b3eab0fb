using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>Maximum unpacked size of an envelope.</summary>
internal enum DecodeDepth
{
    /// <summary>All that the decoder's limits allow.</summary>
    Full,

    /// <summary><see cref="EnvelopeDecoder.LightBytes"/>, which needs no exclusive turn.</summary>
    Light,
}

/// <summary>
/// Decodes envelopes within the silo's memory limits. Envelopes with small content, nearly all, are decoded immediately; others, regardless of their packed
/// size, wait for an exclusive turn, which lasts until the caller has used the reports.
/// </summary>
internal sealed class EnvelopeDecoder(IntakeGate gate)
{
    /// <summary>Unpacked bytes that need no exclusive turn. 256 KiB: real reports by mail unpack to some 10 KiB. Prevents many concurrent bombs of a few KiB.</summary>
    public const int LightBytes = 256 * 1024;

    private readonly ReportBuffers buffers = new();

    private static readonly ReportLimits Light = ReportLimits.Default with { MaxInflatedBytes = LightBytes };

    /// <summary>Decodes and passes the result to <paramref name="use"/>.</summary>
    public async Task<TResult> Use<TResult>(byte[] raw, Func<DecodeResult, Task<TResult>> use) => (await Use(raw, DecodeDepth.Full, use))!;

    /// <summary>Decodes and passes the result to <paramref name="use"/>; returns the default when it unpacks to more than <paramref name="depth"/> allows.</summary>
    public async Task<TResult?> Use<TResult>(byte[] raw, DecodeDepth depth, Func<DecodeResult, Task<TResult>> use)
    {
        // The caller of a large envelope already has the turn.
        if (raw.Length > IntakeGate.LargeFrom)
            return await use(ReportDecoder.Decode(raw, ReportLimits.Default, buffers));
        var light = ReportDecoder.Decode(raw, Light, buffers);
        if (!IsTooLarge(light))
            return await use(light);
        if (depth == DecodeDepth.Light)
            return default;
        using (await gate.EnterAloneAsync())
            return await use(ReportDecoder.Decode(raw, ReportLimits.Default, buffers));
    }

    // The content read before the limit is incomplete.
    private static bool IsTooLarge(DecodeResult light) =>
        light is DecodeResult.Refused { Reason: RefusalReason.DecompressedTooLarge } or DecodeResult.Decoded { Ended.Reason: RefusalReason.DecompressedTooLarge };

    /// <summary>Decodes for a synchronous use.</summary>
    public Task<TResult> Use<TResult>(byte[] raw, Func<DecodeResult, TResult> use) => Use(raw, result => Task.FromResult(use(result)));
}
