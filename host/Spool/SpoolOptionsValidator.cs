using Microsoft.Extensions.Options;
using MtaSts.Modules.Reports;
using MtaSts.Storage;

namespace MtaSts.Host.Spool;

internal sealed class SpoolOptionsValidator : IValidateOptions<SpoolOptions>
{
    private static readonly long LargestReport = QueuedReport.MaxLength(Envelope.MaxBytes);

    public ValidateOptionsResult Validate(string? name, SpoolOptions options)
    {
        string? problem = options switch
        {
            _ when options.MaxBytes < LargestReport => $"Spool:MaxBytes must be at least {LargestReport}: room for one report of the largest size. To have no spool, set Spool:Sources to nothing.",
            { MaxRecords: < 1 } => "Spool:MaxRecords must be at least 1.",
            { MinFreeBytes: < 0 } => "Spool:MinFreeBytes must not be negative.",
            _ when options.Patience < TimeSpan.FromMilliseconds(100) || options.Patience > TimeSpan.FromSeconds(20) => "Spool:Patience must lie between 0.1 s and 20 s.",
            { Path: { } path } when string.IsNullOrWhiteSpace(path) => "Spool:Path is empty. Name a folder, or remove the setting for the default one.",
            _ when options.SourceIds.Contains("source.upload") => "Spool:Sources: source.upload cannot be spooled, because the user sees the error and can retry. Remove it from the list.",
            _ => null,
        };
        return problem is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problem);
    }
}
