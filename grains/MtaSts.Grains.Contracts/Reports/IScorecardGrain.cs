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
    /// <summary>Counts it once; returns when this is durable. Concurrent calls share one write.</summary>
    [Alias("Apply"), AlwaysInterleave]
    Task<ApplyOutcome> Apply(ScorecardContribution contribution);

    /// <summary>Null: nothing was counted.</summary>
    [Alias("Get"), AlwaysInterleave]
    Task<ScorecardDay?> Get();

    /// <summary>
    /// Counted reports, latest first. Positions do not change when more are counted: a page continues where the previous one ended.
    /// </summary>
    /// <param name="before">Only those before this position; null for the latest.</param>
    /// <returns><see cref="Page{T}.Next"/> is the next page's <paramref name="before"/>.</returns>
    [Alias("GetReports"), AlwaysInterleave]
    Task<Page<ReportEntry>> GetReports(int? before, int limit);

    /// <summary>Updates whether the reports of an envelope are authentic, and moves them to the row of their signer. Unknown ids are ignored.</summary>
    [Alias("SetDkim"), AlwaysInterleave]
    Task SetDkim(string envelopeId, DkimVerdict dkim, string? signedBy);

    /// <summary>Excludes the reports that match the filter, or counts them again, and recounts the day from the remaining reports. May be repeated. After a crash
    /// the day is recounted at its next activation.</summary>
    /// <param name="exclusion">Null: counts them again.</param>
    [Alias("Exclude"), AlwaysInterleave]
    Task<ExclusionOutcome> Exclude(ReportFilter filter, ReportExclusion? exclusion);

    /// <summary>The reports of an envelope that were counted, or excluded, except those whose details are deleted.</summary>
    [Alias("Find"), AlwaysInterleave]
    Task<IReadOnlyList<ReportEntry>> Find(string envelopeId);

    /// <summary>Deletes one bounded slice of expired data; call it repeatedly until nothing is left.</summary>
    /// <returns>True: nothing is left to delete.</returns>
    [Alias("Retain"), AlwaysInterleave]
    Task<bool> Retain(Kept kept);

    /// <summary>Deletes one bounded slice of all data, including envelopes that concern no other domain. May be repeated.</summary>
    /// <returns>True: nothing is left.</returns>
    [Alias("Erase"), AlwaysInterleave]
    Task<bool> Erase();
}

/// <summary>The retained data of a report.</summary>
[GenerateSerializer, Alias("MtaSts.Kept")]
public enum Kept
{
    /// <summary>The received bytes, the decoded report, and its contribution to the day.</summary>
    Everything,

    /// <summary>The decoded report and its contribution.</summary>
    Decoded,

    /// <summary>Its contribution.</summary>
    Aggregates,
}

/// <summary>A page of a day's counted reports. Key: <c>sp-{workspace}/{domain}/{yyyy-MM-dd}/{n}</c>, <c>c{n}</c> for
/// pages that contain only copies.</summary>
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
/// <param name="Copies">Envelopes that repeated a report.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.CountedPage")]
public sealed record CountedPage([property: Id(0)] IReadOnlyList<CountedReport> Reports, [property: Id(1)] IReadOnlyList<string> Copies);

/// <summary>A counted report: the identity that prevents counting it twice, and its line in the list.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.CountedReport")]
public sealed record CountedReport
{
    [Id(0), JsonPropertyName("i")] public required string Identity { get; init; }
    [Id(1), JsonPropertyName("c")] public required string ContentHash { get; init; }

    /// <summary>Null when older than the retention of details.</summary>
    [Id(2), JsonPropertyName("entry")] public ReportEntry? Entry { get; init; }
}

/// <summary>
/// The days of a claim that have a scorecard, and the deletion of data beyond the retention of the workspace's plan.
/// Key: <c>sm-{workspace}/{domain}</c>.
/// </summary>
[Alias("MtaSts.IScorecardDaysGrain")]
public interface IScorecardDaysGrain : IGrainWithStringKey
{
    /// <summary>Called before a day's first report is counted, and before a partly deleted day is added to; returns when durable.</summary>
    [Alias("AddDay"), AlwaysInterleave]
    Task AddDay(DateOnly day);

    /// <summary>Removes a day for which nothing was counted, so that no state of a removed claim is left.</summary>
    [Alias("TakeBack"), AlwaysInterleave]
    Task TakeBack(DateOnly day);

    /// <summary>Newest first.</summary>
    [Alias("ListDays"), AlwaysInterleave]
    Task<IReadOnlyList<DateOnly>> ListDays();

    /// <summary>Performs one bounded slice of retention; the grain's reminder calls it every day until nothing is left.</summary>
    /// <returns>True: nothing is left to do today.</returns>
    [Alias("Retain"), AlwaysInterleave]
    Task<bool> Retain();

    /// <summary>Deletes one bounded slice of the claim's scorecards and reports; called when the claim is removed. May be repeated.</summary>
    /// <returns>True: nothing is left.</returns>
    [Alias("Erase"), AlwaysInterleave]
    Task<bool> Erase();
}
