using MtaSts.Modules.Reports;

namespace MtaSts.Host.Modules;

/// <summary>The inbox given to a module: sets the source of each envelope to that module, and requires a token.</summary>
internal sealed class ModuleInbox(IReportInbox inbox, string moduleId) : IReportInbox
{
    /// <summary>Sources of the service itself. No module has such an id.</summary>
    public static readonly IReadOnlyList<string> OwnSources = ["source.https", "source.upload"];

    public string MailDomain => inbox.MailDomain;

    public Task<Receipt> AcceptAsync(Envelope envelope, CancellationToken cancellationToken) =>
        inbox.AcceptAsync(envelope with { Source = moduleId, Workspace = null }, cancellationToken);

    public Task<TokenKnowledge> KnowsAsync(string token, CancellationToken cancellationToken) => inbox.KnowsAsync(token, cancellationToken);
}
