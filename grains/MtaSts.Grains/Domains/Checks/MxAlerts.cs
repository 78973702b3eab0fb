using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>The confirmed findings at MX hosts as conditions: one for each kind, whose facts name all hosts that it concerns.</summary>
internal static class MxAlerts
{
    /// <summary>The kinds that concern the certificate alone.</summary>
    private static readonly string[] OfCertificates = [AlertKinds.MxCertificateExpired, AlertKinds.MxCertificateNotTrusted, AlertKinds.MxCertificateOtherName, AlertKinds.MxCertificateEnds];

    /// <summary>The conditions of a claim: of the holder's while the domain is served here, of every claim otherwise.</summary>
    /// <param name="toCalendar">Converts service time to the dates that are shown.</param>
    public static IEnumerable<AlertCondition> For(DomainState state, Claim claim, HostingOptions options, DateTimeOffset now, Func<DateTimeOffset, DateTimeOffset> toCalendar)
    {
        if (state.MxWatch is not { Last: { } probe } watch || (state.Serving == ServingState.Off ? claim.Leaving : claim.Workspace != state.Holder || state.Serving == ServingState.Removing))
            return [];
        var (mode, isCached) = Applied(state, claim, options, now);
        return watch.Findings.Where(finding => finding.IsConfirmed(options) && (mode is PolicyMode.Testing or PolicyMode.Enforce || !IsAuthenticatedByDane(finding, probe)))
            .GroupBy(finding => finding.Kind, StringComparer.Ordinal)
            .Select(kind => Condition(kind.Key, [.. kind], probe, toCalendar).With(AlertParameters.Mode, mode?.ToText()).With(AlertParameters.Cached, isCached));
    }

    private static AlertCondition Condition(string kind, MxFinding[] findings, MxProbe probe, Func<DateTimeOffset, DateTimeOffset> toCalendar)
    {
        var condition = AlertCondition.Of(kind)
            .With(AlertParameters.Mx, [.. findings.Select(finding => finding.Host)])
            .With(AlertParameters.Expected, [.. findings.SelectMany(finding => finding.Expected).Distinct()])
            .With(AlertParameters.Seen, [.. findings.SelectMany(finding => finding.Seen).Distinct()])
            .With(AlertParameters.Since, toCalendar(findings.Min(finding => finding.Since)))
            .With(AlertParameters.Until, findings.Min(finding => finding.Until) is { } until ? MxFindings.Date(until) : null)
            .With(AlertParameters.Late, findings.Any(finding => finding.IsLate))
            .With(AlertParameters.All, kind == AlertKinds.MxUnreachable && probe.Hosts.All(host => Array.Exists(findings, finding => finding.Host == host.Name && host.Addresses.All(address => finding.Addresses.Contains(address.Address)))));
        var addresses = findings.SelectMany(finding => finding.Addresses).Distinct().ToArray();
        return addresses.Length == 0 ? condition : condition.With(AlertParameters.Address, addresses);
    }

    /// <summary>Nobody verifies the certificate by its authority: there is no policy, and DANE authenticates it (RFC 7672 §3.1.1).</summary>
    private static bool IsAuthenticatedByDane(MxFinding finding, MxProbe probe) => OfCertificates.Contains(finding.Kind)
        && probe.Hosts.FirstOrDefault(host => host.Name == finding.Host) is { Tlsa: TlsaState.Present } host && host.Addresses.Any(static address => address.Dane == DaneMatch.Matched);

    /// <summary>The mode that senders apply: that of the policy, or of an earlier one in enforce that they may still have cached.</summary>
    private static (PolicyMode? Mode, bool IsCached) Applied(DomainState state, Claim claim, HostingOptions options, DateTimeOffset now)
    {
        if (state.Serving == ServingState.Off)
            return (state.Elsewhere?.Content?.Mode, false);
        if (PolicyVersions.Current(state) is not { } current || current.Content.Mode == PolicyMode.Enforce)
            return (PolicyVersions.Current(state)?.Content.Mode, false);
        var isCached = CachedPolicies.IsCurrentIdPublished(state) switch
        {
            true => false,
            false => state.Versions.Any(version => version.Content.Mode == PolicyMode.Enforce && RetirementClock.HeldUntil(state, version, now, options) > now),
            null => claim.Alerts.Any(alert => alert.Kind.StartsWith("mx-", StringComparison.Ordinal) && alert.Parameters.ContainsKey(AlertParameters.Cached)), // A failed lookup changes nothing.
        };
        return (isCached ? PolicyMode.Enforce : current.Content.Mode, isCached);
    }
}
