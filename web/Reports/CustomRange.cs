namespace MtaSts.Web.Reports;

/// <summary>The two days a user may fill in by hand. They begin as the range that is shown, and follow it only when another is chosen: a page that is drawn anew leaves them alone.</summary>
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
