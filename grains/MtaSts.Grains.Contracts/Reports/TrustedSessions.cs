using MtaSts.Protocol.Reports;

namespace MtaSts.Grains;

/// <summary>Sessions, apart by whether the reports that tell of them can be relied on.</summary>
/// <param name="VouchedFor">Told of by reports that their submitter signed, or a member uploaded.</param>
/// <param name="Claimed">Told of by reports that anybody may have written who knows the report address.</param>
public sealed record TrustedSessions(SessionTotals VouchedFor, SessionTotals Claimed)
{
    public TrustedSessions Plus(SenderTotals sender)
    {
        ArgumentNullException.ThrowIfNull(sender);
        return SendingOrganizations.IsClaimed(sender.Organization) ? this with { Claimed = Plus(Claimed, sender) } : this with { VouchedFor = Plus(VouchedFor, sender) };
    }

    private static SessionTotals Plus(SessionTotals sum, SenderTotals sender) => new(SessionCount.Add(sum.Successful, sender.Successful), SessionCount.Add(sum.Failed, sender.Failed));
}
