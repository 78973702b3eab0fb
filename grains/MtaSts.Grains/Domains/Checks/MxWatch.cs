using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MtaSts.Modules.Dns;

namespace MtaSts.Grains.Domains;

/// <summary>What a probe found wrong with an MX host.</summary>
/// <param name="Kind">One of <see cref="AlertKinds"/>.</param>
/// <param name="Host">In A-labels.</param>
/// <param name="Since">The first observation that shows it.</param>
/// <param name="SeenAt">The last one that shows it. The finding is confirmed when this is <see cref="HostingOptions.OutsideGrace"/> after <paramref name="Since"/>.</param>
/// <param name="Addresses">The addresses that last showed it, sorted.</param>
/// <param name="Expected">What should be there; see <see cref="MxFindings"/>.</param>
/// <param name="Seen">What is there instead.</param>
/// <param name="Until">When the certificate expires; only of one that was not renewed.</param>
/// <param name="IsLate">The certificate expires within days.</param>
internal sealed record MxFinding(
    [property: JsonPropertyName("kind")] string Kind,
    [property: JsonPropertyName("host")] string Host,
    [property: JsonPropertyName("since")] DateTimeOffset Since,
    [property: JsonPropertyName("seenAt")] DateTimeOffset SeenAt,
    [property: JsonPropertyName("addresses")] ImmutableArray<string> Addresses,
    [property: JsonPropertyName("expected")] ImmutableArray<string> Expected,
    [property: JsonPropertyName("seen")] ImmutableArray<string> Seen,
    [property: JsonPropertyName("until")] DateTimeOffset? Until = null,
    [property: JsonPropertyName("isLate")] bool IsLate = false)
{
    public bool IsConfirmed(HostingOptions options) => Since + options.OutsideGrace <= SeenAt;
}

/// <summary>The MX hosts of a domain as probed. A finding is confirmed by a second observation, and resolved by the first one that shows the same place without it.</summary>
/// <param name="Last">The last probe. While the MX records cannot be looked up, its hosts are those of the last one that found them.</param>
/// <param name="Findings">Confirmed and unconfirmed ones, by host.</param>
/// <param name="NextAt">When the next probe is due.</param>
internal sealed record MxWatch(
    [property: JsonPropertyName("last")] MxProbe? Last,
    [property: JsonPropertyName("findings")] ImmutableArray<MxFinding> Findings,
    [property: JsonPropertyName("nextAt")] DateTimeOffset NextAt)
{
    /// <summary>When the next probe is due; null when none is wanted.</summary>
    public static DateTimeOffset? DueAt(DomainState state, HostingOptions options) =>
        !options.ProbeMx || state.Claims.IsEmpty ? null : state.MxWatch?.NextAt ?? state.Claims.Min(static claim => claim.ClaimedAt);

    /// <summary>The MX records have changed: the new hosts are probed now.</summary>
    public static DomainState FollowMx(DomainState before, DomainState state, DateTimeOffset now) =>
        before.LastMx is null || state.MxWatch is not { } watch || before.LastMx.Values.ToHashSet(StringComparer.Ordinal).SetEquals(state.LastMx?.Values ?? []) ? state
        : state with { MxWatch = watch with { NextAt = now } };

    /// <summary>Records a probe; an earlier one than the last changes nothing.</summary>
    /// <param name="probe">Null: this service does not probe.</param>
    /// <param name="interval">Until the next one, when nothing is unconfirmed.</param>
    /// <param name="calendar">For the certificates' dates.</param>
    public static DomainState Note(DomainState state, MxProbe? probe, TimeSpan interval, HostingOptions options, DateTimeOffset now, DateTimeOffset calendar)
    {
        if (state.Claims.IsEmpty || (state.MxWatch?.Last is { } last && probe?.At < last.At))
            return state;
        var watch = state.MxWatch ?? new MxWatch(null, [], now);
        if (probe is not null)
        {
            watch = watch with
            {
                Last = probe.Mx == DnsStatus.Failed ? probe with { Hosts = watch.Last?.Hosts ?? [] } : probe,
                Findings = probe.Mx == DnsStatus.Failed ? watch.Findings : [.. probe.Hosts.SelectMany(host => MxFindings.After(watch.Findings, host, probe, calendar))],
            };
        }
        var isUnsure = watch.Findings.Any(finding => !finding.IsConfirmed(options) && finding.Since + (2 * options.OutsideGrace) > now);
        return state with { MxWatch = watch with { NextAt = now + (isUnsure && options.CheckWhileFailing < interval ? options.CheckWhileFailing : interval) } };
    }
}
