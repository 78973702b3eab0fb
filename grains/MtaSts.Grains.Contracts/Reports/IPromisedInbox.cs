using MtaSts.Modules.Reports;

namespace MtaSts.Grains;

/// <summary>The inbox for envelopes that were acknowledged to their senders while storage was unavailable.</summary>
public interface IPromisedInbox
{
    /// <summary>As <see cref="IReportInbox.AcceptAsync"/>, but never refused because a report address has reached its limit.</summary>
    Task<Receipt> AcceptPromisedAsync(Envelope envelope, CancellationToken cancellationToken);
}
