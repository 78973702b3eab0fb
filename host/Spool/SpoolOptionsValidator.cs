using Microsoft.Extensions.Options;

namespace MtaSts.Host.Spool;

internal sealed class SpoolOptionsValidator : IValidateOptions<SpoolOptions>
{
    private const int MinSegment = 64 * 1024;

    /// <summary>A segment is read whole when it is drained. No larger one is ever written, one of the largest record among them.</summary>
    public const int MaxSegment = 64 << 20;


    public ValidateOptionsResult Validate(string? name, SpoolOptions options)
    {
        string? problem = options switch
        {
            { MaxBytes: < SpoolRecord.MaxLength } => $"Spool:MaxBytes must be at least {SpoolRecord.MaxLength}: room for one report of the largest size. To have no spool, set Spool:Sources to nothing.",
            { MaxRecords: < 1 } => "Spool:MaxRecords must be at least 1.",
            { MinFreeBytes: < 0 } => "Spool:MinFreeBytes must not be negative.",
            { SegmentBytes: < MinSegment or > MaxSegment } => $"Spool:SegmentBytes must lie between {MinSegment} and {MaxSegment}.",
            _ when options.Patience < TimeSpan.FromMilliseconds(100) || options.Patience > TimeSpan.FromSeconds(20) => "Spool:Patience must lie between 0.1 s and 20 s.",
            _ when options.SourceIds.Contains("source.upload") => "Spool:Sources: an upload is not spooled; who sends it sees the error and tries again.",
            _ => null,
        };
        return problem is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problem);
    }
}
