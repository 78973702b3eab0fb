using MtaSts.Application.Alerts;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Application.Policies;

/// <summary>Whether an enforced policy should go back to testing.</summary>
public enum WayBackState
{
    /// <summary>Nothing suggests it.</summary>
    None,

    /// <summary>Mail is probably not delivered: the owner decides.</summary>
    Proposed,

    /// <summary>Known senders do not deliver, and this service sees the cause at the MX host too: an owner may let the service go back by itself.</summary>
    Agreed,
}

/// <summary>The proposal to go back from enforce to testing, and its evidence.</summary>
/// <param name="Organizations">Known organisations that report failures above <see cref="WayBack.LeastShare"/>.</param>
/// <param name="Mx">MX hosts whose fault this service sees.</param>
public sealed record WayBackProposal(WayBackState State, IReadOnlyList<string> Organizations, IReadOnlyList<string> Mx);

/// <summary>
/// Judges by the open alerts of an enforced policy whether it should go back to testing. Reports alone never change a mode, because anyone can sign a report. The probe alone never
/// changes it either, because an attacker on the path of the probe could then end the protection.
/// </summary>
public static class WayBack
{
    /// <summary>A smaller share of an organisation's sessions is no reason to end the protection for all.</summary>
    public const double LeastShare = 0.1;

    /// <summary>Organisations that must agree when this service does not see the cause itself.</summary>
    public const int LeastOrganizations = 2;

    /// <summary>The proposal for a served policy.</summary>
    /// <param name="mode">The mode that is served.</param>
    /// <param name="alerts">The claim's alerts; resolved ones are ignored.</param>
    public static WayBackProposal Judge(PolicyMode? mode, IEnumerable<AlertView> alerts)
    {
        ArgumentNullException.ThrowIfNull(alerts);
        var (organizations, mx, isAgreed) = (new SortedSet<string>(StringComparer.Ordinal), new SortedSet<string>(StringComparer.Ordinal), false);
        if (mode != PolicyMode.Enforce)
            return new(WayBackState.None, [], []);
        foreach (var alert in alerts.Where(IsLosingMail))
        {
            var failing = Failing(alert).ToArray();
            organizations.UnionWith(failing);
            if (!alert.Sources.Contains(AlertSource.MxProbe))
                continue;
            mx.UnionWith(alert.Parameters.GetValueOrDefault(AlertParameters.Mx, []));
            isAgreed |= failing.Length > 0;
        }
        var state = isAgreed ? WayBackState.Agreed : mx.Count > 0 || organizations.Count >= LeastOrganizations ? WayBackState.Proposed : WayBackState.None;
        return new(state, [.. organizations], [.. mx]);
    }

    // Testing does not help senders that use DANE, nor those that cannot connect at all.
    private static bool IsLosingMail(AlertView alert) => alert.ResolvedAt is null
        && (alert.Kind == AlertKinds.SessionsFailing || alert.Kind.StartsWith("mx-", StringComparison.Ordinal))
        && alert.Kind is not (AlertKinds.MxTlsaNotMatched or AlertKinds.MxUnreachable or AlertKinds.MxNotCovered)
        && AlertCatalog.Describe(alert).Severity == AlertSeverity.Critical;

    private static IEnumerable<string> Failing(AlertView alert)
    {
        var facts = new Facts(alert.Parameters);
        var organizations = facts.All(AlertParameters.Organizations);
        var newReporters = facts.All(AlertParameters.NewReporters);
        for (var row = 0; row < organizations.Length; row++)
        {
            if (!newReporters.Contains(organizations[row]) && !SendingOrganizations.IsClaimed(organizations[row]) && !SendingOrganizations.IsOther(organizations[row])
                && long.TryParse(facts.At(AlertParameters.Failed, row), out var failed) && long.TryParse(facts.At(AlertParameters.Sessions, row), out var sessions) && failed >= LeastShare * sessions)
                yield return SendingOrganizations.ZoneOf(organizations[row]) ?? organizations[row];
        }
    }
}
