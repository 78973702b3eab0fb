using Microsoft.Extensions.DependencyInjection;

namespace MtaSts.Modules.Mail;

/// <summary>Sends notices by mail, through a mail server of the operator. The README of this module describes the set-up.</summary>
public sealed class MailModule : IModule
{
    /// <inheritdoc/>
    public string Id => MailNotifier.NotifierId;

    /// <inheritdoc/>
    public void Configure(IModuleBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = MailSettings.Read(builder.Settings);
        builder.Services.AddSingleton(options);
        builder.AddNotifier<MailNotifier>(options.Host is null ? $"Modules:{Id}:{nameof(MailOptions.Host)}" : null);
    }
}
