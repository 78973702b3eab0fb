using System.Globalization;
using MtaSts.Application.Alerts;
using MtaSts.Grains;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using MtaSts.Protocol.Reports;

namespace MtaSts.Application.Readiness;

/// <summary>When a policy in testing may be enforced.</summary>
internal static class ReadinessRules
{
    /// <summary>How long a fetch from outside or a DNS observation counts. An older one has missed several checks and shows nothing about the present.</summary>
    public static readonly TimeSpan SeenFor = TimeSpan.FromDays(1);

    /// <summary>Failures that are listed.</summary>
    private const int MaxFailures = 50;

    /// <summary>Kinds of alerts that another condition already covers.</summary>
    private static readonly HashSet<string> Named = new(StringComparer.Ordinal)
    {
        AlertKinds.PolicyRecordMismatch, AlertKinds.PolicyRecordMissing, AlertKinds.PolicyRecordInvalid, AlertKinds.PolicyRecordNotWritten,
        AlertKinds.CnameLost, AlertKinds.PolicyHostUnreached, AlertKinds.PolicyUnreachable, AlertKinds.HostnameLost, AlertKinds.HostnameProblem, AlertKinds.CaaRefused,
        AlertKinds.MxNotCovered, AlertKinds.SessionsFailing,
    };

    /// <summary>The alerts that concern the policy host.</summary>
    private static readonly string[] OfPolicyHost = [AlertKinds.CnameLost, AlertKinds.PolicyHostUnreached, AlertKinds.PolicyUnreachable, AlertKinds.HostnameLost, AlertKinds.HostnameProblem, AlertKinds.CaaRefused];

    /// <summary>All conditions in a fixed order.</summary>
    public static IReadOnlyList<ReadinessItem> Judge(ReadinessFacts facts, ReadinessOptions options) =>
    [
        TestingTime(facts, options), PolicyTested(facts), PolicyRecord(facts), PolicyHost(facts), MxCovered(facts), MxProbed(facts), Reporters(facts, options), Failures(facts, options), Alerts(facts),
    ];

    private static ReadinessItem TestingTime(ReadinessFacts facts, ReadinessOptions options)
    {
        var until = facts.TestingSince.AddDays(options.TestingDays);
        var title = $"{options.TestingDays} days in testing";
        return until <= facts.Now
            ? new(ReadinessCodes.TestingTime, ReadinessState.Met, title, $"The policy has been in testing for {(facts.Now - facts.TestingSince).Days} days.", facts.TestingSince)
            : new(ReadinessCodes.TestingTime, ReadinessState.Waiting, title, $"The policy has been in testing for {Days((facts.Now - facts.TestingSince).Days)} of {options.TestingDays}.", facts.TestingSince, until);
    }

    private static ReadinessItem PolicyTested(ReadinessFacts facts)
    {
        const string title = "No untested change";
        var served = facts.Domain.Policy!;
        string[] removed = [.. served.Content.Mx.Except(facts.Policy.Mx, StringComparer.Ordinal)];
        if (removed.Length > 0)
            return new(ReadinessCodes.PolicyTested, ReadinessState.Missing, title, $"The policy to enforce lacks mx lines of the served policy: {NameList.Text(removed)}. Serve it in testing first.");
        return served.Announced
            ? new(ReadinessCodes.PolicyTested, ReadinessState.Met, title, $"Version {served.Number} is served by every gateway.", served.ServedFrom)
            : new(ReadinessCodes.PolicyTested, ReadinessState.Missing, title, $"Version {served.Number} is not served by every gateway yet. Wait.", served.ServedFrom, facts.Domain.Hosting.AnnounceAt);
    }

    private static ReadinessItem PolicyRecord(ReadinessFacts facts)
    {
        const string title = "Policy record with the current id";
        var seen = facts.Domain.LastObservation is { } last && facts.Now - last.At < SeenFor ? facts.Domain.PolicyRecordState : RecordState.Unchecked;
        return seen switch
        {
            RecordState.Ok => new(ReadinessCodes.PolicyRecord, ReadinessState.Met, title, "The policy record has the id of the served version."),
            RecordState.Missing => Missing("There is no policy record, so senders do not fetch the policy. Publish the record."),
            RecordState.Mismatch => Missing("The policy record has another id than the served version, so senders may keep an earlier policy that they have cached. Publish the current id."),
            RecordState.Invalid => Missing("Senders cannot use the policy record. Correct it."),
            _ => Missing("The policy record was not seen in the last day. Check the domain."),
        };

        ReadinessItem Missing(string message) => new(ReadinessCodes.PolicyRecord, ReadinessState.Missing, title, message,
            Raised(facts, AlertKinds.PolicyRecordMismatch, AlertKinds.PolicyRecordMissing, AlertKinds.PolicyRecordInvalid, AlertKinds.PolicyRecordNotWritten));
    }

    private static ReadinessItem PolicyHost(ReadinessFacts facts)
    {
        const string title = "Policy host and its certificate";
        var hosting = facts.Domain.Hosting;
        if (facts.Alerts.FirstOrDefault(alert => OfPolicyHost.Contains(alert.Kind)) is { } alert)
            return Missing($"{AlertCatalog.Describe(alert).Title}. {AlertCatalog.Describe(alert).NextStep}".TrimEnd(), alert.RaisedAt);
        return hosting switch
        {
            { Problem: { } problem } => Missing(problem, null),
            { Outside: OutsideFetch.Off } => new(ReadinessCodes.PolicyHost, ReadinessState.NotChecked, title, "This service does not fetch policies from outside. Check that senders get the policy."),
            { Outside: OutsideFetch.Returned, OutsideAt: { } at } when facts.Now - at < SeenFor => new(ReadinessCodes.PolicyHost, ReadinessState.Met, title, "Fetched from outside, with a valid certificate.", at),
            { Outside: OutsideFetch.Failing } => Missing("The policy cannot be fetched from outside. Check that the policy host is reachable over HTTPS.", null),
            _ => Missing("The policy was not fetched from outside within a day. Check the domain.", hosting.OutsideAt),
        };

        ReadinessItem Missing(string message, DateTimeOffset? since) => new(ReadinessCodes.PolicyHost, ReadinessState.Missing, title, message, since);
    }

    private static ReadinessItem MxCovered(ReadinessFacts facts)
    {
        const string title = "Every MX host in the policy";
        if (facts.Domain.LastObservation is not { Mx: { Status: DnsStatus.Found } mx } seen || facts.Now - seen.At >= SeenFor)
            return new(ReadinessCodes.MxCovered, ReadinessState.Missing, title, "The domain's MX records were not seen in the last day. Check the domain.");
        var uncovered = facts.Policy.ToPolicy().NotAdmitted(mx.Values);
        return uncovered.Count == 0
            ? new(ReadinessCodes.MxCovered, ReadinessState.Met, title, $"The policy admits {NameList.Text([.. mx.Values])}.")
            : new(ReadinessCodes.MxCovered, ReadinessState.Missing, title, $"No mx line admits {NameList.Text(uncovered)}. Add it.", Raised(facts, AlertKinds.MxNotCovered)) { Hosts = [.. uncovered] };
    }

    private static ReadinessItem MxProbed(ReadinessFacts facts)
    {
        const string title = "Valid TLS at every MX host";
        if (!facts.Mx.IsProbed)
            return new(ReadinessCodes.MxProbed, ReadinessState.NotChecked, title, "This service does not connect to MX hosts. Check their certificates before you enforce.");
        if (facts.Mx.Probe is not { } probe)
            return new(ReadinessCodes.MxProbed, ReadinessState.Missing, title, "The MX hosts were not probed yet. Check them under MX hosts.");
        if (probe.Port25 == Port25State.Blocked)
            return new(ReadinessCodes.MxProbed, ReadinessState.NotChecked, title, "The network of this service blocks port 25, so the MX hosts cannot be probed. Check their certificates before you enforce.");
        var alerts = facts.Alerts.Where(static alert => IsOfMx(alert.Kind)).ToArray();
        // The last probe may show faults that are not alerts yet: an alert waits for a second observation.
        string[] refused = [.. facts.Mx.Hosts.Where(static host => host.MtaSts is { Action: SenderAction.Refuses or SenderAction.DeliversPartly, Reason: not MxReason.NotInPolicy }).Select(static host => host.Host.Name)];
        string[] unknown = [.. facts.Mx.Hosts.Where(static host => host.MtaSts.Action == SenderAction.Unknown).Select(static host => host.Host.Name).Except(refused, StringComparer.Ordinal)];
        string[] named = [.. alerts.SelectMany(static alert => alert.Parameters.GetValueOrDefault(AlertParameters.Mx, [])).Union([.. refused, .. unknown], StringComparer.Ordinal)];
        if (named.Length == 0)
        {
            return facts.Mx.Hosts.Count == 0
                ? new(ReadinessCodes.MxProbed, ReadinessState.Missing, title, "No MX host was found to probe. Check the domain's MX records.")
                : new(ReadinessCodes.MxProbed, ReadinessState.Met, title, $"{NameList.Text([.. facts.Mx.Hosts.Select(static host => host.Host.Name)])}: STARTTLS with a valid certificate.", probe.At);
        }
        var texts = alerts.Select(static alert => $"{AlertCatalog.Describe(alert).Title}: {NameList.Text(alert.Parameters.GetValueOrDefault(AlertParameters.Mx, []))}.")
            .Concat(alerts.Length == 0 && refused.Length > 0 ? [$"Senders that enforce do not deliver to {NameList.Text(refused)}."] : [])
            .Concat(unknown.Length > 0 ? [$"No session with {NameList.Text(unknown)} was possible, so its certificate is not known."] : []);
        return new(ReadinessCodes.MxProbed, ReadinessState.Missing, title, string.Join(" ", texts), alerts.Length == 0 ? null : alerts.Min(static alert => alert.RaisedAt)) { Hosts = named };
    }

    private static ReadinessItem Reporters(ReadinessFacts facts, ReadinessOptions options)
    {
        var title = options.LeastReporters == 1 ? "An organisation reports" : $"{options.LeastReporters} organisations report";
        string[] reporters = [.. facts.Days.SelectMany(static day => day.ByOrganization).Select(static row => row.Organization).Where(IsVerified).Select(static row => SendingOrganizations.ZoneOf(row) ?? row).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var said = reporters.Length == 0 ? "No verified report was received" : $"Verified reports came from {NameList.Text(reporters)}";
        var message = $"{said} in the last {options.TestingDays} days.";
        return reporters.Length >= options.LeastReporters
            ? new(ReadinessCodes.Reporters, ReadinessState.Met, title, message)
            : new(ReadinessCodes.Reporters, ReadinessState.Missing, title, $"{message} At least {Organisations(options.LeastReporters)} must have reported: without their reports it is not known whether delivery would succeed.");
    }

    private static ReadinessItem Failures(ReadinessFacts facts, ReadinessOptions options)
    {
        const string title = "No failure that enforce turns into undelivered mail";
        var failures = facts.Days
            .SelectMany(static day => day.Failures.Where(row => IsVerified(row.Organization) && ResultTypes.BlocksMail(row.PolicyType, row.ResultType)).Select(row => (day.Day, Row: row)))
            .GroupBy(static failure => (failure.Row.Organization, failure.Row.MxHost, failure.Row.ResultType))
            .Select(static rows => new ReadinessFailure(rows.Key.Organization, rows.Key.MxHost, rows.Key.ResultType, rows.GroupBy(static failure => failure.Row.PolicyType).Max(static type => type.Aggregate(0L, static (sum, failure) => SessionCount.Add(sum, failure.Row.Failed))),
                rows.Min(static failure => failure.Day), rows.Max(static failure => failure.Day)))
            .Where(static failure => failure.Failed > 0)
            .OrderByDescending(static failure => failure.Failed).ThenBy(static failure => failure.Organization, StringComparer.Ordinal).ToArray();
        if (failures.Length == 0)
            return new(ReadinessCodes.Failures, ReadinessState.Met, title, $"No verified report of the last {options.TestingDays} days shows one.");
        var lastDay = failures.Max(static failure => failure.LastDay);
        string[] organizations = [.. failures.Select(static failure => failure.Organization).Distinct(StringComparer.Ordinal)];
        return new(ReadinessCodes.Failures, ReadinessState.Missing, title,
            string.Create(CultureInfo.InvariantCulture, $"{Sessions(failures.Aggregate(0L, static (sum, failure) => SessionCount.Add(sum, failure.Failed)))} failed in which senders would not have delivered mail under enforce, last on {lastDay:yyyy-MM-dd}, according to {NameList.Text(organizations)}. Correct the cause that the reports name."),
            Midnight(failures.Min(static failure => failure.FirstDay)),
            Midnight(lastDay.AddDays(options.TestingDays + 1)))
        { Failures = [.. failures.Take(MaxFailures)], Hosts = [.. failures.Select(static failure => failure.MxHost).OfType<string>().Distinct(StringComparer.Ordinal)] };
    }

    private static ReadinessItem Alerts(ReadinessFacts facts)
    {
        const string title = "No other critical alert";
        var others = facts.Alerts.Where(static alert => !Named.Contains(alert.Kind) && !IsOfMx(alert.Kind) && AlertCatalog.Describe(alert).Severity == AlertSeverity.Critical).ToArray();
        return others.Length == 0
            ? new(ReadinessCodes.Alerts, ReadinessState.Met, title, "None is open.")
            : new(ReadinessCodes.Alerts, ReadinessState.Missing, title, string.Join(" ", others.Select(static alert => $"{AlertCatalog.Describe(alert).Title}.")), others.Min(static alert => alert.RaisedAt));
    }

    private static bool IsOfMx(string kind) => kind.StartsWith("mx-", StringComparison.Ordinal) && kind != AlertKinds.MxNotCovered;

    /// <summary>Anyone can write an unverified report: it neither shows that delivery succeeds nor prevents enforce.</summary>
    private static bool IsVerified(string organization) => !SendingOrganizations.IsClaimed(organization) && !SendingOrganizations.IsOther(organization);

    private static DateTimeOffset? Raised(ReadinessFacts facts, params string[] kinds) =>
        facts.Alerts.Where(alert => kinds.Contains(alert.Kind)).Select(static alert => (DateTimeOffset?)alert.RaisedAt).Min();

    private static DateTimeOffset Midnight(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private static string Days(int days) => days == 1 ? "1 day" : string.Create(CultureInfo.InvariantCulture, $"{days} days");

    private static string Organisations(int count) => count == 1 ? "one organisation" : string.Create(CultureInfo.InvariantCulture, $"{count} organisations");

    private static string Sessions(long count) => count == 1 ? "1 session" : string.Create(CultureInfo.InvariantCulture, $"{count:N0} sessions");
}
