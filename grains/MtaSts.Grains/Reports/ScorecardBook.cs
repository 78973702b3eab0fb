using System.Collections.Immutable;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains.Reports;

/// <summary>Adds a report to a scorecard: once, with saturating sums, and with names that an outsider chooses capped in number.</summary>
internal static class ScorecardBook
{
    /// <summary>Takes the place of a name beyond a cap. Parentheses stand in no host name.</summary>
    public const string Other = "(other)";

    /// <summary>Organisations a day tells apart; real domains hear from tens.</summary>
    public const int MaxOrganizations = 300;

    /// <summary>Policy types a day tells apart; the RFC knows three.</summary>
    public const int MaxPolicyTypes = 12;

    /// <summary>Kinds of failure (result type × MX host × organisation × policy type) a day tells apart.</summary>
    public const int MaxFailures = 500;

    /// <summary>Reports listed a month; more are counted, not listed.</summary>
    public const int MaxEntries = 5_000;

    /// <summary>Characters of a name that are kept.</summary>
    private const int MaxName = 253;

    public static (ScorecardState State, ApplyOutcome Outcome) Apply(ScorecardState state, ScorecardContribution report)
    {
        if (state.Counted.TryGetValue(report.Identity, out var counted))
        {
            return (state, counted.EnvelopeId == report.EnvelopeId ? ApplyOutcome.AlreadyCountedFromThisEnvelope
                : counted.ContentHash == report.ContentHash ? ApplyOutcome.Duplicate
                : ApplyOutcome.Conflict);
        }
        var number = report.Start.UtcDateTime.Day;
        var day = Add(state.Days.GetValueOrDefault(number) ?? new DayState(), report);
        return (new ScorecardState
        {
            Counted = state.Counted.Add(report.Identity, new CountedReport(report.ContentHash, report.EnvelopeId)),
            Days = state.Days.SetItem(number, day),
            Entries = state.Entries.Count < MaxEntries ? state.Entries.Add(Entry(report)) : state.Entries,
        }, ApplyOutcome.Counted);
    }

    private static DayState Add(DayState day, ScorecardContribution report)
    {
        var organization = Known(day.Organizations, o => o.Organization, Name(report.Organization), MaxOrganizations);
        var next = day with
        {
            Successful = SessionCount.Add(day.Successful, report.Sessions.Successful),
            Failed = SessionCount.Add(day.Failed, report.Sessions.Failed),
            Reports = day.Reports + 1,
            Organizations = Merge(day.Organizations, o => o.Organization == organization,
                new OrganizationTotals(organization, report.Sessions.Successful, report.Sessions.Failed, 1),
                (a, b) => new OrganizationTotals(a.Organization, SessionCount.Add(a.Successful, b.Successful), SessionCount.Add(a.Failed, b.Failed), a.Reports + b.Reports)),
        };
        foreach (var type in report.ByPolicyType)
        {
            var name = Known(next.Types, t => t.PolicyType, Name(type.PolicyType), MaxPolicyTypes);
            next = next with
            {
                Types = Merge(next.Types, t => t.PolicyType == name, type with { PolicyType = name },
                    (a, b) => new PolicyTypeTotals(a.PolicyType, SessionCount.Add(a.Successful, b.Successful), SessionCount.Add(a.Failed, b.Failed))),
            };
        }
        return next with { Failures = Add(next.Failures, report, organization) };
    }

    private static ImmutableArray<ScorecardFailure> Add(ImmutableArray<ScorecardFailure> failures, ScorecardContribution report, string organization)
    {
        var builder = failures.ToBuilder();
        foreach (var failure in report.Failures)
        {
            var row = new ScorecardFailure(Name(failure.ResultType), failure.MxHost is null ? null : Name(failure.MxHost), organization, Name(failure.PolicyType), failure.Failed);
            var at = IndexOf(builder, row);
            if (at < 0 && builder.Count >= MaxFailures)
            {
                // Result types are what an owner acts on: the host and the sender are given up first.
                row = row with { MxHost = Other, Organization = Other };
                at = IndexOf(builder, row);
                if (at < 0 && builder.Count >= 2 * MaxFailures)
                {
                    row = row with { ResultType = Other, PolicyType = Other };
                    at = IndexOf(builder, row);
                }
            }
            if (at < 0)
                builder.Add(row);
            else
                builder[at] = builder[at] with { Failed = SessionCount.Add(builder[at].Failed, row.Failed) };
        }
        return builder.DrainToImmutable();
    }

    private static int IndexOf(ImmutableArray<ScorecardFailure>.Builder rows, ScorecardFailure row)
    {
        for (var i = 0; i < rows.Count; i++)
        {
            if (rows[i].ResultType == row.ResultType && rows[i].MxHost == row.MxHost && rows[i].Organization == row.Organization && rows[i].PolicyType == row.PolicyType)
                return i;
        }
        return -1;
    }

    private static string Known<T>(ImmutableArray<T> rows, Func<T, string> name, string wanted, int cap) =>
        rows.Length < cap || rows.Any(row => name(row) == wanted) ? wanted : Other;

    private static ImmutableArray<T> Merge<T>(ImmutableArray<T> rows, Predicate<T> same, T row, Func<T, T, T> sum)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            if (same(rows[i]))
                return rows.SetItem(i, sum(rows[i], row));
        }
        return rows.Add(row);
    }

    private static string Name(string name) => name.Length <= MaxName ? name : name[..MaxName];

    private static ReportEntry Entry(ScorecardContribution report) => new()
    {
        Id = report.EnvelopeId,
        Organization = Name(report.Organization),
        ReportId = report.ReportId,
        Start = report.Start,
        End = report.End,
        ReceivedAt = report.ReceivedAt,
        Source = report.Source,
        Sessions = report.Sessions,
        Mended = report.Mended,
        Dkim = report.Dkim,
        SignedBy = report.SignedBy,
    };
}
