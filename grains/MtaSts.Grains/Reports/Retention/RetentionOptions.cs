namespace MtaSts.Grains.Reports;

/// <summary>How long reports are kept, by the workspace's plan. All periods start at the UTC day of a report.</summary>
public sealed class RetentionOptions
{
    /// <summary>Settings <c>Retention:Free:RawDays</c> and so on.</summary>
    public PlanRetention Free { get; set; } = new() { RawDays = 30, DecodedDays = 90, AggregateDays = 396 };

    /// <summary>Settings <c>Retention:Pro:RawDays</c> and so on.</summary>
    public PlanRetention Pro { get; set; } = new() { RawDays = 400, DecodedDays = 760, AggregateDays = 1_827 };

    public PlanRetention Of(Plan plan) => plan == Plan.Pro ? Pro : Free;

    /// <summary>Why these periods are invalid; null when they are valid.</summary>
    public string? Problem => Pro.Problem("Retention:Pro") ?? Free.Problem("Retention:Free");
}

/// <summary>Retention periods in days.</summary>
public sealed class PlanRetention
{
    /// <summary>Shortest period: reports for a day arrive for two days, and a repeated delivery must find the first.</summary>
    public const int Shortest = 3;

    /// <summary>Longest period: a hundred years. Prevents dates before the supported range.</summary>
    public const int Longest = 36_500;

    /// <summary>The received bytes.</summary>
    public int RawDays { get; set; }

    /// <summary>The decoded report, and its line in the list.</summary>
    public int DecodedDays { get; set; }

    /// <summary>The counts. Free: 13 months, so that a month can be compared with the same of last year; Pro: 5 years.</summary>
    public int AggregateDays { get; set; }

    internal string? Problem(string section) =>
        new[] { (nameof(RawDays), RawDays), (nameof(DecodedDays), DecodedDays), (nameof(AggregateDays), AggregateDays) }.FirstOrDefault(length => length.Item2 > Longest) is ({ } name, _) ? $"{section}:{name} must be {Longest} or less."
        : RawDays < Shortest ? $"{section}:RawDays must be at least {Shortest}."
        : DecodedDays < RawDays ? $"{section}:DecodedDays must not be less than {section}:RawDays."
        : AggregateDays < DecodedDays ? $"{section}:AggregateDays must not be less than {section}:DecodedDays."
        : null;

    /// <summary>The data to keep of a day; null: nothing.</summary>
    public Kept? Of(DateOnly day, DateOnly today) => (today.DayNumber - day.DayNumber) switch
    {
        var age when age > AggregateDays => null,
        var age when age > DecodedDays => Kept.Aggregates,
        var age when age > RawDays => Kept.Decoded,
        _ => Kept.Everything,
    };
}
