using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>What the watch of reports keeps of a claim's day: the verified reports only, because anyone who knows a report address can send others.</summary>
internal sealed record WatchedDay
{
    /// <summary>Organisations kept for a day.</summary>
    public const int MaxOrganizations = 30;

    /// <summary>Organisations kept of one signer's zone: anyone can sign as many subdomains of their own.</summary>
    public const int MaxOrganizationsOfZone = 3;

    /// <summary>Kinds of failure kept for a day.</summary>
    public const int MaxFailures = 30;

    /// <summary>Kinds of failure kept of one signer's zone.</summary>
    public const int MaxFailuresOfZone = 10;

    /// <summary>Policies kept for a day.</summary>
    public const int MaxPolicies = 30;

    /// <summary>Policies kept of one signer's zone.</summary>
    public const int MaxPoliciesOfZone = 6;

    [JsonPropertyName("organizations")] public ImmutableArray<WatchedOrganization> Organizations { get; init; } = [];
    [JsonPropertyName("failures")] public ImmutableArray<WatchedFailure> Failures { get; init; } = [];
    [JsonPropertyName("policies")] public ImmutableArray<WatchedPolicy> Policies { get; init; } = [];

    /// <param name="daysKnown">For how many days an organisation is known: those known longest are kept first, then those with the most sessions, because a report can claim any number.</param>
    public static WatchedDay Of(ScorecardDay day, Func<string, int> daysKnown)
    {
        ImmutableArray<WatchedOrganization> organizations =
        [
            .. Kept(
                day.ByOrganization.Where(row => !SendingOrganizations.IsClaimed(row.Organization) && !SendingOrganizations.IsOther(row.Organization))
                    .Select(row => new WatchedOrganization(row.Organization, SessionCount.Add(row.Successful, row.Failed)))
                    .OrderByDescending(row => row.Sessions).ThenBy(row => row.Name, StringComparer.Ordinal),
                row => row.Name, daysKnown, MaxOrganizations, MaxOrganizationsOfZone),
        ];
        var names = organizations.Select(row => row.Name).ToHashSet(StringComparer.Ordinal); // The number of sessions of the others is not kept.
        return new WatchedDay
        {
            Organizations = organizations,
            Failures =
            [
                .. Kept(
                    day.Failures.Where(row => names.Contains(row.Organization) && ResultTypes.BlocksMail(row.PolicyType, row.ResultType))
                        .GroupBy(row => (row.Organization, Mx: row.MxHost ?? "", row.ResultType))
                        .Select(rows => new WatchedFailure(rows.Key.Organization, rows.Key.Mx, rows.Key.ResultType, Sessions(rows)))
                        .OrderByDescending(row => row.Failed).ThenBy(row => row.Organization, StringComparer.Ordinal).ThenBy(row => row.Mx, StringComparer.Ordinal).ThenBy(row => row.ResultType, StringComparer.Ordinal),
                    row => row.Organization, daysKnown, MaxFailures, MaxFailuresOfZone),
            ],
            Policies =
            [
                .. Kept(
                    day.Policies.Where(row => names.Contains(row.Organization) && row.Lines is not ("" or ScorecardDay.Other))
                        .OrderByDescending(row => SessionCount.Add(row.Successful, row.Failed)).ThenBy(row => row.Organization, StringComparer.Ordinal).ThenBy(row => row.Lines, StringComparer.Ordinal),
                    row => row.Organization, daysKnown, MaxPolicies, MaxPoliciesOfZone).Select(row => new WatchedPolicy(row.Organization, WatchedPolicy.HashOf(row.Lines))),
            ],
        };
    }

    /// <summary>The rows of the organisations known longest, at most so many of each zone. Rows of reports that a member uploaded have no zone.</summary>
    private static IEnumerable<T> Kept<T>(IEnumerable<T> rows, Func<T, string> organization, Func<string, int> daysKnown, int max, int maxOfZone)
    {
        var ofZones = new Dictionary<string, int>(StringComparer.Ordinal);
        return rows.OrderByDescending(row => daysKnown(organization(row))).Where(row => SendingOrganizations.ZoneOf(organization(row)) is not { } zone || (ofZones[zone] = ofZones.GetValueOrDefault(zone) + 1) <= maxOfZone).Take(max);
    }

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
