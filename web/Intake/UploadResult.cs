using MtaSts.Application.Reports;
using MtaSts.Grains;

namespace MtaSts.Web.Intake;

/// <summary>One uploaded report as the page shows it.</summary>
internal sealed record UploadResult(UploadedItem Item)
{
    public string File => Item.Name ?? "(unnamed)";

    public string Text => Item.State switch
    {
        IngestionState.Counted => "Counted",
        IngestionState.Duplicate => "Already counted",
        IngestionState.Quarantined => "In quarantine",
        IngestionState.Stored => "Stored",
        _ => "Not accepted",
    };

    public string Tone => Item.State switch
    {
        IngestionState.Counted => "ok",
        IngestionState.Quarantined => "warn",
        IngestionState.Duplicate or IngestionState.Stored => "plain",
        _ => "bad",
    };

    public string Notes => Item switch
    {
        { Problem: { } problem } => problem,
        { Outcome: null } => "It was deleted before it was counted.",
        { Outcome.Reason: { } reason } => reason,
        { Outcome.Mended: { Count: > 0 } mended } => "Repaired: " + string.Join(" ", mended),
        _ => "–",
    };
}
