namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Ends a delivery that exceeded a limit, from any depth; content read before is kept.</summary>
internal class LimitExceededException(DecodeResult.Refused refusal) : Exception(refusal.Message)
{
    public DecodeResult.Refused Refusal { get; } = refusal;
}

/// <summary>Ends one part of a delivery; the other parts are read.</summary>
internal sealed class PartLimitException(DecodeResult.Refused refusal) : LimitExceededException(refusal);
