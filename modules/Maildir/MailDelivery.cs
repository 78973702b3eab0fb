using MtaSts.Modules.Reports;

namespace MtaSts.Modules.Mailboxes;

/// <summary>Delivers a mail from a mailbox to the inbox.</summary>
internal static class MailDelivery
{
    /// <summary>TLS reports did not exist before: an earlier time of a mailbox is invalid.</summary>
    private static readonly DateTimeOffset Earliest = new(2015, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>
    /// Delivers to each recipient of the first header that contains a known token. If it is stored for one, it counts as stored; if it is unavailable
    /// for one, the mail stays for all, and copies already stored are recognised by their bytes.
    /// </summary>
    /// <param name="mail">Its token is not set.</param>
    /// <param name="headers">The tokens of each header, the most reliable first.</param>
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

    /// <summary>When the mail arrived in the mailbox, which may be long before it is read: its signature is checked as of then.</summary>
    /// <param name="told">The mailbox's time.</param>
    /// <param name="now">The upper limit, and the default if the mailbox has no time.</param>
    public static DateTimeOffset Arrived(DateTimeOffset? told, DateTimeOffset now) => told is { } at && at >= Earliest && at < now ? at.ToUniversalTime() : now;
}
