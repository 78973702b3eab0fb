using MtaSts.Modules.Reports;

namespace MtaSts.Modules.Mailboxes;

/// <summary>Hands a mail that lies in a mailbox to the inbox.</summary>
internal static class MailDelivery
{
    /// <summary>TLS reports came after it: a mailbox that tells an earlier moment tells nothing.</summary>
    private static readonly DateTimeOffset Earliest = new(2015, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// To each addressee of the first header that names a claim. Stored for one is stored; unavailable for one leaves the mail for all, and those that have it know it
    /// by its bytes.
    /// </summary>
    /// <param name="mail">Its token is left open.</param>
    /// <param name="headers">The tokens of each header, the most telling first.</param>
    public static async Task<Receipt> DeliverAsync(this IReportInbox inbox, Envelope mail, IEnumerable<IReadOnlyList<string>> headers, CancellationToken stop)
    {
        Receipt outcome = new Receipt.UnknownToken();
        foreach (var tokens in headers)
        {
            foreach (var token in tokens)
            {
                var receipt = await inbox.AcceptAsync(mail with { Token = token }, stop);
                if (receipt is Receipt.Unavailable)
                    return receipt;
                outcome = outcome is Receipt.Stored ? outcome : receipt;
            }
            if (outcome is not Receipt.UnknownToken)
                break;
        }
        return outcome;
    }

    /// <summary>When the mail came into the mailbox, which may be long before it is read: what its signature was good for then, it is.</summary>
    /// <param name="told">What the mailbox says.</param>
    /// <param name="now">The latest it can be, and what counts where it says nothing.</param>
    public static DateTimeOffset Arrived(DateTimeOffset? told, DateTimeOffset now) => told is { } at && at >= Earliest && at < now ? at.ToUniversalTime() : now;
}
