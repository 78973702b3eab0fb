using System.Collections.Immutable;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Application.Alerts;

/// <summary>The texts of every kind of alert: severity, title, explanation, next step, and the page to fix it. They are defined only here.</summary>
public static partial class AlertCatalog
{
    private static readonly Dictionary<string, Func<Facts, Words>> Entries = new(StringComparer.Ordinal)
    {
        [AlertKinds.CnameLost] = static facts => new(
            AlertSeverity.Critical,
            "The CNAME does not point to this service",
            $"The CNAME of the policy host no longer points to {facts.Text(AlertParameters.Target)}{(facts.All(AlertParameters.Seen) is { Length: > 0 } seen ? $", but to {NameList.Text(seen)}" : "")}. Senders cannot fetch the policy, and apply their cached policy.",
            "Publish the CNAME again."),
        [AlertKinds.PolicyHostUnreached] = static facts => new(
            AlertSeverity.Critical,
            "The policy host does not point to this service",
            $"The policy host no longer points to this service, so senders cannot fetch the policy: {facts.Fault()}",
            "Publish the CNAME shown on the domain's page."),
        [AlertKinds.ClaimChallenged] = static _ => new(
            AlertSeverity.Critical,
            "The DNS names another workspace",
            "The DNS now names another workspace.",
            "If you do not control that workspace, restore the values shown on the domain's page."),
        [AlertKinds.PolicyRecordMismatch] = PolicyRecordMismatch,
        [AlertKinds.PolicyRecordMissing] = static facts => new(
            AlertSeverity.Warning,
            "No policy record",
            facts.Is(AlertParameters.Retiring)
                ? "There is no policy record. Senders fetch the policy again only when they see a new id, so they apply the previous policy until it expires."
                : "There is no policy record. Senders without a cached policy do not fetch it.",
            facts.Is(AlertParameters.Delegated) ? Operators : $"Publish the policy record, with id {facts.Text(AlertParameters.Expected)}."),
        [AlertKinds.PolicyRecordInvalid] = static _ => new(
            AlertSeverity.Warning,
            "The policy record is not valid",
            "Senders cannot read the policy record, or there are several.",
            "Publish exactly one policy record: the one shown on the domain's page."),
        [AlertKinds.PolicyRecordNotWritten] = static facts => new(
            AlertSeverity.Warning,
            "The policy record was not written",
            $"This service could not write the policy record behind your CNAME. Senders keep their cached policy. The DNS provider reports: {facts.Text(AlertParameters.Reported)}",
            facts.Text(AlertParameters.Advised)),
        [AlertKinds.MxNotCovered] = MxNotCovered,
        [AlertKinds.EnforceHeldBack] = static facts => new(
            AlertSeverity.Warning,
            "Served in testing instead of enforce",
            $"The policy is served in testing, although enforce was chosen: {string.Join("; ", facts.All(AlertParameters.Advice).Select(HeldBack).Distinct())}.",
            "Check the mx lines, then set the mode to enforce. To stay in testing, save the policy unchanged.",
            "policy"),
        [AlertKinds.EnforceAnnounced] = static facts => new(
            AlertSeverity.Info,
            "The policy will be enforced",
            $"All conditions for enforce are met. This service sets the policy to enforce at the first check after {facts.Text(AlertParameters.PlannedAt)} if they are still met then. From then on, senders do not deliver to hosts that fail.",
            "Nothing is required. To stay in testing, choose “Do not enforce” on the policy page.",
            "policy"),
        [AlertKinds.ModeChanged] = static facts => facts.Text(AlertParameters.Mode) == PolicyMode.Enforce.ToText()
            ? new(
                AlertSeverity.Info,
                "The policy is enforced now",
                $"All conditions were met: this service set the policy to enforce, as announced, on {facts.Text(AlertParameters.Since)}.",
                "If the service does not write the policy record for you, publish the new id.",
                "policy")
            : new(
                AlertSeverity.Warning,
                "The policy was set back to testing",
                $"Senders did not deliver mail, and this service saw the cause at the MX host too. It set the policy to testing on {facts.Text(AlertParameters.Since)}. Senders deliver again when they have seen the new id and fetched the policy.",
                "If the service does not write the policy record for you, publish the new id now. Then correct the cause that the other alerts name.",
                "policy"),
        [AlertKinds.PolicyUnreachable] = static facts => new(
            AlertSeverity.Critical,
            "Senders cannot get the policy",
            $"Senders cannot get the policy: {facts.Fault()}",
            ""),
        [AlertKinds.CaaRefused] = CaaRefused,
        [AlertKinds.HostnameLost] = static facts => facts.Is(AlertParameters.Back)
            ? new(
                AlertSeverity.Warning,
                "The policy host was missing",
                "The policy host was missing at the hostname provider. It was created again and is live.",
                "No action is required, unless it is deleted there again.")
            : new(
                AlertSeverity.Critical,
                "The policy host is missing",
                $"The policy host was missing at the hostname provider and is being created again. Until it is live, senders cannot fetch the policy, and apply their cached policy. {facts.Text(AlertParameters.Reported)}".TrimEnd(),
                facts.Text(AlertParameters.Advised)),
        [AlertKinds.HostnameProblem] = static facts => new(
            AlertSeverity.Critical,
            "The hostname provider reports a problem",
            facts.Text(AlertParameters.Reported),
            facts.Text(AlertParameters.Advised)),
        [AlertKinds.OwnRecordInvalid] = static facts => new(
            AlertSeverity.Warning,
            "The policy record is not valid",
            $"At least some senders cannot use the policy record at _mta-sts. For them, the domain has no policy. {RecordProblem(facts.All(AlertParameters.Seen))}".TrimEnd(),
            "Publish exactly one policy record at _mta-sts, in the form v=STSv1; id=…;"),
        [AlertKinds.OwnPolicyUnreachable] = static facts => new(
            facts.Mode(),
            "Senders cannot get the policy",
            $"The domain announces a policy, but senders cannot get it: {facts.Fault()} Senders without a cached policy deliver without protection.",
            "Correct the policy host, or remove the policy record at _mta-sts."),
        [AlertKinds.OwnMxNotCovered] = static facts => facts.Text(AlertParameters.Mode) == PolicyMode.Enforce.ToText()
            ? new(AlertSeverity.Critical, "MX hosts are not covered", $"No mx line of the policy covers {NameList.Text(facts.All(AlertParameters.Mx))}. Senders that enforce the policy do not deliver there.", "Add an mx line for each host to the policy, then publish a new id.")
            : new(AlertSeverity.Warning, "MX hosts are not covered", $"No mx line of the policy covers {NameList.Text(facts.All(AlertParameters.Mx))}.", "Add an mx line for each host before the policy is enforced."),
        [AlertKinds.OwnIdUnchanged] = static facts => new(
            AlertSeverity.Warning,
            "The policy changed, but its id did not",
            $"The policy changed, but the policy record still has id {facts.Text(AlertParameters.Published)}. Senders keep the previous policy until it expires.",
            "Publish a new id in the policy record at _mta-sts."),
        [AlertKinds.OwnCertificateEnds] = static facts => new(
            facts.Is(AlertParameters.Late) ? facts.Mode() : AlertSeverity.Warning,
            "The certificate of the policy host was not renewed",
            $"The certificate of the policy host expires on {facts.Text(AlertParameters.Until)} and should have been renewed by now. With an expired certificate, senders cannot get the policy.",
            "Check the renewal at the service that serves the policy."),
        [AlertKinds.ReportsLost] = static facts => new(
            AlertSeverity.Warning,
            "Reports are no longer sent to this service",
            $"The reporting record at _smtp._tls no longer names the report address, so senders do not send reports to this service.{(facts.All(AlertParameters.Seen) is { Length: > 0 } seen ? $" The record is now: {NameList.Text(seen)}" : "")}",
            "Publish the reporting record shown on the domain's page."),
        [AlertKinds.SessionsFailing] = ReportAlertTexts.SessionsFailing,
        [AlertKinds.ReportersSilent] = ReportAlertTexts.ReportersSilent,
        [AlertKinds.NoReports] = static facts => new(
            AlertSeverity.Warning,
            "No report has arrived",
            $"The reporting record has named the report address since {facts.Text(AlertParameters.Since)}, and no report has arrived. Senders report only days on which they delivered mail to the domain.",
            "Check that mail for the report address can reach this service, and that the domain receives mail from senders that report, such as Gmail.",
            "reports"),
        [AlertKinds.MxUnreachable] = MxUnreachable,
        [AlertKinds.MxNoStarttls] = static facts => OfMx(
            facts, "An MX host has no STARTTLS", $"No STARTTLS is offered by {Hosts(facts)}, so mail cannot be encrypted on the way there.", "Switch STARTTLS on at the mail server, or on the firewall in front of it."),
        [AlertKinds.MxTlsFailed] = static facts => OfMx(
            facts, "TLS fails at an MX host", $"There is no TLS session of version 1.2 or later with {Hosts(facts)}: {Seen(facts)}.", "Switch TLS 1.2 or 1.3 on at the mail server, with a certificate and key that belong together."),
        [AlertKinds.MxCertificateExpired] = static facts => OfMx(
            facts, "The certificate of an MX host is not valid now", $"The certificate of {Hosts(facts)} is expired or not valid yet: it is valid {Validity(facts)}.", "Renew the certificate and load it into the mail server."),
        [AlertKinds.MxCertificateOtherName] = static facts => OfMx(
            facts, "The certificate of an MX host is for other names", $"The certificate of {Hosts(facts)} is for {Seen(facts)}, which does not include {NameList.Text(facts.All(AlertParameters.Expected))}.",
            $"Install a certificate for {NameList.Text(facts.All(AlertParameters.Expected))}, or change the MX record to a name in the certificate and add that name to the policy."),
        [AlertKinds.MxCertificateNotTrusted] = static facts => OfMx(
            facts, "The certificate of an MX host is not trusted", $"The certificate of {Hosts(facts)} does not chain to an authority that senders trust. Issuer: {Seen(facts)}.",
            "Install a certificate of a public authority, with its intermediate certificates."),
        [AlertKinds.MxCertificateEnds] = static facts => new(
            facts.Is(AlertParameters.Late) ? facts.Mode() : AlertSeverity.Warning,
            "The certificate of an MX host was not renewed",
            $"The certificate of {Hosts(facts)} is valid until {facts.Text(AlertParameters.Until)} and should have been renewed by now. {WhenRefused(facts, "Once it has expired, senders")}{FirstSeen(facts)}",
            "Check the renewal of the certificate, and that the mail server loads the new one.",
            "mx"),
        [AlertKinds.MxTlsaNotMatched] = static facts => new(
            AlertSeverity.Critical,
            "TLSA records do not match an MX host",
            $"The certificate of {Hosts(facts)} matches none of its TLSA records: it is {Seen(facts)}, the records are {NameList.Text(facts.All(AlertParameters.Expected))}. Senders that use DANE do not deliver there, whatever the policy says.{FirstSeen(facts)}",
            $"Publish the TLSA record {facts.Text(AlertParameters.Seen)}, or install the previous key again.",
            "mx"),
        [AlertKinds.ServiceIntakeStopped] = ServiceAlertTexts.IntakeStopped,
        [AlertKinds.ServiceSpoolGrowing] = ServiceAlertTexts.SpoolGrowing,
        [AlertKinds.ServiceSpoolUnusable] = ServiceAlertTexts.SpoolUnusable,
        [AlertKinds.ServiceModuleFailing] = ServiceAlertTexts.ModuleFailing,
        [AlertKinds.ServiceModuleUnusable] = ServiceAlertTexts.ModuleUnusable,
        [AlertKinds.ServiceCertificateEnds] = ServiceAlertTexts.CertificateEnds,
        [AlertKinds.ServiceCertificateUnusable] = ServiceAlertTexts.CertificateUnusable,
        [AlertKinds.ServiceClockDiffers] = ServiceAlertTexts.ClockDiffers,
        [AlertKinds.ServicePort25Blocked] = ServiceAlertTexts.Port25Blocked,
        [AlertKinds.ServiceStorageFailed] = ServiceAlertTexts.StorageFailed,
        [AlertKinds.MxPlanStep] = MxPlanStepText,
    };

    private const string Operators = "This service writes the record. Contact its operator.";

    /// <summary>The kinds with texts: all of <see cref="AlertKinds"/>.</summary>
    public static IReadOnlyCollection<string> Kinds => Entries.Keys;

    /// <summary>The text of an alert. A kind of a later version gets a general text.</summary>
    public static AlertText Describe(AlertView alert)
    {
        ArgumentNullException.ThrowIfNull(alert);
        var words = Entries.TryGetValue(alert.Kind, out var entry)
            ? ReportAlertTexts.WithReports(entry(new Facts(alert.Parameters)), alert)
            : new(AlertSeverity.Warning, alert.Kind, "A later version of this service raised this alert, and this version has no text for it.", "Check this alert again after the upgrade.");
        return new(words.Severity, words.Title, words.Explanation, words.NextStep, alert.Domain == AlertView.Service ? "/settings" : $"/domains/{Uri.EscapeDataString(alert.Domain)}{(words.Tab.Length == 0 ? "" : "/" + words.Tab)}");
    }

    /// <summary>What the alert concerns: the domain, or this service.</summary>
    public static string Subject(string domain) => domain == AlertView.Service ? "this service" : domain;

    /// <summary>Whether an alert of the kind is critical with some facts.</summary>
    public static bool CanBeCritical(string kind) => Entries.TryGetValue(kind, out var entry) && Extremes.Any(facts => entry(new Facts(facts)).Severity == AlertSeverity.Critical);

    /// <summary>The facts on which a severity depends, at their worst.</summary>
    private static readonly ImmutableSortedDictionary<string, ImmutableArray<string>>[] Extremes =
    [
        ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty,
        new Dictionary<string, ImmutableArray<string>>
        {
            [AlertParameters.Mode] = [PolicyMode.Enforce.ToText()],
            [AlertParameters.Late] = ["true"],
            [AlertParameters.All] = ["true"],
            [AlertParameters.Organizations] = ["a", "b"],
            [AlertParameters.Expected] = ["1"],
        }.ToImmutableSortedDictionary(StringComparer.Ordinal),
    ];

    /// <summary>The highest severity; null when there are no alerts.</summary>
    public static AlertSeverity? Worst(IEnumerable<AlertView> open) => open.Select(static alert => (AlertSeverity?)Describe(alert).Severity).Max();

    private static Words PolicyRecordMismatch(Facts facts)
    {
        var (published, expected) = (facts.Text(AlertParameters.Published), facts.Text(AlertParameters.Expected));
        var applied = facts.All(AlertParameters.Organizations) is { Length: > 0 } organizations
            ? $" Reports show that {NameList.Text([.. organizations.Select(ReportAlertTexts.Shown)])} still applied version {NameList.Text(facts.All(AlertParameters.Version))}; the last cached copy expires on {facts.Text(AlertParameters.CachedUntil)}."
            : "";
        if (expected.Length == 0)
        {
            return new(
                facts.Mode(),
                "Senders apply an earlier policy",
                $"The policy record does not announce the current policy.{applied}",
                "Publish the policy record shown on the domain's page.");
        }
        return new(
            applied.Length > 0 ? facts.Mode() : AlertSeverity.Warning,
            "The policy record has another id",
            facts.Is(AlertParameters.Retiring)
                ? $"The policy record still shows id {published}. Senders fetch the policy again only when they see the new id {expected}, and apply the previous policy until then."
                : $"The policy record shows id {published}, the policy served has {expected}. Senders keep their cached policy.{applied}",
            facts.Is(AlertParameters.Delegated) ? Operators : $"Publish the new id {expected}.");
    }

    private static Words CaaRefused(Facts facts)
    {
        var advice = CaaAdvice.For(facts.Text(AlertParameters.Owner), facts.All(AlertParameters.Caa), facts.All(AlertParameters.Authorities), facts.Is(AlertParameters.Operator));
        return new(
            facts.Is(AlertParameters.Late) ? AlertSeverity.Critical : AlertSeverity.Warning,
            "The certificate cannot be renewed",
            $"The certificate cannot be renewed. {advice?.Problem}".TrimEnd(),
            advice?.NextStep ?? "");
    }

    private static string RecordProblem(ImmutableArray<string> texts) => PolicyRecord.Select(texts) switch
    {
        PolicyRecordReading.Invalid invalid => invalid.Reason,
        PolicyRecordReading.Multiple => "There is more than one policy record (RFC 8461 §3.1).",
        PolicyRecordReading.Found { Record.Repeated: { } field } => $"The field {field} occurs more than once.",
        PolicyRecordReading.None { NearMiss: { } nearMiss } => nearMiss,
        _ => "",
    };

    private static Words MxNotCovered(Facts facts)
    {
        var hosts = NameList.Text(facts.All(AlertParameters.Mx));
        const string Title = "MX hosts are not covered";
        if (facts.Is(AlertParameters.Cached))
        {
            return new(
                AlertSeverity.Critical,
                Title,
                $"Senders that cached the previous, enforced policy apply it until it expires. No mx line of it covers {hosts}, so these senders do not deliver there.",
                facts.Is(AlertParameters.Retiring)
                    ? "Publish the new id, and keep a covered MX host until the retirement ends; the domain's page shows the date."
                    : "Publish the new id now: senders replace the cached policy when they see it. Keep a covered MX host until then.");
        }
        return facts.Text(AlertParameters.Mode) == PolicyMode.Enforce.ToText()
            ? new(AlertSeverity.Critical, Title, $"No mx line of the policy covers {hosts}. Senders that enforce the policy do not deliver there.", "Add an mx line for each host.", "policy")
            : new(AlertSeverity.Warning, Title, $"No mx line of the policy covers {hosts}.", "Add an mx line for each host before the policy is enforced.", "policy");
    }

    private static string HeldBack(string code) => code switch
    {
        PolicyAdviceCodes.MxUnseen => "the domain's MX records could not be read",
        PolicyAdviceCodes.MxNotCovered => "no mx line covers an MX host of the domain",
        PolicyAdviceCodes.MxMatchesNothing => "a wildcard matches none of the domain's MX hosts",
        PolicyAdviceCodes.EnforceUntested => "no policy of this domain has been in testing",
        _ => code,
    };
}
