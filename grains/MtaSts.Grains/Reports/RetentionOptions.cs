namespace MtaSts.Grains.Reports;

/// <summary>How long reports are kept, by the workspace's plan. All lengths count from the UTC day a report tells of.</summary>
public sealed class RetentionOptions
{
    /// <summary>Settings <c>Retention:Free:RawDays</c> and so on.</summary>
    public PlanRetention Free { get; set; } = new() { RawDays = 30, DecodedDays = 90, AggregateDays = 396 };

    /// <summary>Settings <c>Retention:Pro:RawDays</c> and so on.</summary>
    public PlanRetention Pro { get; set; } = new() { RawDays = 400, DecodedDays = 760, AggregateDays = 1_827 };

    public PlanRetention Of(Plan plan) => plan == Plan.Pro ? Pro : Free;

    /// <summary>Why these lengths cannot be; null when they can.</summary>
    public string? Problem => Pro.Problem("Retention:Pro") ?? Free.Problem("Retention:Free");
}

/// <summary>Lengths in days.</summary>
public sealed class PlanRetention
{
    /// <summary>The shortest: reports for a day go on coming for two, and a repeated delivery must find the first.</summary>
    public const int Shortest = 3;

    /// <summary>The bytes as they came.</summary>
    public int RawDays { get; set; }

    /// <summary>The report as it was read, and its line in the list.</summary>
    public int DecodedDays { get; set; }

    /// <summary>The counts. Free: 13 months, so that a month can be compared with the same of last year; Pro: 5 years.</summary>
    public int AggregateDays { get; set; }

    internal string? Problem(string section) =>
        RawDays < Shortest ? $"{section}:RawDays must be at least {Shortest}."
        : DecodedDays < RawDays ? $"{section}:DecodedDays must not be less than {section}:RawDays."
        : AggregateDays < DecodedDays ? $"{section}:AggregateDays must not be less than {section}:DecodedDays."
        : null;

    /// <summary>What of a day is still to be there; null: nothing at all.</summary>
    public Kept? Of(DateOnly day, DateOnly today) => (today.DayNumber - day.DayNumber) switch
    {
        var age when age > AggregateDays => null,
        var age when age > DecodedDays => Kept.Aggregates,
        var age when age > RawDays => Kept.Decoded,
        _ => Kept.Everything,
    };
}
