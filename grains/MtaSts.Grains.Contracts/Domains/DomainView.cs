using MtaSts.Protocol;

namespace MtaSts.Grains;

/// <summary>The states of hosting (see README, life of hosting).</summary>
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

/// <summary>What is known of the policy served from outside, as senders get it.</summary>
[GenerateSerializer, Alias("MtaSts.OutsideFetch")]
public enum OutsideFetch
{
    /// <summary>Nothing is served.</summary>
    None,

    /// <summary>This service does not fetch policies from outside.</summary>
    Off,

    /// <summary>The version served was not fetched from outside, or too long ago.</summary>
    NotYet,

    /// <summary>The last fetch from outside returned the version served.</summary>
    Returned,

    /// <summary>Fetches from outside fail.</summary>
    Failing,
}

/// <summary>A policy as an owner writes it.</summary>
/// <param name="Mode">RFC 8461 §3.2.</param>
/// <param name="Mx">Patterns: host names or <c>*.</c> suffixes, in A-labels once normalised.</param>
/// <param name="MaxAge">Seconds.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.PolicyContent")]
public sealed record PolicyContent([property: Id(0)] PolicyMode Mode, [property: Id(1)] IReadOnlyList<string> Mx, [property: Id(2)] int MaxAge)
{
    /// <summary>The policy it stands for.</summary>
    /// <exception cref="FormatException">A pattern is not one; contents that came from a grain are checked.</exception>
    public Policy ToPolicy() => new(Mode, [.. Mx.Select(MxPattern.Parse)], MaxAge);

    /// <summary>The file as senders get it.</summary>
    /// <exception cref="ArgumentException">It is not a policy that may be published; contents that came from a grain are.</exception>
    public string ToText() => System.Text.Encoding.ASCII.GetString(PolicyWriter.Write(ToPolicy()));
}

/// <summary>A policy version, immutable but for the moments it was served.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.PolicyVersionView")]
public sealed record PolicyVersionView
{
    [Id(0)] public required int Number { get; init; }
    [Id(1)] public required string Id { get; init; }
    [Id(2)] public required PolicyContent Content { get; init; }
    [Id(3)] public required DateTimeOffset CreatedAt { get; init; }
    [Id(4)] public required string CreatedBy { get; init; }
    [Id(5)] public string? Reason { get; init; }

    /// <summary>Null: never served.</summary>
    [Id(6)] public DateTimeOffset? ServedFrom { get; init; }

    /// <summary>Null: still served, or never.</summary>
    [Id(7)] public DateTimeOffset? ServedUntil { get; init; }

    /// <summary>This version's <see cref="Id"/> is the one to publish in the DNS.</summary>
    [Id(8)] public bool Announced { get; init; }

    /// <summary>Codes of the advice that was overridden for it.</summary>
    [Id(9)] public IReadOnlyList<string> Overridden { get; init; } = [];
}

/// <summary>Hosting as one workspace sees it.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.HostingView")]
public sealed record HostingView
{
    [Id(0)] public required HostingState State { get; init; }
    [Id(1)] public required string Provider { get; init; }

    /// <summary>What is wrong or waited for, for people; null when nothing is.</summary>
    [Id(2)] public string? Problem { get; init; }

    /// <summary>What the owner can do about <see cref="Problem"/>.</summary>
    [Id(3)] public string? NextStep { get; init; }

    /// <summary>Not before this moment may the owner remove the CNAME and the policy record: while retiring, the end of the
    /// retirement clock; while live, the moment it would end if hosting were switched off now; null when nothing was served.</summary>
    [Id(4)] public DateTimeOffset? SafeToRemoveAt { get; init; }
    [Id(5)] public DateTimeOffset? Since { get; init; }
    [Id(6)] public DateTimeOffset? CertificateExpiresAt { get; init; }

    /// <summary>When the newest version's id will be shown as the one to publish; null when it already is.</summary>
    [Id(7)] public DateTimeOffset? AnnounceAt { get; init; }

    /// <summary>The newest version has not been seen from outside yet, and its id waits for that.</summary>
    [Id(8)] public bool AwaitsOutsideFetch { get; init; }

    /// <summary>The domain's CAA records refuse the certificate that hosting needs; null while they do not, or hosting is off.</summary>
    [Id(9)] public CaaRefusal? CaaRefusal { get; init; }

    /// <summary>Whether senders are known to get what is served.</summary>
    [Id(10)] public OutsideFetch Outside { get; init; }

    /// <summary>When a fetch from outside last returned the version served; null when none did.</summary>
    [Id(11)] public DateTimeOffset? OutsideAt { get; init; }
}

/// <summary>CAA records (RFC 8659) let none of the hostname provider's authorities issue.</summary>
/// <param name="Problem">For people: what stands where, and whom it shuts out.</param>
/// <param name="NextStep">What to do about it.</param>
/// <param name="Records">Lines to add as they stand in a zone file, the preferred one first; empty where adding does not help.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.CaaRefusal")]
public sealed record CaaRefusal([property: Id(0)] string Problem, [property: Id(1)] string NextStep, [property: Id(2)] IReadOnlyList<string> Records);

/// <summary>A domain as one workspace sees it through its claim.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.DomainView")]
public sealed record DomainView
{
    [Id(0)] public required string Name { get; init; }
    [Id(1)] public required string UnicodeName { get; init; }
    [Id(2)] public required string Token { get; init; }
    [Id(3)] public required DateTimeOffset ClaimedAt { get; init; }

    /// <summary>This workspace's token is the one that stands in the DNS.</summary>
    [Id(4)] public required bool IsHolder { get; init; }
    [Id(5)] public required HostingView Hosting { get; init; }

    /// <summary>The version served now; null when none is, or when another workspace holds the domain.</summary>
    [Id(6)] public PolicyVersionView? Policy { get; init; }

    /// <summary>The policy that hosting would start with; null when none was set.</summary>
    [Id(7)] public PolicyContent? Draft { get; init; }
    [Id(8)] public required string CnameTarget { get; init; }
    [Id(9)] public required string ReportAddress { get; init; }

    /// <summary>Where reports are POSTed for this claim; null when the operator offers no HTTPS intake.</summary>
    [Id(10)] public string? ReportUrl { get; init; }
    /// <summary>Earlier report addresses, the latest first.</summary>
    [Id(60)] public IReadOnlyList<EarlierReportAddress> EarlierReportAddresses { get; init; } = [];
    [Id(11)] public Observation? LastObservation { get; init; }

    /// <summary>The claim was given up and goes when the retirement is over.</summary>
    [Id(12)] public bool Leaving { get; init; }

    /// <summary>States of the records to publish, worst first wins: for lists.</summary>
    [Id(13)] public RecordState CnameState { get; init; }
    [Id(14)] public RecordState PolicyRecordState { get; init; }
    [Id(15)] public RecordState ReportingRecordState { get; init; }

    /// <summary>The policy record to publish: senders learn only from its id that hosting ends.</summary>
    [Id(16)] public RecordView? PolicyRecord { get; init; }
}

/// <summary>What attribution of a report needs to know of a claim.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.ClaimView")]
public sealed record ClaimView([property: Id(0)] string Domain, [property: Id(1)] string WorkspaceId, [property: Id(2)] IReadOnlyList<string> MxHosts);

/// <summary>A report address that was renewed.</summary>
/// <param name="Token">What stands before the @, to find the reports that still come to it.</param>
/// <param name="WorksUntil">Reports that come to it are taken until then.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.EarlierReportAddress")]
public sealed record EarlierReportAddress(
    [property: Id(0)] string Address,
    [property: Id(1)] string Token,
    [property: Id(2)] DateTimeOffset ReplacedAt,
    [property: Id(3)] string ReplacedBy,
    [property: Id(4)] DateTimeOffset WorksUntil);

/// <summary>What a gateway serves.</summary>
/// <param name="Number">Of the version; grows with every change.</param>
/// <param name="Body">The policy file's bytes (RFC 8461 §3.2).</param>
[GenerateSerializer, Immutable, Alias("MtaSts.ServedPolicy")]
public sealed record ServedPolicy([property: Id(0)] int Number, [property: Id(1)] string PolicyId, [property: Id(2)] byte[] Body);
