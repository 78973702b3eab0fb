using Orleans.Concurrency;

namespace MtaSts.Grains;

/// <summary>Which changes of a policy's mode the service makes by itself.</summary>
/// <param name="Enforce">From testing to enforce, when all conditions are met: announced <see cref="EnforcePlan.AnnouncedFor"/> before.</param>
/// <param name="Back">From enforce to testing, when senders do not deliver mail and this service sees the cause at the MX host too.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.RolloutChoice")]
public sealed record RolloutChoice([property: Id(0)] bool Enforce, [property: Id(1)] bool Back);

/// <summary>The choice of a claim, and what follows from it.</summary>
/// <param name="By">Who chose last; null: nobody did.</param>
/// <param name="Planned">The announced change to enforce; null when there is none.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.RolloutView")]
public sealed record RolloutView([property: Id(0)] RolloutChoice Choice, [property: Id(1)] string? By = null, [property: Id(2)] DateTimeOffset? ChosenAt = null, [property: Id(3)] EnforcePlan? Planned = null);

/// <summary>An announced change to enforce. It is withdrawn when a condition is no longer met or the policy changes.</summary>
/// <param name="Version">The version in testing whose content is to be enforced.</param>
/// <param name="AnnouncedAt">Since when the owner can know it.</param>
/// <param name="DueAt">The first check after this makes the change.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.EnforcePlan")]
public sealed record EnforcePlan([property: Id(0)] int Version, [property: Id(1)] DateTimeOffset AnnouncedAt, [property: Id(2)] DateTimeOffset DueAt)
{
    /// <summary>Time between the announcement and the change: over a weekend, somebody can still object on a working day.</summary>
    public static readonly TimeSpan AnnouncedFor = TimeSpan.FromDays(3);
}

/// <summary>What reports, alerts and probes say about a mode.</summary>
/// <param name="Version">The served version that was judged.</param>
/// <param name="IsReady">It is in testing, and all conditions for enforce are met.</param>
/// <param name="MustGoBack">It is enforced; known senders do not deliver mail because of a fault that this service sees at the MX host too.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.RolloutFacts")]
public sealed record RolloutFacts([property: Id(0)] int Version, [property: Id(1)] bool IsReady, [property: Id(2)] bool MustGoBack);

/// <summary>Judges whether a mode may or must change.</summary>
public interface IRolloutJudge
{
    /// <summary>The facts now; null when nothing is served for the workspace.</summary>
    Task<RolloutFacts?> JudgeAsync(string workspaceId, string domain);
}

/// <summary>Judges a domain's mode outside the domain's own turn: it reads reports, alerts and the probe.</summary>
[Alias("MtaSts.IRolloutGrain")]
public interface IRolloutGrain : IGrainWithIntegerKey
{
    /// <summary>Judges, and reports the result to the domain's grain without waiting for it.</summary>
    [Alias("Judge"), OneWay]
    Task Judge(string domain, string workspaceId);
}
