using Microsoft.Extensions.DependencyInjection;

namespace MtaSts.Modules.Smtp;

/// <summary>Reports by mail, over SMTP and LMTP. How to set it up is in this module's README.</summary>
public sealed class SmtpModule : IModule
{
    /// <inheritdoc/>
    public string Id => SmtpSource.SourceId;

    /// <inheritdoc/>
    public void Configure(IModuleBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddSingleton(SmtpSettings.Read(builder.Settings));
        builder.AddReportSource<SmtpSource>();
    }
}
