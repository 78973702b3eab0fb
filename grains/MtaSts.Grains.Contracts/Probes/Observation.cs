using MtaSts.Modules.Dns;

namespace MtaSts.Grains;

/// <summary>One DNS look-up of a check.</summary>
/// <param name="Ttl">The smallest TTL of the answer in seconds; 0 without records.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.LookupView")]
public sealed record LookupView(
    [property: Id(0)] DnsStatus Status,
    [property: Id(1)] IReadOnlyList<string> Values,
    [property: Id(2)] int Ttl,
    [property: Id(3)] string? Problem);

/// <summary>What one check of a domain saw, and when.</summary>
/// <param name="Cname">The CNAME at the policy host.</param>
/// <param name="PolicyRecord">The TXT records at <c>_mta-sts</c>.</param>
/// <param name="ReportingRecord">The TXT records at <c>_smtp._tls</c>.</param>
/// <param name="Mx">The MX hosts, by preference.</param>
/// <param name="Fetch">The policy as senders get it; null when it was not fetched.</param>
/// <param name="PolicyAlias">The CNAME at <c>_mta-sts</c>; null in observations of older builds.</param>
/// <param name="ReportingAlias">The CNAME at <c>_smtp._tls</c>.</param>
/// <param name="ClaimRecord">The TXT records at <c>_mtasts-claim</c>.</param>
/// <param name="Caa">The CAA records that count for the policy host; null where the hostname provider names no authorities.</param>
/// <param name="Reach">Whether the policy host led to us; null when that was not tried, because its CNAME says so or nothing says that it should.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.Observation")]
public sealed record Observation(
    [property: Id(0)] string Domain,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] LookupView Cname,
    [property: Id(3)] LookupView PolicyRecord,
    [property: Id(4)] LookupView ReportingRecord,
    [property: Id(5)] LookupView Mx,
    [property: Id(6)] PolicyFetch? Fetch = null,
    [property: Id(7)] LookupView? PolicyAlias = null,
    [property: Id(8)] LookupView? ReportingAlias = null,
    [property: Id(9)] LookupView? ClaimRecord = null,
    [property: Id(10)] CaaLookup? Caa = null,
    [property: Id(11)] Reach? Reach = null);

/// <summary>Runs checks: a stateless worker, so that slow networks never hold a domain grain's turn.</summary>
[Alias("MtaSts.IProbeGrain")]
public interface IProbeGrain : IGrainWithIntegerKey
{
    /// <summary>Looks at the domain, tells its grain, and returns what was seen. Bounded in time (10 s).</summary>
    [Alias("Check")]
    Task<Observation> Check(string domain);

    /// <summary>As <see cref="Check"/>, without anybody waiting.</summary>
    [Alias("CheckInBackground"), Orleans.Concurrency.OneWay]
    Task CheckInBackground(string domain);
}
