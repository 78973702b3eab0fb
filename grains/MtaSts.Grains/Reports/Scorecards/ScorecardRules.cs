using System.Collections.Immutable;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>
/// Adds a report to its day: once, with saturating sums, and with a limited number of untrusted names. Unverified reports are capped
/// separately, or below the limit of verified ones, so that forged reports move no genuine row to "other".
/// </summary>
internal static class ScorecardRules
{
    /// <summary>Organisations distinguished per day; real domains have tens.</summary>
    public const int MaxOrganizations = 300;

    /// <summary>Names of organisations per signer: a company has one or a few. Anyone can sign a report with any name in it.</summary>
    public const int MaxNamesOfSigner = 8;

    /// <summary>Organisations whose signers share their last two labels: the owner of a domain can sign with any number of subdomains.</summary>
    public const int MaxOrganizationsOfZone = 60;

    /// <summary>Policy types distinguished per day; the RFC defines three.</summary>
    public const int MaxPolicyTypes = 12;

    /// <summary>Of them, those from unverified reports.</summary>
    public const int MaxUnsignedPolicyTypes = 8;

    /// <summary>Result types distinguished per day; the RFC defines eleven.</summary>
    public const int MaxResultTypes = 40;

    /// <summary>MX hosts distinguished per day; real domains have few.</summary>
    public const int MaxMxHosts = 100;

    /// <summary>Senders' networks distinguished per day; the largest senders have about a hundred.</summary>
    public const int MaxNetworks = 200;

    /// <summary>Kinds of failure (result type × MX host × organisation × network × policy type) distinguished per day.</summary>
    public const int MaxFailures = 500;

    /// <summary>Of them, those from signers of one zone; further rows lose the MX host and the network. A zone may add half of the names in rows.</summary>
    public const int MaxFailuresOfZone = MaxFailures * 2 / 5;

    /// <summary>Reports of a day whose failure rows are kept separate (see <see cref="OverlappingFailures"/>); some large senders send one a day.</summary>
    public const int MaxOverlappingReports = 50;

    /// <summary>Reasons (result type × text) distinguished per day.</summary>
    public const int MaxReasons = 100;

    /// <summary>Of them, those from unverified reports.</summary>
    public const int MaxUnsignedReasons = 60;

    /// <summary>Result types of reasons from unverified reports.</summary>
    public const int MaxUnsignedResultTypes = 24;

    /// <summary>Organisation × policy pairs distinguished per day.</summary>
    public const int MaxPolicies = 300;

    /// <summary>Policies distinguished per day, including their text: a change results in two, and a text may have two thousand characters.</summary>
    public const int MaxPolicyTexts = 10;

    /// <summary>Of them, those from unverified reports: forged policies must not displace real ones.</summary>
    public const int MaxUnsignedPolicyTexts = 6;

    /// <summary>Reports of a page.</summary>
    public const int PageSize = 40;

    /// <param name="earlier">The counted reports of an identity that are not in this state, latest last.</param>
    public static (ScorecardDayState State, ApplyOutcome Outcome) Apply(ScorecardDayState state, ScorecardContribution report, Func<string, IEnumerable<KnownReport>> earlier)
    {
        var isVouchedFor = Authenticity.IsVouchedFor(report.Source, report.Dkim);
        var known = Known(state, report, earlier);
        if (known is not null)
        {
            if (known.ContentHash == report.ContentHash)
                return known.EnvelopeId == report.EnvelopeId ? (state, ApplyOutcome.AlreadyCountedFromThisEnvelope) : (Remember(state, report.EnvelopeId), ApplyOutcome.Duplicate);
            if (report.IsKeptOut)
                return (state, ApplyOutcome.KeptOut);
            // An excluded report does not prevent counting either: the genuine report may arrive later.
            // Anyone who knows a report address can predict the identity of the next report. An unverified report never prevents counting a signed one.
            if (!known.IsExcluded && (known.IsVouchedFor || !isVouchedFor))
                return (Remember(state, report.EnvelopeId), ApplyOutcome.Conflict);
        }
        if (report.IsKeptOut)
            return (state, ApplyOutcome.KeptOut);
        return (state with
        {
            Sums = Add(state.Sums, report, isVouchedFor),
            Tail = state.Tail.Add(new CountedReport { Identity = report.Identity, ContentHash = report.ContentHash, Entry = Entry(report) with { Contradicts = known?.EnvelopeId } }),
            Kept = Kept.Everything,
            PagesReduced = state.Kept == Kept.Everything ? state.PagesReduced : 0,
        }, ApplyOutcome.Counted);
    }

    /// <summary>The earlier counted report: with the same content if possible, otherwise the latest that is not excluded.</summary>
    public static KnownReport? Known(ScorecardDayState state, ScorecardContribution report, Func<string, IEnumerable<KnownReport>> earlier)
    {
        KnownReport[] all = [.. earlier(report.Identity), .. state.Tail.Where(counted => counted.Identity == report.Identity).Select(Remembered)];
        return Array.FindLast(all, other => other.ContentHash == report.ContentHash) ?? Array.FindLast(all, other => !other.IsExcluded) ?? all.LastOrDefault();
    }

    /// <summary>Whether the report is a signed copy of an unsigned counted report. A report that conflicts with another signed one verifies nothing.</summary>
    public static bool IsRaisedBy(ScorecardDayState state, ScorecardContribution report, Func<string, IEnumerable<KnownReport>> earlier) =>
        report.Dkim == DkimVerdict.Pass && Known(state, report, earlier) is { IsVouchedFor: false } known && known.ContentHash == report.ContentHash
        && !state.Tail.Any(counted => counted.Identity == report.Identity && counted.ContentHash != report.ContentHash && Remembered(counted).IsVouchedFor);

    /// <summary>The data that identifies a counted report.</summary>
    public static KnownReport Remembered(CountedReport report) => new(report.ContentHash, report.Entry?.Id ?? "")
    {
        IsVouchedFor = report.Entry is null || Authenticity.IsVouchedFor(report.Entry.Source, report.Entry.Dkim),
        IsExcluded = report.Entry?.Excluded is not null,
    };

    /// <summary>The sums of a day, recounted from its reports in the order they were counted. Excluded reports only add to the number of excluded ones.</summary>
    /// <param name="day">The sums of the reports without details.</param>
    /// <param name="contribution">The contribution of a report; null: only its sessions. The verdict is taken from its line, which is newer.</param>
    public static DayState Recount(DayState day, IEnumerable<CountedReport> reports, Func<CountedReport, ScorecardContribution?> contribution)
    {
        foreach (var report in reports)
        {
            if (report.Entry is not { } entry)
                continue;
            day = entry.Excluded is not null
                ? day with { Excluded = day.Excluded + 1 }
                : Add(day, (contribution(report) ?? SessionsOf(report, entry)) with { Dkim = entry.Dkim, SignedBy = entry.SignedBy, Source = entry.Source, ReceivedAt = entry.ReceivedAt }, Authenticity.IsVouchedFor(entry.Source, entry.Dkim));
        }
        return day;
    }

    private static ScorecardContribution SessionsOf(CountedReport report, ReportEntry entry) => new()
    {
        Identity = report.Identity,
        ContentHash = report.ContentHash,
        EnvelopeId = entry.Id,
        Organization = entry.Organization,
        ReportId = entry.ReportId,
        Start = entry.Start,
        End = entry.End,
        ReceivedAt = entry.ReceivedAt,
        Source = entry.Source,
        Sessions = entry.Sessions,
        ByPolicyType = [],
        Failures = [],
    };

    /// <summary>Records the envelope of a repeated report too: it is deleted with the report.</summary>
    private static ScorecardDayState Remember(ScorecardDayState state, string envelopeId) => state.Copies.Contains(envelopeId)
        ? state
        : state with { Copies = state.Copies.Add(envelopeId), Kept = Kept.Everything, PagesReduced = state.Kept == Kept.Everything ? state.PagesReduced : 0 };

    private static DayState Add(DayState day, ScorecardContribution report, bool isVouchedFor)
    {
        // Unverified names have a separate limit, so that forged names move no genuine row to "other".
        var name = Capped.Name(report.Organization);
        var organization = Capped.Known(
            day.Organizations.Where(o => SendingOrganizations.IsClaimed(o.Organization) != isVouchedFor), o => o.Organization, Row(day, name, report), MaxOrganizations, SendingOrganizations.Other(isVouchedFor))!;
        var isOwn = organization == SendingOrganizations.Row(name, report.Source, report.Dkim, report.SignedBy) && !SendingOrganizations.IsOther(organization);
        var late = ReportDays.IsLate(report.Start, report.ReceivedAt);
        var next = day with
        {
            Successful = SessionCount.Add(day.Successful, report.Sessions.Successful),
            Failed = SessionCount.Add(day.Failed, report.Sessions.Failed),
            Reports = day.Reports + 1,
            Organizations = Capped.Merge(day.Organizations, o => o.Organization == organization,
                new OrganizationTotals(organization, report.Sessions.Successful, report.Sessions.Failed, 1)
                {
                    Unauthenticated = isVouchedFor ? 0 : 1,
                    Signer = isOwn && report.Dkim == DkimVerdict.Pass ? report.SignedBy : null,
                    ClaimedName = isOwn ? name : null,
                },
                (a, b) => a with
                {
                    Successful = SessionCount.Add(a.Successful, b.Successful),
                    Failed = SessionCount.Add(a.Failed, b.Failed),
                    Reports = a.Reports + b.Reports,
                    Unauthenticated = a.Unauthenticated + b.Unauthenticated,
                }),
            Late = day.Late + (late ? 1 : 0),
            LastLateAt = late && !(day.LastLateAt > report.ReceivedAt) ? report.ReceivedAt : day.LastLateAt,
            OtherRanges = day.OtherRanges + (IsUtcDay(report) ? 0 : 1),
            Disagreeing = day.Disagreeing + (report.ByPolicyType.Any(Disagrees) ? 1 : 0),
        };
        foreach (var type in report.ByPolicyType)
            next = Add(next, type, organization, isVouchedFor);
        return next with
        {
            Failures = AddFailures(next.Failures, report, organization, isVouchedFor),
            Reasons = AddReasons(next.Reasons, report, isVouchedFor),
            Policies = AddPolicies(next.Policies, report.Policies, organization, isVouchedFor),
        };
    }

    private static string Row(DayState day, string name, ScorecardContribution report)
    {
        var row = SendingOrganizations.Row(name, report.Source, report.Dkim, report.SignedBy);
        if (SendingOrganizations.ZoneOf(row) is not { } zone || day.Organizations.Any(known => known.Organization == row))
            return row;
        if (day.Organizations.Count(known => SendingOrganizations.ZoneOf(known.Organization) == zone) >= MaxOrganizationsOfZone)
            return SendingOrganizations.Row(ScorecardDay.Other, report.Source, report.Dkim, zone);
        return day.Organizations.Count(known => known.Signer == report.SignedBy) < MaxNamesOfSigner ? row : SendingOrganizations.Row(ScorecardDay.Other, report.Source, report.Dkim, report.SignedBy);
    }

    private static DayState Add(DayState day, PolicyTypeTotals type, string organization, bool isVouchedFor)
    {
        var name = PolicyType(day.Types.Select(t => t.PolicyType), type.PolicyType, isVouchedFor);
        return day with
        {
            Types = Capped.Merge(day.Types, t => t.PolicyType == name, type with { PolicyType = name }, Sum),
            Senders = Capped.Merge(day.Senders, s => s.PolicyType == name && s.Organization == organization, new SenderTotals(organization, name, type.Successful, type.Failed),
                (a, b) => a with { Successful = SessionCount.Add(a.Successful, b.Successful), Failed = SessionCount.Add(a.Failed, b.Failed) }),
        };
    }

    /// <summary>Policy types of the RFC are always distinguished.</summary>
    private static string PolicyType(IEnumerable<string> known, string wanted, bool isVouchedFor) => wanted is PolicyTypes.Sts or PolicyTypes.Tlsa or PolicyTypes.NoPolicyFound
        ? wanted
        : Capped.Known(known, type => type, Capped.Name(wanted), isVouchedFor ? MaxPolicyTypes : MaxUnsignedPolicyTypes)!;

    private static PolicyTypeTotals Sum(PolicyTypeTotals a, PolicyTypeTotals b) => new(a.PolicyType, SessionCount.Add(a.Successful, b.Successful), SessionCount.Add(a.Failed, b.Failed))
    {
        FailedInDetails = SessionCount.Add(a.FailedInDetails, b.FailedInDetails),
    };

    private static ImmutableArray<ScorecardFailure> AddFailures(ImmutableArray<ScorecardFailure> all, ScorecardContribution report, string organization, bool isVouchedFor)
    {
        // Each limit applies separately to verified and to unverified rows.
        var others = all.RemoveAll(row => SendingOrganizations.IsClaimed(row.Organization) != isVouchedFor);
        return others.AddRange(AddOwnFailures(all.RemoveAll(row => SendingOrganizations.IsClaimed(row.Organization) == isVouchedFor), report, organization, isVouchedFor));
    }

    private static ImmutableArray<ScorecardFailure> AddOwnFailures(ImmutableArray<ScorecardFailure> rows, ScorecardContribution report, string organization, bool isVouchedFor)
    {
        var isApart = OverlappingFailures.Has(report);
        if (isApart && (rows.Length + report.Failures.Count > MaxFailures || Apart(rows) >= MaxOverlappingReports))
            return AddOwnFailures(rows, report with { Failures = [.. OverlappingFailures.Reduce(report)], ByPolicyType = [] }, organization, isVouchedFor);
        var zone = SendingOrganizations.ZoneOf(organization);
        foreach (var failure in report.Failures)
        {
            var row = new ScorecardFailure(
                ResultTypes.IsKnown(failure.ResultType) ? failure.ResultType : Known(rows, r => r.ResultType, Capped.Name(failure.ResultType), MaxResultTypes, zone)!,
                Known(rows, r => r.MxHost, failure.MxHost is null ? null : Capped.Name(failure.MxHost), MaxMxHosts, zone),
                organization,
                PolicyType(rows.Select(r => r.PolicyType), failure.PolicyType, isVouchedFor),
                failure.Failed)
            {
                Network = Known(rows, r => r.Network, failure.Network, MaxNetworks, zone),
                Report = isApart ? report.Identity : null,
                OfFailed = isApart ? report.ByPolicyType.FirstOrDefault(type => type.PolicyType == failure.PolicyType)?.Failed ?? 0 : 0,
            };
            if (zone is not null && !rows.Any(r => Same(r, row)) && rows.Count(r => SendingOrganizations.ZoneOf(r.Organization) == zone) >= MaxFailuresOfZone)
                row = row with { MxHost = Capped.Other, Network = Capped.Other };
            // Owners act on result types: they are kept when other fields are dropped. This adds at most result types × policy types.
            if (rows.Length >= MaxFailures && !rows.Any(r => Same(r, row)))
                row = row with { MxHost = Capped.Other, Organization = SendingOrganizations.Other(isVouchedFor), Network = Capped.Other };
            rows = Capped.Merge(rows, r => Same(r, row), row, (a, b) => a with { Failed = SessionCount.Add(a.Failed, b.Failed), OfFailed = Math.Max(a.OfFailed, b.OfFailed) });
        }
        return rows;
    }

    private static string? Known(ImmutableArray<ScorecardFailure> rows, Func<ScorecardFailure, string?> name, string? wanted, int cap, string? zone)
    {
        if (wanted is null || rows.Any(row => name(row) == wanted))
            return wanted;
        var ofZone = zone is null ? wanted : Capped.Known(rows.Where(row => SendingOrganizations.ZoneOf(row.Organization) == zone), name, wanted, cap / 2);
        return Capped.Known(rows, name, ofZone, cap);
    }

    private static int Apart(ImmutableArray<ScorecardFailure> rows) => rows.Select(row => row.Report).OfType<string>().Distinct(StringComparer.Ordinal).Count();

    private static bool Same(ScorecardFailure a, ScorecardFailure b) =>
        a.ResultType == b.ResultType && a.MxHost == b.MxHost && a.Organization == b.Organization && a.PolicyType == b.PolicyType && a.Network == b.Network && a.Report == b.Report;

    private static ImmutableArray<ReasonCount> AddReasons(ImmutableArray<ReasonCount> rows, ScorecardContribution report, bool isVouchedFor)
    {
        var (maxReasons, maxTypes) = isVouchedFor ? (MaxReasons, MaxResultTypes) : (MaxUnsignedReasons, MaxUnsignedResultTypes);
        // Several reasons of one report may share a row, and may include the same sessions.
        var added = new Dictionary<(string, string), long>();
        foreach (var reason in report.Reasons)
        {
            var row = new ReasonCount(Capped.Known(rows, r => r.ResultType, Capped.Name(reason.ResultType), maxTypes)!, Capped.Name(reason.Reason), reason.Failed);
            if (rows.Length >= maxReasons && !rows.Any(r => r.ResultType == row.ResultType && r.Reason == row.Reason))
                row = row with { Reason = Capped.Other };
            var before = added.GetValueOrDefault((row.ResultType, row.Reason));
            row = row with { Failed = Math.Clamp(report.Sessions.Failed - before, 0, row.Failed) };
            added[(row.ResultType, row.Reason)] = before + row.Failed;
            rows = Capped.Merge(rows, r => r.ResultType == row.ResultType && r.Reason == row.Reason, row, (a, b) => a with { Failed = SessionCount.Add(a.Failed, b.Failed) });
        }
        return rows;
    }

    private static ImmutableArray<OrganizationPolicy> AddPolicies(ImmutableArray<OrganizationPolicy> rows, IReadOnlyList<AppliedPolicy> policies, string organization, bool isVouchedFor)
    {
        foreach (var policy in policies)
        {
            var row = new OrganizationPolicy(organization, Capped.Known(rows, r => r.Lines, policy.Lines, isVouchedFor ? MaxPolicyTexts : MaxUnsignedPolicyTexts)!, policy.Successful, policy.Failed, 1);
            if (rows.Count(r => SendingOrganizations.IsClaimed(r.Organization) != isVouchedFor) >= MaxPolicies && !rows.Any(r => r.Organization == row.Organization && r.Lines == row.Lines))
                row = row with { Organization = SendingOrganizations.Other(isVouchedFor) };
            rows = Capped.Merge(rows, r => r.Organization == row.Organization && r.Lines == row.Lines, row, (a, b) => a with
            {
                Successful = SessionCount.Add(a.Successful, b.Successful),
                Failed = SessionCount.Add(a.Failed, b.Failed),
                Reports = a.Reports + b.Reports,
            });
        }
        return rows;
    }

    private static bool Disagrees(PolicyTypeTotals type) => type.FailedInDetails != type.Failed;

    private static bool IsUtcDay(ScorecardContribution report) => new TlsReport { Start = report.Start, End = report.End }.IsUtcDay;

    private static ReportEntry Entry(ScorecardContribution report) => new()
    {
        Id = report.EnvelopeId,
        Organization = Capped.Name(report.Organization),
        ReportId = report.ReportId is { } id ? Capped.Name(id) : null,
        Start = report.Start,
        End = report.End,
        ReceivedAt = report.ReceivedAt,
        Source = report.Source,
        Sessions = report.Sessions,
        Mended = report.Mended,
        FailedInDetails = report.ByPolicyType.FirstOrDefault(Disagrees)?.FailedInDetails,
        FailedInTotal = report.ByPolicyType.FirstOrDefault(Disagrees)?.Failed,
        OtherRange = !IsUtcDay(report),
        Dkim = report.Dkim,
        SignedBy = report.SignedBy,
        Submitter = report.Submitter is { } submitter ? Capped.Name(submitter) : null,
        Network = report.Network,
        Token = report.Token,
    };
}
