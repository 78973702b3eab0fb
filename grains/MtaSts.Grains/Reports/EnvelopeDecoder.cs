using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>
/// Decodes envelopes within the silo's memory. What unpacks to little, as nearly all reports do, is decoded at once; what unpacks to more, whatever its own
/// size, waits for its turn alone, and has it until its reader is done with the reports.
/// </summary>
internal sealed class EnvelopeDecoder(IntakeGate gate)
{
    /// <summary>Unpacked bytes that need no turn. 256 KiB: real reports by mail unpack to some 10 KiB. Holds off many bombs of a few KiB at once.</summary>
    public const int LightBytes = 256 * 1024;

    private static readonly ReportLimits Light = ReportLimits.Default with { MaxInflatedBytes = LightBytes };

    /// <summary>Decodes and hands the result to <paramref name="use"/>.</summary>
    public async Task<TResult> Use<TResult>(byte[] raw, Func<DecodeResult, Task<TResult>> use)
    {
        // Whoever brings a large envelope has the turn already.
        if (raw.Length > IntakeGate.LargeFrom)
            return await use(Decode(raw));
        var light = ReportDecoder.Decode(raw, Light);
        if (!IsTooLarge(light))
            return await use(light);
        using (await gate.EnterAloneAsync())
            return await use(Decode(raw));
    }

    /// <summary>What decoding left behind goes before storing needs as much again.</summary>
    private DecodeResult Decode(byte[] raw)
    {
        var result = ReportDecoder.Decode(raw, ReportLimits.Default);
        gate.Tidy();
        return result;
    }

    // What was read before the limit is not all.
    private static bool IsTooLarge(DecodeResult light) =>
        light is DecodeResult.Refused { Reason: RefusalReason.DecompressedTooLarge } or DecodeResult.Decoded { Ended.Reason: RefusalReason.DecompressedTooLarge };

    /// <summary>Decodes for what needs no further waiting.</summary>
    public Task<TResult> Use<TResult>(byte[] raw, Func<DecodeResult, TResult> use) => Use(raw, result => Task.FromResult(use(result)));
}
