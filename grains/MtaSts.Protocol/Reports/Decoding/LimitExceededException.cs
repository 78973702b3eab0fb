namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Ends a delivery that went past a limit, from wherever it was noticed. <see cref="ReportDecoder"/> turns it into its refusal.</summary>
internal sealed class LimitExceededException(DecodeResult.Refused refusal) : Exception(refusal.Message)
{
    public DecodeResult.Refused Refusal { get; } = refusal;
}
