using MtaSts.Grains;
using MtaSts.Protocol.Reports;

namespace MtaSts.Application.Reports;

/// <summary>Sessions, split by whether their reports are verified.</summary>
/// <param name="VouchedFor">From reports signed by their submitter or uploaded by a member.</param>
/// <param name="Claimed">From reports that anyone who knows the report address may have written.</param>
/// <param name="Organizations">Rows of <paramref name="VouchedFor"/>, most sessions first. A signature proves the author of a report, not its truth: anyone can sign.</param>
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
