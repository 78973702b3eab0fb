using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Domains;

/// <summary>Where the domain's hosting stands, whoever holds it. A claim's view adds "awaiting CNAME".</summary>
internal enum ServingState
{
    Off,
    Provisioning,
    Live,
    Retiring,
    Removing,
}

/// <summary>All a domain grain stores, in one record, so that a decision and its effects are written at once.</summary>
internal sealed record DomainState
{
    /// <summary>Workspaces with an interest in the domain.</summary>
    [JsonPropertyName("claims")] public ImmutableArray<Claim> Claims { get; init; } = [];

    /// <summary>The workspace whose token was last seen in the DNS; stays when the records go.</summary>
    [JsonPropertyName("holder")] public string? Holder { get; init; }

    /// <summary>Another workspace whose token stands in the DNS now, not yet long enough.</summary>
    [JsonPropertyName("challenger")] public string? Challenger { get; init; }
    [JsonPropertyName("challengerSince")] public DateTimeOffset? ChallengerSince { get; init; }

    [JsonPropertyName("serving")] public ServingState Serving { get; init; }
    [JsonPropertyName("servingSince")] public DateTimeOffset? ServingSince { get; init; }

    /// <summary>When something was served for the first time after nothing was: versions from before say nothing about mail now. Null in states of older builds.</summary>
    [JsonPropertyName("lifeSince")] public DateTimeOffset? LifeSince { get; init; }

    /// <summary>The state that retiring left, to go back to when hosting is switched on again.</summary>
    [JsonPropertyName("resumeTo")] public ServingState ResumeTo { get; init; }

    /// <summary>Every version made, oldest first. A version is never removed: the clock and the ids need them.</summary>
    [JsonPropertyName("versions")] public ImmutableArray<PolicyVersion> Versions { get; init; } = [];

    /// <summary>The version whose id was last announced as the one to publish; 0 before the first.</summary>
    [JsonPropertyName("announcedNumber")] public int AnnouncedNumber { get; init; }
    [JsonPropertyName("announcedAt")] public DateTimeOffset? AnnouncedAt { get; init; }

    /// <summary>The newest version that was fetched from outside; 0 before the first.</summary>
    [JsonPropertyName("seenOutside")] public int SeenOutside { get; init; }

    /// <summary>When the last fetch from outside returned the current version; null when it did not, or there was none.</summary>
    [JsonPropertyName("seenOutsideAt")] public DateTimeOffset? SeenOutsideAt { get; init; }

    /// <summary>Since when fetches from outside have failed; null while they succeed.</summary>
    [JsonPropertyName("outsideFailingSince")] public DateTimeOffset? OutsideFailingSince { get; init; }

    /// <summary>Since when a policy host without a visible CNAME has not led to us; null while it does, or where the CNAME is seen.</summary>
    [JsonPropertyName("unreachedSince")] public DateTimeOffset? UnreachedSince { get; init; }

    /// <summary>The largest TTL of the policy record seen while something was served, in seconds.</summary>
    [JsonPropertyName("policyRecordTtl")] public int? PolicyRecordTtl { get; init; }

    /// <summary>Permanent id of the provider that has the hostname.</summary>
    [JsonPropertyName("provider")] public string? Provider { get; init; }

    /// <summary>When that provider made the hostname, by its own clock.</summary>
    [JsonPropertyName("hostnameMadeAt")] public DateTimeOffset? HostnameMadeAt { get; init; }

    /// <summary>When a hostname that had been live was last found to have been lost at the provider.</summary>
    [JsonPropertyName("hostnameLostAt")] public DateTimeOffset? HostnameLostAt { get; init; }

    /// <summary>When it was live again after that; null while it is not.</summary>
    [JsonPropertyName("hostnameBackAt")] public DateTimeOffset? HostnameBackAt { get; init; }
    [JsonPropertyName("problem")] public string? Problem { get; init; }
    [JsonPropertyName("nextStep")] public string? NextStep { get; init; }
    [JsonPropertyName("certificateExpiresAt")] public DateTimeOffset? CertificateExpiresAt { get; init; }
    [JsonPropertyName("lastObservation")] public Observation? LastObservation { get; init; }

    /// <summary>The last answer to the question for the domain's MX, and when it came: a look-up that fails later does not take its place.</summary>
    [JsonPropertyName("lastMx")] public LookupView? LastMx { get; init; }
    [JsonPropertyName("lastMxAt")] public DateTimeOffset? LastMxAt { get; init; }

    /// <summary>When the next check is due: the reminder is only a wake-up.</summary>
    [JsonPropertyName("nextCheckAt")] public DateTimeOffset? NextCheckAt { get; init; }

    /// <summary>Until then a removal of the hostname that was asked for twice may still be under way somewhere: nothing is begun.</summary>
    [JsonPropertyName("quietUntil")] public DateTimeOffset? QuietUntil { get; init; }

    /// <summary>Effects decided and not yet carried out.</summary>
    [JsonPropertyName("effects")] public ImmutableArray<PendingEffect> Effects { get; init; } = [];

    /// <summary>Number of the last effect made; ids are never used twice.</summary>
    [JsonPropertyName("lastEffect")] public long LastEffect { get; init; }
}

/// <summary>A workspace's claim.</summary>
internal sealed record Claim
{
    [JsonPropertyName("workspace")] public required string Workspace { get; init; }
    [JsonPropertyName("token")] public required string Token { get; init; }
    [JsonPropertyName("claimedAt")] public required DateTimeOffset ClaimedAt { get; init; }
    [JsonPropertyName("hostingWanted")] public bool HostingWanted { get; init; }
    [JsonPropertyName("wantedSince")] public DateTimeOffset? WantedSince { get; init; }

    /// <summary>The policy this workspace wants; served when it holds the domain and hosting is on.</summary>
    [JsonPropertyName("draft")] public PolicyContent? Draft { get; init; }
    [JsonPropertyName("draftBy")] public string? DraftBy { get; init; }

    /// <summary>Codes of the advice that was overridden for the draft.</summary>
    [JsonPropertyName("draftOverridden")] public ImmutableArray<string> DraftOverridden { get; init; } = [];

    /// <summary>Given up; goes when the retirement is over.</summary>
    [JsonPropertyName("leaving")] public bool Leaving { get; init; }

    /// <summary>Where its token stood when another workspace took the domain, and has stood ever since: it counts there for nothing.</summary>
    [JsonPropertyName("leftOver")] public TokenPlaces LeftOver { get; init; }

    /// <summary>The token of the report address, once it was renewed; null: <see cref="Token"/>.</summary>
    [JsonPropertyName("reportToken")] public string? ReportToken { get; init; }

    /// <summary>Tokens that the report address had before, the latest first.</summary>
    [JsonPropertyName("earlierReportTokens")] public ImmutableArray<EarlierReportToken> EarlierReportTokens { get; init; } = [];

    /// <summary>The alerts last handed over, to hand over changes only.</summary>
    [JsonPropertyName("alerts")] public ImmutableArray<AlertCondition> Alerts { get; init; } = [];
}

/// <summary>A token that the report address had.</summary>
/// <param name="ReplacedAt">When it was renewed.</param>
/// <param name="ReplacedBy">Who renewed it.</param>
/// <param name="WorksUntil">Reports that come to it are taken until then.</param>
internal sealed record EarlierReportToken(
    [property: JsonPropertyName("token")] string Token,
    [property: JsonPropertyName("replacedAt")] DateTimeOffset ReplacedAt,
    [property: JsonPropertyName("replacedBy")] string ReplacedBy,
    [property: JsonPropertyName("worksUntil")] DateTimeOffset WorksUntil);

/// <summary>A policy version: content and id never change, the moments it was served are noted as they come.</summary>
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

    /// <summary>Codes of the advice because of which it is served in <c>testing</c> instead of <c>enforce</c>, which was wished for; empty when it is served as wished.</summary>
    [JsonPropertyName("heldBack")] public ImmutableArray<string> HeldBack { get; init; } = [];
    [JsonPropertyName("servedFrom")] public required DateTimeOffset ServedFrom { get; init; }

    /// <summary>The last moment this grain gave it to a gateway, or a gateway told that it went on serving it; null while current.</summary>
    [JsonPropertyName("servedUntil")] public DateTimeOffset? ServedUntil { get; init; }
}

/// <summary>An effect to carry out.</summary>
internal sealed record PendingEffect
{
    [JsonPropertyName("id")] public required string Id { get; init; }
    [JsonPropertyName("kind")] public required EffectKind Kind { get; init; }
    [JsonPropertyName("workspace")] public string? Workspace { get; init; }
    [JsonPropertyName("token")] public string? Token { get; init; }
    [JsonPropertyName("alerts")] public ImmutableArray<AlertCondition> Alerts { get; init; } = [];

    /// <summary>The full name of a record in the service's own zone, and its value; null for another kind of effect.</summary>
    [JsonPropertyName("record")] public string? Record { get; init; }
    [JsonPropertyName("value")] public string? Value { get; init; }

    /// <summary>Permanent id of the DNS provider that was asked; null before the first try.</summary>
    [JsonPropertyName("provider")] public string? Provider { get; init; }

    /// <summary>When the value first stood in the zone; null while it does not.</summary>
    [JsonPropertyName("writtenAt")] public DateTimeOffset? WrittenAt { get; init; }

    /// <summary>Why the last try failed; null when it did not.</summary>
    [JsonPropertyName("problem")] public string? Problem { get; init; }
    [JsonPropertyName("nextStep")] public string? NextStep { get; init; }
    [JsonPropertyName("attempts")] public int Attempts { get; init; }
    [JsonPropertyName("dueAt")] public required DateTimeOffset DueAt { get; init; }
}
