using System.Diagnostics.CodeAnalysis;
using MtaSts.Grains;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Host.Api;

/// <summary>Results of one check of a domain.</summary>
internal sealed record ObservationResource
{
    public required string Domain { get; init; }
    public required DateTimeOffset At { get; init; }

    /// <summary>The CNAME at the policy host.</summary>
    public required LookupResource Cname { get; init; }

    /// <summary>The TXT records at <c>_mta-sts</c>.</summary>
    public required LookupResource PolicyRecord { get; init; }

    /// <summary>The TXT records at <c>_smtp._tls</c>.</summary>
    public required LookupResource ReportingRecord { get; init; }

    /// <summary>The MX hosts, by preference.</summary>
    public required LookupResource Mx { get; init; }

    /// <summary>The policy as served to senders; null when it was not fetched.</summary>
    public required FetchResource? Fetch { get; init; }

    /// <summary>The CNAME at <c>_mta-sts</c>.</summary>
    public required LookupResource? PolicyAlias { get; init; }

    /// <summary>The CNAME at <c>_smtp._tls</c>.</summary>
    public required LookupResource? ReportingAlias { get; init; }

    /// <summary>The TXT records at <c>_mtasts-claim</c>.</summary>
    public required LookupResource? ClaimRecord { get; init; }

    /// <summary>The CAA records that apply to the policy host; null where the hostname provider names no authorities.</summary>
    public required CaaResource? Caa { get; init; }

    /// <summary>Whether requests to the policy host reached this service; null when that was not tested.</summary>
    public required ReachResource? Reach { get; init; }

    /// <summary>The policy of a domain that announces one which is served by another service; null when there is none.</summary>
    public required FetchResource? Elsewhere { get; init; }

    public static ObservationResource Of(Observation seen) => new()
    {
        Domain = seen.Domain,
        At = seen.At,
        Cname = LookupResource.Of(seen.Cname),
        PolicyRecord = LookupResource.Of(seen.PolicyRecord),
        ReportingRecord = LookupResource.Of(seen.ReportingRecord),
        Mx = LookupResource.Of(seen.Mx),
        Fetch = FetchResource.Of(seen.Fetch),
        PolicyAlias = LookupResource.Of(seen.PolicyAlias),
        ReportingAlias = LookupResource.Of(seen.ReportingAlias),
        ClaimRecord = LookupResource.Of(seen.ClaimRecord),
        Caa = seen.Caa is { } caa ? new(caa.Status, caa.Owner, caa.Values, caa.Authorities, caa.Problem) : null,
        Reach = seen.Reach is { } reach ? new(reach.At, reach.IsReached, reach.Fault?.Kind, reach.Fault?.Text, reach.Addresses, reach.ThroughCloudflare) : null,
        Elsewhere = FetchResource.Of(seen.Elsewhere),
    };
}

/// <summary>Result of fetching a policy over the public network by the rules of the strictest known sender.</summary>
/// <param name="At">When the check started.</param>
/// <param name="Fault">Machine-readable cause for which senders cannot fetch the policy; null when there is none.</param>
/// <param name="Problem">The cause as human-readable text.</param>
/// <param name="BodyHash">SHA-256 of the body in lower-case hexadecimal; null unless every address returned the same usable one.</param>
/// <param name="Addresses">The addresses that were queried.</param>
/// <param name="CertificateExpiresAt">The earliest expiry of the certificates presented; null when there was none.</param>
/// <param name="Policy">What the policy says; null when it could not be read.</param>
internal sealed record FetchResource(
    DateTimeOffset At, FetchFaultKind? Fault, string? Problem, string? BodyHash, IReadOnlyList<string> Addresses, DateTimeOffset? CertificateExpiresAt, FetchedPolicyResource? Policy)
{
    public static FetchResource? Of(PolicyFetch? fetch) => fetch is null ? null
        : new(fetch.At, fetch.Fault?.Kind, fetch.Fault?.Text, fetch.BodyHash, fetch.Addresses, fetch.CertificateExpiresAt, fetch.Content is { } content ? new(content.Mode, content.Mx, content.MaxAge) : null);
}

/// <summary>The content of a fetched policy.</summary>
/// <param name="MaxAge">In seconds.</param>
internal sealed record FetchedPolicyResource(PolicyMode Mode, IReadOnlyList<string> Mx, int MaxAge);

/// <summary>Whether a request to a policy host reached this service.</summary>
/// <param name="At">When the check started.</param>
/// <param name="IsReached">At least one address answered, and every address that answered reached this service.</param>
/// <param name="Fault">Machine-readable cause why the service is not reached; null when it is.</param>
/// <param name="Problem">The cause as human-readable text.</param>
/// <param name="Addresses">The addresses of the name.</param>
/// <param name="ThroughCloudflare">The answer came through Cloudflare.</param>
internal sealed record ReachResource(DateTimeOffset At, bool IsReached, FetchFaultKind? Fault, string? Problem, IReadOnlyList<string> Addresses, bool ThroughCloudflare);

/// <summary>One DNS look-up of a check.</summary>
/// <param name="Ttl">The smallest TTL of the answer in seconds; 0 without records.</param>
internal sealed record LookupResource(DnsStatus Status, IReadOnlyList<string> Values, int Ttl, string? Problem)
{
    [return: NotNullIfNotNull(nameof(lookup))]
    public static LookupResource? Of(LookupView? lookup) => lookup is null ? null : new(lookup.Status, lookup.Values, lookup.Ttl, lookup.Problem);
}

/// <summary>The CAA records that apply to a domain's policy host (RFC 8659 §3), and the authorities they were compared with.</summary>
/// <param name="Status"><c>found</c>, or <c>noData</c> when no name up to the root has any; <c>failed</c> when a look-up of a relevant name failed.</param>
/// <param name="Owner">The owner name of the records: the policy host, a parent name, or the target of an alias of one of these.</param>
/// <param name="Values">In presentation format: <c>0 issue "letsencrypt.org"</c>.</param>
/// <param name="Authorities">The issuer domain names of the hostname provider's authorities at that time.</param>
internal sealed record CaaResource(DnsStatus Status, string? Owner, IReadOnlyList<string> Values, IReadOnlyList<string> Authorities, string? Problem);
