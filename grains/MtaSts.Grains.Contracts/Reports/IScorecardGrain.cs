using System.Text.Json.Serialization;
using Orleans.Concurrency;

namespace MtaSts.Grains;

/// <summary>
/// One day of one claim: the aggregates, and the reports counted in them. Key: <c>sc-{workspace}/{domain}/{yyyy-MM-dd}</c>, the UTC day of the reports'
/// start.
/// </summary>
[Alias("MtaSts.IScorecardGrain")]
public interface IScorecardGrain : IGrainWithStringKey
{
    /// <summary>Counts it once; returns when that is durable. Many at once share one write.</summary>
    [Alias("Apply"), AlwaysInterleave]
    Task<ApplyOutcome> Apply(ScorecardContribution contribution);

    /// <summary>Null: nothing was counted.</summary>
    [Alias("Get"), AlwaysInterleave]
    Task<ScorecardDay?> Get();

    /// <summary>
    /// Counted reports, the latest first. Positions do not move when more are counted: a page goes on where the one before ended.
    /// </summary>
    /// <param name="before">Only those before this position; null from the end.</param>
    /// <returns><see cref="Page{T}.Next"/> is the next page's <paramref name="before"/>.</returns>
    [Alias("GetReports"), AlwaysInterleave]
    Task<Page<ReportEntry>> GetReports(int? before, int limit);

    /// <summary>Updates whether the reports of an envelope are authentic, and moves them to the row of their signer. Unknown ids are ignored.</summary>
    [Alias("SetDkim"), AlwaysInterleave]
    Task SetDkim(string envelopeId, DkimVerdict dkim, string? signedBy);

    /// <summary>
    /// Excludes the reports that match the filter, or counts them again, and recounts the day from the reports that are left. May be repeated. A crash in between
    /// leaves a day that is recounted when it is next activated.
    /// </summary>
    /// <param name="exclusion">Null: counts them again.</param>
    [Alias("Exclude"), AlwaysInterleave]
    Task<ExclusionOutcome> Exclude(ReportFilter filter, ReportExclusion? exclusion);

    /// <summary>The reports of an envelope that were counted, or excluded; those whose details are deleted are not among them.</summary>
    [Alias("Find"), AlwaysInterleave]
    Task<IReadOnlyList<ReportEntry>> Find(string envelopeId);

    /// <summary>Lets go one bounded slice of what is not to be kept any more; repeated, it comes to an end.</summary>
    /// <returns>True: nothing is left to let go.</returns>
    [Alias("Retain"), AlwaysInterleave]
    Task<bool> Retain(Kept kept);

    /// <summary>Deletes one bounded slice of it all, the envelopes too unless they concern another domain as well. May be repeated.</summary>
    /// <returns>True: nothing is left.</returns>
    [Alias("Erase"), AlwaysInterleave]
    Task<bool> Erase();
}

/// <summary>What of a report is still to be there.</summary>
[GenerateSerializer, Alias("MtaSts.Kept")]
public enum Kept
{
    /// <summary>The bytes as they came, the report as it was read, and what it adds to the day.</summary>
    Everything,

    /// <summary>The report as it was read, and what it adds.</summary>
    Decoded,

    /// <summary>What it adds.</summary>
    Aggregates,
}

/// <summary>A stretch of a day's counted reports. Key: <c>sp-{workspace}/{domain}/{yyyy-MM-dd}/{n}</c>, <c>c{n}</c> for
/// pages that hold nothing but copies.</summary>
[Alias("MtaSts.IScorecardPageGrain")]
public interface IScorecardPageGrain : IGrainWithStringKey
{
    [Alias("Put")]
    Task Put(CountedPage page);

    [Alias("Get")]
    Task<CountedPage> Get();

    [Alias("Delete")]
    Task Delete();
}

/// <summary>Counted reports in the order they were counted.</summary>
/// <param name="Copies">Envelopes that brought a report again.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.CountedPage")]
public sealed record CountedPage([property: Id(0)] IReadOnlyList<CountedReport> Reports, [property: Id(1)] IReadOnlyList<string> Copies);

/// <summary>A report that was counted: what makes counting happen once, and its line in the list.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.CountedReport")]
public sealed record CountedReport
{
    [Id(0), JsonPropertyName("i")] public required string Identity { get; init; }
    [Id(1), JsonPropertyName("c")] public required string ContentHash { get; init; }

    /// <summary>Null: older than details are kept.</summary>
    [Id(2), JsonPropertyName("entry")] public ReportEntry? Entry { get; init; }
}

/// <summary>
/// A month of one claim as earlier builds kept it, one row for all its days. Nothing is added any more: its days live on in
/// <see cref="IScorecardGrain"/>, which begins with what stands here. Key: <c>sc-{workspace}/{domain}/{yyyy-MM}</c>.
/// </summary>
[Alias("MtaSts.IScorecardMonthGrain")]
public interface IScorecardMonthGrain : IGrainWithStringKey
{
    /// <summary>The days that have something.</summary>
    [Alias("ListDays"), AlwaysInterleave]
    Task<IReadOnlyList<DateOnly>> ListDays();

    /// <summary>Null: nothing was counted.</summary>
    [Alias("GetDay"), AlwaysInterleave]
    Task<MonthDay?> GetDay(DateOnly day);

    /// <summary>How a report was counted; null: it was not. <see cref="CountedReport.Entry"/> has no more than the envelope's id.</summary>
    [Alias("Find"), AlwaysInterleave]
    Task<MonthReport?> Find(string identity);

    /// <summary>As <see cref="IScorecardGrain.Retain"/>, for the whole month.</summary>
    [Alias("Retain")]
    Task<bool> Retain(Kept kept);

    /// <summary>As <see cref="IScorecardGrain.Erase"/>.</summary>
    [Alias("Erase")]
    Task<bool> Erase();
}

/// <summary>A day of a month's row.</summary>
/// <param name="Reports">Those that are listed, oldest first.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.MonthDay")]
public sealed record MonthDay([property: Id(0)] ScorecardDay Day, [property: Id(1)] IReadOnlyList<ReportEntry> Reports);

/// <summary>How a month's row remembers a report.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.MonthReport")]
public sealed record MonthReport([property: Id(0)] string ContentHash, [property: Id(1)] string EnvelopeId)
{
    /// <summary>Its submitter signed it, or a member brought it; of what is too old to tell it is taken for granted.</summary>
    [Id(20)] public bool IsVouchedFor { get; init; } = true;

    /// <summary>A member excluded it.</summary>
    [Id(21)] public bool IsExcluded { get; init; }
}

/// <summary>
/// Which days of a claim have a scorecard, and the letting go of what its workspace's plan does not keep any longer.
/// Key: <c>sm-{workspace}/{domain}</c>.
/// </summary>
[Alias("MtaSts.IScorecardMonthsGrain")]
public interface IScorecardMonthsGrain : IGrainWithStringKey
{
    /// <summary>Called before a day's first report is counted, and before a day that was partly let go is added to; returns when it is durable.</summary>
    [Alias("AddDay"), AlwaysInterleave]
    Task AddDay(DateOnly day);

    /// <summary>Takes a day back of which nothing was counted after all; what is left of a claim that went is nothing.</summary>
    [Alias("TakeBack"), AlwaysInterleave]
    Task TakeBack(DateOnly day);

    /// <summary>Newest first.</summary>
    [Alias("ListDays"), AlwaysInterleave]
    Task<IReadOnlyList<DateOnly>> ListDays();

    /// <summary>One bounded slice of what retention wants; the grain's reminder calls it every day until nothing is left.</summary>
    /// <returns>True: nothing is left to do today.</returns>
    [Alias("Retain"), AlwaysInterleave]
    Task<bool> Retain();

    /// <summary>Deletes one bounded slice of the claim's scorecards and reports; called when the claim goes. May be repeated.</summary>
    /// <returns>True: nothing is left.</returns>
    [Alias("Erase"), AlwaysInterleave]
    Task<bool> Erase();
}
