namespace MtaSts.Web.Reports;

/// <summary>The two days that a user can enter. They start as the shown range, and follow it only when another one is chosen: a new rendering does
/// not change them.</summary>
public sealed class CustomRange
{
    private DateRange? followed;

    public DateOnly From { get; set; }

    public DateOnly To { get; set; }

    public void Follow(DateRange range)
    {
        if (followed == range)
            return;
        followed = range;
        (From, To) = (range.From, range.To);
    }
}
