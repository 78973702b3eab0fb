using Microsoft.Extensions.DependencyInjection;

namespace MtaSts.Modules.Maildir;

/// <summary>Reports from a Maildir on this machine. How to set it up is in this module's README.</summary>
public sealed class MaildirModule : IModule
{
    /// <inheritdoc/>
    public string Id => MaildirSource.SourceId;

    /// <inheritdoc/>
    public void Configure(IModuleBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(MaildirSettings.Read(builder.Settings));
        builder.AddReportSource<MaildirSource>();
    }
}
