using System.Collections.Immutable;

namespace MtaSts.Grains;

/// <summary>Compares the reports of a claim's last weeks with each other, and sets the alert conditions of <see cref="AlertSource.Reports"/>. Key: <c>rw-{workspace}/{domain}</c>.</summary>
[Alias("MtaSts.IReportWatchGrain")]
public interface IReportWatchGrain : IGrainWithStringKey
{
    /// <summary>Compares now; each check of the domain calls it, so that missing reports are noticed too.</summary>
    [Alias("Look")]
    Task Look(ReportWatchFacts facts);

    /// <summary>A day's scorecard changed: compares soon, once for all changes until then. A lost call delays the comparison until the domain's next check.</summary>
    [Alias("Changed")]
    Task Changed(DateOnly day);

    /// <summary>Deletes the history; called when the claim is removed. May be repeated.</summary>
    [Alias("Erase")]
    Task Erase();
}

/// <summary>What a claim's domain knows that its reports do not say.</summary>
/// <param name="ReportingSince">Since when the reporting record names the claim's report address; null when it does not.</param>
/// <param name="Mode">The mode of the current policy: <c>testing</c>, <c>enforce</c> or <c>none</c>; null when there is no policy.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.ReportWatchFacts")]
public sealed record ReportWatchFacts([property: Id(0)] DateTimeOffset? ReportingSince, [property: Id(1)] string? Mode)
{
    /// <summary>Earlier versions told at once, the latest.</summary>
    public const int MaxReplaced = 20;

    /// <summary>Earlier versions of the policy, while the policy record does not announce the current one: senders keep applying them. Empty otherwise.</summary>
    [Id(2)] public ImmutableArray<ReplacedVersion> Replaced { get; init; } = [];

    /// <summary>What the probe of the MX hosts finds wrong now: failures that it explains join its alert.</summary>
    [Id(3)] public ImmutableArray<MxCause> Causes { get; init; } = [];
}

/// <summary>A fault of an MX host.</summary>
/// <param name="Kind">One of <see cref="AlertKinds"/>.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.MxCause")]
public sealed record MxCause([property: Id(0)] string Kind, [property: Id(1)] string Mx);

/// <summary>A policy version that was replaced.</summary>
/// <param name="Lines">Its lines, as reports list them.</param>
/// <param name="MaxAge">In seconds.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.ReplacedVersion")]
public sealed record ReplacedVersion([property: Id(0)] int Number, [property: Id(1)] string Lines, [property: Id(2)] int MaxAge, [property: Id(3)] string Mode);
