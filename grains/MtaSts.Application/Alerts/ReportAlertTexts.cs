using System.Globalization;
using MtaSts.Grains;
using MtaSts.Protocol;
using MtaSts.Protocol.Reports;

namespace MtaSts.Application.Alerts;

/// <summary>The texts of the alerts that reports raise.</summary>
internal static class ReportAlertTexts
{
    /// <summary>Failures that are described; the others are counted.</summary>
    private const int MaxRows = 3;

    /// <summary>Characters shown of an organisation's name and of its signer; together they fit into <see cref="NameList"/>.</summary>
    private const int MaxName = 40, MaxSigner = 55;

    public static Words SessionsFailing(Facts facts)
    {
        var (organizations, newReporters) = (facts.All(AlertParameters.Organizations), facts.All(AlertParameters.NewReporters));
        var rows = organizations.Length;
        var more = Math.Max(0, rows - MaxRows) + (int.TryParse(facts.Text(AlertParameters.More), NumberStyles.None, CultureInfo.InvariantCulture, out var left) ? left : 0);
        var known = Enumerable.Range(0, rows).Where(row => !newReporters.Contains(organizations[row])).ToArray();
        var isDane = known.Any(row => facts.At(AlertParameters.ResultTypes, row) is ResultTypes.TlsaInvalid or ResultTypes.DnssecInvalid or ResultTypes.DaneRequired);
        var isLosing = known.Length > 0 && (isDane || facts.Mode() == AlertSeverity.Critical);
        var isAgreed = known.Select(row => SendingOrganizations.ZoneOf(organizations[row])).Distinct().Count() > 1;
        return new(
            isLosing ? AlertSeverity.Critical : AlertSeverity.Warning,
            isLosing ? "Senders do not deliver mail" : known.Length == 0 ? "New senders report failures" : "TLS sessions fail",
            string.Join(" ", Enumerable.Range(0, Math.Min(rows, MaxRows)).Select(row => Row(facts, row)))
                + (more > 0 ? $" There are {more} more." : "")
                + (newReporters.Length > 0 ? $" {NameList.Text([.. newReporters.Select(Shown)])} reported on few or no earlier days; anyone can send such a report." : "")
                + (isDane ? " Senders that use DANE do not deliver in such sessions, whatever the mode of the policy is."
                    : isLosing ? " The policy is enforced: senders do not deliver in such sessions, and return the mail after some days."
                    : known.Length == 0 ? ""
                    : " In enforce, senders would not deliver in such sessions."),
            known.Length == 0 ? "Check the MX host that the reports name. Do not change the policy because of these reports alone."
                : !isLosing ? "Correct the cause that the reports name before the policy is enforced."
                : isAgreed ? "Correct the cause that the reports name. If that takes long, set the policy to testing."
                : "Correct the cause that the reports name. Only one sender reports it: check the MX host before you change the policy.",
            "reports");
    }

    public static Words ReportersSilent(Facts facts)
    {
        var (names, days) = (facts.All(AlertParameters.Organizations), facts.All(AlertParameters.LastDays));
        return facts.Is(AlertParameters.All)
            ? new(
                AlertSeverity.Warning,
                "Reports have stopped",
                $"No organisation reports any more: {NameList.Text([.. names.Select(Shown)])}. The last report is for {days.Max()}.",
                "Check the reporting record at _smtp._tls, and whether mail for the report address reaches this service.",
                "reports")
            : new(
                AlertSeverity.Warning,
                "Regular reports are missing",
                $"These organisations reported regularly, and stopped: {NameList.Text([.. names.Select((name, row) => $"{Shown(name)}, last for {facts.At(AlertParameters.LastDays, row)}")])}. Either they deliver no more mail to the domain, or their reports do not arrive.",
                "If you still expect mail from them, check their delivery to the domain, and the reporting record.",
                "reports");
    }

    /// <summary>What reports add to the alert of an MX host: nothing, evidence, or all that is left of it.</summary>
    public static Words WithReports(Words words, AlertView alert)
    {
        var facts = new Facts(alert.Parameters);
        var rows = facts.All(AlertParameters.Organizations).Length;
        if (rows == 0 || !alert.Kind.StartsWith("mx-", StringComparison.Ordinal) || !alert.Sources.Contains(AlertSource.Reports))
            return words;
        var seen = string.Join(" ", Enumerable.Range(0, Math.Min(rows, MaxRows)).Select(row => Row(facts, row)));
        return alert.Sources.Contains(AlertSource.MxProbe)
            ? words with { Explanation = $"{words.Explanation} Reports show it too. {seen}" }
            : words with
            {
                Explanation = $"Reports still show it. {seen} The last check of the MX host did not find it any more.",
                NextStep = "Reports arrive up to two days after the sessions. If new ones still show it, check the other addresses of the MX host.",
            };
    }

    /// <summary>An organisation with the domain that signed its reports, which is always shown: the sender chooses the name before it freely. A long domain is cut at the front: its end is the part that somebody registered.</summary>
    public static string Shown(string organization)
    {
        if (SendingOrganizations.SignerOf(organization) is not { } signer)
            return organization;
        var name = organization[..^(signer.Length + 3)];
        return $"{(name.Length <= MaxName ? name : name[..MaxName] + "…")} ({(signer.Length <= MaxSigner ? signer : "…" + signer[^MaxSigner..])})";
    }

    private static string Row(Facts facts, int row)
    {
        var mx = facts.At(AlertParameters.ReportedMx, row);
        return $"{NameList.Text([Shown(facts.At(AlertParameters.Organizations, row))])}: {Of(AlertParameters.Failed)} of {Of(AlertParameters.Sessions)} sessions{(mx.Length > 0 ? $" to {Of(AlertParameters.ReportedMx)}" : "")} failed on {Of(AlertParameters.LastDays)} ({Of(AlertParameters.ResultTypes)}).";

        string Of(string name) => NameList.Text([facts.At(name, row)]);
    }
}
