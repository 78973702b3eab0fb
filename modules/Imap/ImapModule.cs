using Microsoft.Extensions.DependencyInjection;

namespace MtaSts.Modules.Imap;

/// <summary>Reports from an IMAP mailbox. How to set it up is in this module's README.</summary>
public sealed class ImapModule : IModule
{
    /// <inheritdoc/>
    public string Id => ImapSource.SourceId;

    /// <inheritdoc/>
    public void Configure(IModuleBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(ImapSettings.Read(builder.Settings));
        builder.AddReportSource<ImapSource>();
    }
}
