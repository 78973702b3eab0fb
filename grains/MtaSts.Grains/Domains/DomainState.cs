using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MtaSts.Grains.Alerts;

namespace MtaSts.Grains.Domains;

/// <summary>Hosting state of the domain, regardless of the holder. A claim's view adds "awaiting CNAME".</summary>
internal enum ServingState
{
    Off,
    Provisioning,
    Live,
    Retiring,
    Removing,
}

/// <summary>The complete state of a domain grain in one record, so that a decision and the work that it requires are written together.</summary>
internal sealed record DomainState
{
    /// <summary>Workspaces with an interest in the domain.</summary>
    [JsonPropertyName("claims")] public ImmutableArray<Claim> Claims { get; init; } = [];

    /// <summary>The workspace whose token was last seen in the DNS; kept when the records are removed.</summary>
    [JsonPropertyName("holder")] public string? Holder { get; init; }

    /// <summary>Another workspace whose token is in the DNS, but not yet long enough.</summary>
    [JsonPropertyName("challenger")] public string? Challenger { get; init; }
    [JsonPropertyName("challengerSince")] public DateTimeOffset? ChallengerSince { get; init; }

    [JsonPropertyName("serving")] public ServingState Serving { get; init; }
    [JsonPropertyName("servingSince")] public DateTimeOffset? ServingSince { get; init; }

    /// <summary>Start of the current hosting period: versions of earlier periods are not evidence about current mail.</summary>
    [JsonPropertyName("lifeSince")] public DateTimeOffset? LifeSince { get; init; }

    /// <summary>The state before retiring, restored when hosting is switched on again.</summary>
    [JsonPropertyName("resumeTo")] public ServingState ResumeTo { get; init; }

    /// <summary>The last <see cref="PolicyVersions.MaxKept"/> versions and the announced one, oldest first.</summary>
    [JsonPropertyName("versions")] public ImmutableArray<PolicyVersion> Versions { get; init; } = [];

    /// <summary>Facts of the removed versions; null while none was removed.</summary>
    [JsonPropertyName("removedVersions")] public RemovedVersions? RemovedVersions { get; init; }

    /// <summary>The version whose id was last announced as the one to publish; 0 before the first.</summary>
    [JsonPropertyName("announcedNumber")] public int AnnouncedNumber { get; init; }
    [JsonPropertyName("announcedAt")] public DateTimeOffset? AnnouncedAt { get; init; }

    /// <summary>The newest version that was fetched from outside; 0 before the first.</summary>
    [JsonPropertyName("seenOutside")] public int SeenOutside { get; init; }

    /// <summary>When the last fetch from outside returned the current version; null when it did not, or there was no fetch.</summary>
    [JsonPropertyName("seenOutsideAt")] public DateTimeOffset? SeenOutsideAt { get; init; }

    /// <summary>Time since which fetches from outside fail; null while they succeed.</summary>
    [JsonPropertyName("outsideFailingSince")] public DateTimeOffset? OutsideFailingSince { get; init; }

    /// <summary>Time since which a policy host without a visible CNAME does not lead here; null while it does, or when the CNAME is visible.</summary>
    [JsonPropertyName("unreachedSince")] public DateTimeOffset? UnreachedSince { get; init; }

    /// <summary>The largest TTL of the policy record seen while a policy was served, in seconds.</summary>
    [JsonPropertyName("policyRecordTtl")] public int? PolicyRecordTtl { get; init; }

    /// <summary>The policy that the domain announces and another service serves; null when there is none.</summary>
    [JsonPropertyName("elsewhere")] public PolicyElsewhere? Elsewhere { get; init; }

    [JsonPropertyName("lastObservation")] public Observation? LastObservation { get; init; }

    /// <summary>The last successful MX lookup and its time: a later failed lookup does not replace it.</summary>
    [JsonPropertyName("lastMx")] public LookupView? LastMx { get; init; }
    [JsonPropertyName("lastMxAt")] public DateTimeOffset? LastMxAt { get; init; }

    /// <summary>The MX hosts as last probed; null before the first probe.</summary>
    [JsonPropertyName("mxWatch")] public MxWatch? MxWatch { get; init; }

    /// <summary>When the next check is due: the reminder only activates the grain.</summary>
    [JsonPropertyName("nextCheckAt")] public DateTimeOffset? NextCheckAt { get; init; }

    /// <summary>Until then a repeated removal of the hostname may still be running: nothing is started.</summary>
    [JsonPropertyName("quietUntil")] public DateTimeOffset? QuietUntil { get; init; }

    /// <summary>Actions that must take place once and are not done yet.</summary>
    [JsonPropertyName("outbox")] public ImmutableArray<OutboxMessage> Outbox { get; init; } = [];

    /// <summary>The wanted state of the hostname; null when there is none.</summary>
    [JsonPropertyName("hostname")] public DesiredHostname? Hostname { get; init; }

    /// <summary>The wanted state of the records in the service's own zone.</summary>
    [JsonPropertyName("records")] public ImmutableArray<DesiredRecord> Records { get; init; } = [];

    /// <summary>Number of the last work; ids are never reused.</summary>
    [JsonPropertyName("lastWork")] public long LastWork { get; init; }

    /// <summary>All work that is due now or later.</summary>
    [JsonIgnore] public IEnumerable<Work> Work => [.. Outbox, .. Records, .. Hostname is null ? [] : new Work[] { Hostname }];

    /// <summary>The last revision of any source's conditions.</summary>
    [JsonPropertyName("lastRevision")] public long LastRevision { get; init; }
}

/// <summary>A workspace's claim.</summary>
internal sealed record Claim
{
    [JsonPropertyName("workspace")] public required string Workspace { get; init; }
    [JsonPropertyName("token")] public required string Token { get; init; }
    [JsonPropertyName("claimedAt")] public required DateTimeOffset ClaimedAt { get; init; }
    [JsonPropertyName("hostingWanted")] public bool HostingWanted { get; init; }
    [JsonPropertyName("wantedSince")] public DateTimeOffset? WantedSince { get; init; }

    /// <summary>The workspace's policy; served when it holds the domain and hosting is on.</summary>
    [JsonPropertyName("draft")] public PolicyContent? Draft { get; init; }
    [JsonPropertyName("draftBy")] public string? DraftBy { get; init; }

    /// <summary>Codes of the advice that was overridden for the draft.</summary>
    [JsonPropertyName("draftOverridden")] public ImmutableArray<string> DraftOverridden { get; init; } = [];

    /// <summary>Automatic changes of the mode; null: never chosen.</summary>
    [JsonPropertyName("rollout")] public RolloutState? Rollout { get; init; }

    /// <summary>The claim was removed by its owner, and is deleted after the retirement.</summary>
    [JsonPropertyName("leaving")] public bool Leaving { get; init; }

    /// <summary>Places where its token has been since another workspace took the domain: it is ignored there.</summary>
    [JsonPropertyName("leftOver")] public TokenPlaces LeftOver { get; init; }

    /// <summary>The token of the report address after a renewal; null: <see cref="Token"/>.</summary>
    [JsonPropertyName("reportToken")] public string? ReportToken { get; init; }

    /// <summary>Previous tokens of the report address, latest first.</summary>
    [JsonPropertyName("earlierReportTokens")] public ImmutableArray<EarlierReportToken> EarlierReportTokens { get; init; } = [];

    /// <summary>Whether any observation so far showed a reporting record that names the claim's report address.</summary>
    [JsonPropertyName("reportsSeen")] public bool ReportsSeen { get; init; }

    /// <summary>Since when every answer has shown such a record; null when the last one did not.</summary>
    [JsonPropertyName("reportsSince")] public DateTimeOffset? ReportsSince { get; init; }

    /// <summary>Conditions that are suspected, by kind, with the time of the first observation that showed them; see <see cref="WatchRules"/>.</summary>
    [JsonPropertyName("suspected")] public ImmutableSortedDictionary<string, DateTimeOffset> Suspected { get; init; } = ImmutableSortedDictionary.Create<string, DateTimeOffset>(StringComparer.Ordinal);

    /// <summary>The policy of another service that is also the draft: senders apply it already. Null when there is none, or the domain has moved here.</summary>
    [JsonPropertyName("takenOver")] public TakenOver? TakenOver { get; init; }

    /// <summary>The planned change of MX hosts; null when there is none.</summary>
    [JsonPropertyName("mxPlan")] public MxPlan? MxPlan { get; init; }

    /// <summary>What happened to the claim's plans, latest first; at most <see cref="MxPlanView.MaxHistory"/> entries.</summary>
    [JsonPropertyName("mxPlanHistory")] public ImmutableArray<MxPlanEntry> MxPlanHistory { get; init; } = [];

    /// <summary>The conditions of each source as last sent, so that only changes are sent.</summary>
    [JsonPropertyName("conditions")] public ImmutableArray<SourceConditions> Conditions { get; init; } = [];

    /// <summary>The conditions of all sources.</summary>
    [JsonIgnore] public IEnumerable<AlertCondition> Alerts => Conditions.SelectMany(static source => source.Conditions).Select(static condition => condition.ToCondition());
}

/// <summary>A previous token of the report address.</summary>
/// <param name="ReplacedAt">When it was renewed.</param>
/// <param name="ReplacedBy">Who renewed it.</param>
/// <param name="WorksUntil">Reports sent to it are accepted until then.</param>
internal sealed record EarlierReportToken(
    [property: JsonPropertyName("token")] string Token,
    [property: JsonPropertyName("replacedAt")] DateTimeOffset ReplacedAt,
    [property: JsonPropertyName("replacedBy")] string ReplacedBy,
    [property: JsonPropertyName("worksUntil")] DateTimeOffset WorksUntil);

/// <summary>A policy version: content and id never change; the times of serving are added.</summary>
internal sealed record PolicyVersion
{
    [JsonPropertyName("number")] public required int Number { get; init; }
    [JsonPropertyName("id")] public required string Id { get; init; }
    [JsonPropertyName("content")] public required PolicyContent Content { get; init; }
    [JsonPropertyName("workspace")] public required string Workspace { get; init; }
    [JsonPropertyName("createdAt")] public required DateTimeOffset CreatedAt { get; init; }
    [JsonPropertyName("createdBy")] public required string CreatedBy { get; init; }
    [JsonPropertyName("reason")] public string? Reason { get; init; }
    [JsonPropertyName("overridden")] public ImmutableArray<string> Overridden { get; init; } = [];

    /// <summary>Codes of the advice because of which it is served in <c>testing</c> instead of the requested <c>enforce</c>; empty when served as requested.</summary>
    [JsonPropertyName("heldBack")] public ImmutableArray<string> HeldBack { get; init; } = [];

    /// <summary>The service changed the mode by itself.</summary>
    [JsonPropertyName("automatic")] public bool IsAutomatic { get; init; }
    [JsonPropertyName("servedFrom")] public required DateTimeOffset ServedFrom { get; init; }

    /// <summary>The last time this grain gave it to a gateway, or a gateway reported serving it; null while current.</summary>
    [JsonPropertyName("servedUntil")] public DateTimeOffset? ServedUntil { get; init; }

    /// <summary>When its id was first seen in the DNS, since an earlier one was; null when it was not.</summary>
    [JsonPropertyName("idSeenAt")] public DateTimeOffset? IdSeenAt { get; init; }
}

/// <summary>Facts of the removed versions that the retirement clock and the ids need.</summary>
/// <param name="CachedUntil">Maximum of the end of serving plus max_age. The retirement clock adds the same time to every version.</param>
/// <param name="LongestMaxAge">In seconds.</param>
/// <param name="LastIdAt">Time of the latest id.</param>
internal sealed record RemovedVersions(
    [property: JsonPropertyName("cachedUntil")] DateTimeOffset CachedUntil,
    [property: JsonPropertyName("longestMaxAge")] int LongestMaxAge,
    [property: JsonPropertyName("lastIdAt")] DateTimeOffset LastIdAt);

/// <summary>The wanted state of the hostname at its provider.</summary>
internal sealed record DesiredHostname : DesiredState
{
    /// <summary>True: it must be live. False: it must not exist.</summary>
    [JsonPropertyName("exists")] public required bool Exists { get; init; }

    /// <summary>When the provider created the hostname, by its own clock.</summary>
    [JsonPropertyName("madeAt")] public DateTimeOffset? MadeAt { get; init; }

    /// <summary>When a live hostname was last found missing at the provider.</summary>
    [JsonPropertyName("lostAt")] public DateTimeOffset? LostAt { get; init; }

    /// <summary>When it was live again after that; null while it is not.</summary>
    [JsonPropertyName("backAt")] public DateTimeOffset? BackAt { get; init; }
    [JsonPropertyName("certificateExpiresAt")] public DateTimeOffset? CertificateExpiresAt { get; init; }
}

/// <summary>The wanted state of a record in the service's own zone.</summary>
internal sealed record DesiredRecord : DesiredState
{
    /// <summary>The full name.</summary>
    [JsonPropertyName("name")] public required string Name { get; init; }

    /// <summary>Its only value; null: it must not exist.</summary>
    [JsonPropertyName("value")] public string? Value { get; init; }

    /// <summary>When the value was first in the zone; null while it is not.</summary>
    [JsonPropertyName("writtenAt")] public DateTimeOffset? WrittenAt { get; init; }
}
