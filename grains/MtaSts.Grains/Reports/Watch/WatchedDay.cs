using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>What the watch of reports keeps of a claim's day: the verified reports only, because anyone who knows a report address can send others.</summary>
internal sealed record WatchedDay
{
    /// <summary>Organisations kept for a day, those with the most sessions first.</summary>
    public const int MaxOrganizations = 30;

    /// <summary>Kinds of failure kept for a day, those with the most sessions first.</summary>
    public const int MaxFailures = 30;

    /// <summary>Policies kept for a day.</summary>
    public const int MaxPolicies = 30;

    [JsonPropertyName("organizations")] public ImmutableArray<WatchedOrganization> Organizations { get; init; } = [];
    [JsonPropertyName("failures")] public ImmutableArray<WatchedFailure> Failures { get; init; } = [];
    [JsonPropertyName("policies")] public ImmutableArray<WatchedPolicy> Policies { get; init; } = [];

    public static WatchedDay Of(ScorecardDay day) => new()
    {
        Policies =
        [
            .. day.Policies.Where(row => !SendingOrganizations.IsClaimed(row.Organization) && !SendingOrganizations.IsOther(row.Organization) && row.Lines is not ("" or ScorecardDay.Other))
                .OrderByDescending(row => SessionCount.Add(row.Successful, row.Failed)).ThenBy(row => row.Organization, StringComparer.Ordinal).ThenBy(row => row.Lines, StringComparer.Ordinal)
                .Take(MaxPolicies).Select(row => new WatchedPolicy(row.Organization, WatchedPolicy.HashOf(row.Lines))),
        ],
        Organizations =
        [
            .. day.ByOrganization.Where(row => !SendingOrganizations.IsClaimed(row.Organization) && !SendingOrganizations.IsOther(row.Organization))
                .Select(row => new WatchedOrganization(row.Organization, SessionCount.Add(row.Successful, row.Failed)))
                .OrderByDescending(row => row.Sessions).ThenBy(row => row.Name, StringComparer.Ordinal).Take(MaxOrganizations),
        ],
        Failures =
        [
            .. day.Failures.Where(row => !SendingOrganizations.IsClaimed(row.Organization) && !SendingOrganizations.IsOther(row.Organization) && LosesMail(row.PolicyType, row.ResultType))
                .GroupBy(row => (row.Organization, Mx: row.MxHost ?? "", row.ResultType))
                .Select(rows => new WatchedFailure(rows.Key.Organization, rows.Key.Mx, rows.Key.ResultType, Sessions(rows)))
                .OrderByDescending(row => row.Failed).ThenBy(row => row.Organization, StringComparer.Ordinal).ThenBy(row => row.Mx, StringComparer.Ordinal)
                .ThenBy(row => row.ResultType, StringComparer.Ordinal).Take(MaxFailures),
        ],
    };

    /// <summary>
    /// Whether an enforced policy, or DANE, turns the failure into undelivered mail. A policy that cannot be fetched does not: the sender applies its cached policy, or none
    /// (RFC 8461 §5.1).
    /// </summary>
    private static bool LosesMail(string policyType, string resultType) => policyType is PolicyTypes.Sts or PolicyTypes.Tlsa
        && resultType is not (ResultTypes.StsPolicyFetchError or ResultTypes.StsPolicyInvalid or ResultTypes.StsWebpkiInvalid);

    // A report may list the same sessions under both types of policy.
    private static long Sessions(IEnumerable<ScorecardFailure> rows) =>
        rows.GroupBy(row => row.PolicyType).Max(type => type.Aggregate(0L, (sum, row) => SessionCount.Add(sum, row.Failed)));

    public bool Equals(WatchedDay? other) => other is not null && Organizations.SequenceEqual(other.Organizations) && Failures.SequenceEqual(other.Failures) && Policies.SequenceEqual(other.Policies);

    public override int GetHashCode() => HashCode.Combine(Organizations.Length, Failures.Length);
}

/// <summary>An organisation that reported a day.</summary>
/// <param name="Name">Its row, see <see cref="SendingOrganizations"/>.</param>
internal sealed record WatchedOrganization([property: JsonPropertyName("name")] string Name, [property: JsonPropertyName("sessions")] long Sessions);

/// <summary>A policy that an organisation applied on a day.</summary>
/// <param name="Hash">Of its lines: a text may have thousands of characters.</param>
internal sealed record WatchedPolicy([property: JsonPropertyName("organization")] string Organization, [property: JsonPropertyName("hash")] string Hash)
{
    public static string HashOf(string lines) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(lines)).AsSpan(0, 8));
}

/// <summary>Sessions of a day that failed in one way.</summary>
/// <param name="Mx">Empty when the report names no host.</param>
internal sealed record WatchedFailure(
    [property: JsonPropertyName("organization")] string Organization,
    [property: JsonPropertyName("mx")] string Mx,
    [property: JsonPropertyName("resultType")] string ResultType,
    [property: JsonPropertyName("failed")] long Failed);
