using MtaSts.Grains;

namespace MtaSts.Web.Intake;

/// <summary>What became of one uploaded file.</summary>
/// <param name="Outcome">Null when it was not stored, or is not counted yet.</param>
/// <param name="Problem">Why there is no outcome.</param>
internal sealed record UploadResult(string File, long Size, IngestionOutcome? Outcome, string? Problem)
{
    public string Text => Outcome?.State switch
    {
        IngestionState.Counted => "Counted",
        IngestionState.Duplicate => "Counted before",
        IngestionState.Quarantined => "In quarantine",
        IngestionState.Stored => "Stored",
        _ => "Not taken",
    };

    public string Tone => Outcome?.State switch
    {
        IngestionState.Counted => "ok",
        IngestionState.Quarantined => "warn",
        IngestionState.Duplicate or IngestionState.Stored => "plain",
        _ => "bad",
    };

    public string Notes => Problem ?? Outcome?.Reason ?? (Outcome is { Mended.Count: > 0 } ? "Mended: " + string.Join(" ", Outcome.Mended) : "–");
}
