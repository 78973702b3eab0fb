using System.Text.Json.Serialization;
using MtaSts.Protocol;

namespace MtaSts.Grains;

/// <summary>The states of hosting (see docs/architecture.md).</summary>
[GenerateSerializer, Alias("MtaSts.HostingState")]
public enum HostingState
{
    Off,
    AwaitingCname,
    Provisioning,
    Live,
    Retiring,
    Removing,
}

/// <summary>The result of fetching the served policy from outside, as senders do.</summary>
[GenerateSerializer, Alias("MtaSts.OutsideFetch")]
public enum OutsideFetch
{
    /// <summary>Nothing is served.</summary>
    None,

    /// <summary>This service does not fetch policies from outside.</summary>
    Off,

    /// <summary>The served version was never fetched from outside, or too long ago.</summary>
    NotYet,

    /// <summary>The last fetch from outside returned the served version.</summary>
    Returned,

    /// <summary>Fetches from outside fail.</summary>
    Failing,
}

/// <summary>A policy as entered by an owner.</summary>
/// <param name="Mode">RFC 8461 §3.2.</param>
/// <param name="Mx">Patterns: host names or <c>*.</c> suffixes, in A-labels once normalised.</param>
/// <param name="MaxAge">Seconds.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.PolicyContent")]
public sealed record PolicyContent([property: Id(0), JsonPropertyName("mode")] PolicyMode Mode, [property: Id(1), JsonPropertyName("mx")] IReadOnlyList<string> Mx, [property: Id(2), JsonPropertyName("maxAge")] int MaxAge)
{
    /// <summary>The parsed policy.</summary>
    /// <exception cref="FormatException">A pattern is invalid; contents from a grain are already checked.</exception>
    public Policy ToPolicy() => new(Mode, [.. Mx.Select(MxPattern.Parse)], MaxAge);

    /// <summary>The policy file as served.</summary>
    /// <exception cref="ArgumentException">The policy may not be published; contents from a grain are already checked.</exception>
    public string ToText() => System.Text.Encoding.ASCII.GetString(PolicyWriter.Write(ToPolicy()));
}

/// <summary>A policy version, immutable except for the times of serving.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.PolicyVersionView")]
public sealed record PolicyVersionView
{
    [Id(0)] public required int Number { get; init; }
    [Id(1)] public required string Id { get; init; }
    [Id(2)] public required PolicyContent Content { get; init; }
    [Id(3)] public required DateTimeOffset CreatedAt { get; init; }
    [Id(4)] public required string CreatedBy { get; init; }
    [Id(5)] public string? Reason { get; init; }

    /// <summary>Null when never served.</summary>
    [Id(6)] public DateTimeOffset? ServedFrom { get; init; }

    /// <summary>Null when still served, or never served.</summary>
    [Id(7)] public DateTimeOffset? ServedUntil { get; init; }

    /// <summary>This version's <see cref="Id"/> is the id to publish in the DNS.</summary>
    [Id(8)] public bool Announced { get; init; }

    /// <summary>Codes of the advice that was overridden for this version.</summary>
    [Id(9)] public IReadOnlyList<string> Overridden { get; init; } = [];

    /// <summary>The service changed the mode by itself.</summary>
    [Id(10)] public bool IsAutomatic { get; init; }
}

/// <summary>Hosting from the view of one workspace.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.HostingView")]
public sealed record HostingView
{
    [Id(0)] public required HostingState State { get; init; }
    [Id(1)] public required string Provider { get; init; }

    /// <summary>Human-readable problem or pending step; null when there is none.</summary>
    [Id(2)] public string? Problem { get; init; }

    /// <summary>What the owner can do about <see cref="Problem"/>.</summary>
    [Id(3)] public string? NextStep { get; init; }

    /// <summary>Time before which the owner must not remove the CNAME and the policy record: while retiring, the end of the
    /// retirement clock; while live, the time at which it would end if hosting were switched off now; null when nothing was served.</summary>
    [Id(4)] public DateTimeOffset? SafeToRemoveAt { get; init; }
    [Id(5)] public DateTimeOffset? Since { get; init; }
    [Id(6)] public DateTimeOffset? CertificateExpiresAt { get; init; }

    /// <summary>When the newest version's id becomes the one to publish; null when it already is.</summary>
    [Id(7)] public DateTimeOffset? AnnounceAt { get; init; }

    /// <summary>The newest version was not yet fetched from outside; its id is announced only afterwards.</summary>
    [Id(8)] public bool AwaitsOutsideFetch { get; init; }

    /// <summary>The domain's CAA records forbid the certificate that hosting needs; null when they do not, or hosting is off.</summary>
    [Id(9)] public CaaRefusal? CaaRefusal { get; init; }

    /// <summary>Whether senders are known to receive the served policy.</summary>
    [Id(10)] public OutsideFetch Outside { get; init; }

    /// <summary>When a fetch from outside last returned the served version; null when none did.</summary>
    [Id(11)] public DateTimeOffset? OutsideAt { get; init; }
}

/// <summary>CAA records (RFC 8659) allow none of the hostname provider's authorities to issue.</summary>
/// <param name="Problem">Human-readable: the records, their name, and the authority they exclude.</param>
/// <param name="NextStep">What to do about it.</param>
/// <param name="Records">Lines to add, in zone file syntax, the preferred one first; empty where adding does not help.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.CaaRefusal")]
public sealed record CaaRefusal([property: Id(0)] string Problem, [property: Id(1)] string NextStep, [property: Id(2)] IReadOnlyList<string> Records);

/// <summary>A domain from the view of one workspace with a claim.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.DomainView")]
public sealed record DomainView
{
    [Id(0)] public required string Name { get; init; }
    [Id(1)] public required string UnicodeName { get; init; }
    [Id(2)] public required string Token { get; init; }
    [Id(3)] public required DateTimeOffset ClaimedAt { get; init; }

    /// <summary>This workspace's token is the one in the DNS.</summary>
    [Id(4)] public required bool IsHolder { get; init; }
    [Id(5)] public required HostingView Hosting { get; init; }

    /// <summary>The version served now; null when none is, or when another workspace holds the domain.</summary>
    [Id(6)] public PolicyVersionView? Policy { get; init; }

    /// <summary>The policy that hosting would start with; null when none was set.</summary>
    [Id(7)] public PolicyContent? Draft { get; init; }
    [Id(8)] public required string CnameTarget { get; init; }
    [Id(9)] public required string ReportAddress { get; init; }

    /// <summary>The URL for POSTing reports of this claim; null when the operator offers no HTTPS intake.</summary>
    [Id(10)] public string? ReportUrl { get; init; }
    /// <summary>Earlier report addresses, the latest first.</summary>
    [Id(60)] public IReadOnlyList<EarlierReportAddress> EarlierReportAddresses { get; init; } = [];
    [Id(11)] public Observation? LastObservation { get; init; }

    /// <summary>The claim was removed by the owner and is deleted when the retirement has ended.</summary>
    [Id(12)] public bool Leaving { get; init; }

    /// <summary>The worst state of the records to publish, for lists.</summary>
    [Id(13)] public RecordState CnameState { get; init; }
    [Id(14)] public RecordState PolicyRecordState { get; init; }
    [Id(15)] public RecordState ReportingRecordState { get; init; }

    /// <summary>The automatic changes of the mode.</summary>
    [Id(17)] public RolloutView Rollout { get; init; } = new(new RolloutChoice(false, false));

    /// <summary>The policy record to publish: senders detect the end of hosting only by its id.</summary>
    [Id(16)] public RecordView? PolicyRecord { get; init; }
}

/// <summary>The facts of a claim needed to attribute a report.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.ClaimView")]
public sealed record ClaimView([property: Id(0)] string Domain, [property: Id(1)] string WorkspaceId, [property: Id(2)] IReadOnlyList<string> MxHosts);

/// <summary>A previous report address.</summary>
/// <param name="Token">The part before the @, to find reports still sent to it.</param>
/// <param name="WorksUntil">Reports sent to it are accepted until then.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.EarlierReportAddress")]
public sealed record EarlierReportAddress(
    [property: Id(0)] string Address,
    [property: Id(1)] string Token,
    [property: Id(2)] DateTimeOffset ReplacedAt,
    [property: Id(3)] string ReplacedBy,
    [property: Id(4)] DateTimeOffset WorksUntil);

/// <summary>A policy as a gateway serves it.</summary>
/// <param name="Number">Number of the version; increases with every change.</param>
/// <param name="Body">The policy file's bytes (RFC 8461 §3.2).</param>
[GenerateSerializer, Immutable, Alias("MtaSts.ServedPolicy")]
public sealed record ServedPolicy([property: Id(0)] int Number, [property: Id(1)] string PolicyId, [property: Id(2)] byte[] Body);
