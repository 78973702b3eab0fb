using MtaSts.Protocol.Reports;

namespace MtaSts.Grains;

/// <summary>Sessions, split by whether their reports can be relied on.</summary>
/// <param name="VouchedFor">Of reports that their submitter signed, or a member uploaded.</param>
/// <param name="Claimed">Of reports that anybody who knows the report address may have written.</param>
/// <param name="Organizations">The rows of <paramref name="VouchedFor"/>, those with the most sessions first. A signature shows who wrote a report, not that it is true: anybody who has a domain can sign.</param>
public sealed record TrustedSessions(SessionTotals VouchedFor, SessionTotals Claimed, IReadOnlyList<SenderTotals> Organizations)
{
    public static TrustedSessions Of(IEnumerable<SenderTotals> senders)
    {
        var apart = senders.ToLookup(sender => SendingOrganizations.IsClaimed(sender.Organization));
        return new TrustedSessions(
            Sum(apart[false]),
            Sum(apart[true]),
            [.. apart[false].GroupBy(sender => (sender.Organization, sender.PolicyType))
                .Select(row => Sum(row) is var sum ? new SenderTotals(row.Key.Organization, row.Key.PolicyType, sum.Successful, sum.Failed) : null!)
                .OrderByDescending(row => SessionCount.Add(row.Successful, row.Failed)).ThenBy(row => row.Organization, StringComparer.Ordinal)]);
    }

    private static SessionTotals Sum(IEnumerable<SenderTotals> senders) =>
        senders.Aggregate(new SessionTotals(0, 0), (sum, sender) => new SessionTotals(SessionCount.Add(sum.Successful, sender.Successful), SessionCount.Add(sum.Failed, sender.Failed)));
}
