using MtaSts.Modules.Reports;

namespace MtaSts.Grains;

/// <summary>The inbox for envelopes whose senders were told that they are stored, while storage was down.</summary>
public interface IPromisedInbox
{
    /// <summary>As <see cref="IReportInbox.AcceptAsync"/>, but never turned away because a report address has had its share.</summary>
    Task<Receipt> AcceptPromisedAsync(Envelope envelope, CancellationToken cancellationToken);
}
