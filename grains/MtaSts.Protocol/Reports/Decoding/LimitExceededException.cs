namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Ends a delivery that went past a limit, from wherever it was noticed; what was read before stays.</summary>
internal class LimitExceededException(DecodeResult.Refused refusal) : Exception(refusal.Message)
{
    public DecodeResult.Refused Refusal { get; } = refusal;
}

/// <summary>Ends one part of a delivery; those beside it are read.</summary>
internal sealed class PartLimitException(DecodeResult.Refused refusal) : LimitExceededException(refusal);
