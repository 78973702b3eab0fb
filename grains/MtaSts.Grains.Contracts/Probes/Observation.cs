using System.Text.Json.Serialization;
using MtaSts.Modules.Dns;

namespace MtaSts.Grains;

/// <summary>One DNS lookup of a check.</summary>
/// <param name="Ttl">The smallest TTL of the answer in seconds; 0 without records.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.LookupView")]
public sealed record LookupView(
    [property: Id(0), JsonPropertyName("status")] DnsStatus Status,
    [property: Id(1), JsonPropertyName("values")] IReadOnlyList<string> Values,
    [property: Id(2), JsonPropertyName("ttl")] int Ttl,
    [property: Id(3), JsonPropertyName("problem")] string? Problem);

/// <summary>The result of one check of a domain.</summary>
/// <param name="At">When the check began. All answers are from this time or later.</param>
/// <param name="Cname">The CNAME at the policy host.</param>
/// <param name="PolicyRecord">The TXT records at <c>_mta-sts</c>.</param>
/// <param name="ReportingRecord">The TXT records at <c>_smtp._tls</c>.</param>
/// <param name="Mx">The MX hosts, by preference.</param>
/// <param name="Fetch">The policy of a policy host that leads to this service, as senders fetch it; null when it was not fetched.</param>
/// <param name="PolicyAlias">The CNAME at <c>_mta-sts</c>; null in old observations.</param>
/// <param name="ReportingAlias">The CNAME at <c>_smtp._tls</c>.</param>
/// <param name="ClaimRecord">The TXT records at <c>_mtasts-claim</c>.</param>
/// <param name="Caa">The relevant CAA records of the policy host; null when the hostname provider names no authorities.</param>
/// <param name="Reach">Whether the policy host leads to this service; null when this was not tested, because the CNAME shows it or no record suggests it.</param>
/// <param name="Elsewhere">The policy that the domain announces and another service serves, as senders fetch it; null when it was not fetched.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.Observation")]
public sealed record Observation(
    [property: Id(0), JsonPropertyName("domain")] string Domain,
    [property: Id(1), JsonPropertyName("at")] DateTimeOffset At,
    [property: Id(2), JsonPropertyName("cname")] LookupView Cname,
    [property: Id(3), JsonPropertyName("policyRecord")] LookupView PolicyRecord,
    [property: Id(4), JsonPropertyName("reportingRecord")] LookupView ReportingRecord,
    [property: Id(5), JsonPropertyName("mx")] LookupView Mx,
    [property: Id(6), JsonPropertyName("fetch")] PolicyFetch? Fetch = null,
    [property: Id(7), JsonPropertyName("policyAlias")] LookupView? PolicyAlias = null,
    [property: Id(8), JsonPropertyName("reportingAlias")] LookupView? ReportingAlias = null,
    [property: Id(9), JsonPropertyName("claimRecord")] LookupView? ClaimRecord = null,
    [property: Id(10), JsonPropertyName("caa")] CaaLookup? Caa = null,
    [property: Id(11), JsonPropertyName("reach")] Reach? Reach = null,
    [property: Id(12), JsonPropertyName("elsewhere")] PolicyFetch? Elsewhere = null);

/// <summary>Runs checks: a stateless worker, so that slow networks never block a domain grain.</summary>
[Alias("MtaSts.IProbeGrain")]
public interface IProbeGrain : IGrainWithIntegerKey
{
    /// <summary>Checks the domain, reports the result to its grain, and returns it. Takes at most 30 s: the lookups and at most two requests to the policy host, one after the other.</summary>
    [Alias("Check")]
    Task<Observation> Check(string domain);

    /// <summary>Like <see cref="Check"/>, but does not wait for the result.</summary>
    [Alias("CheckInBackground"), Orleans.Concurrency.OneWay]
    Task CheckInBackground(string domain);
}
