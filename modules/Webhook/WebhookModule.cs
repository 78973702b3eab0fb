using MtaSts.Modules.Notices;

namespace MtaSts.Modules.Webhook;

/// <summary>Sends notices as signed JSON to a URL of the owner. The README of this module describes how to receive them.</summary>
public sealed class WebhookModule : IModule
{
    /// <inheritdoc/>
    public string Id => WebhookNotifier.NotifierId;

    /// <inheritdoc/>
    public void Configure(IModuleBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddHttpNotices(HttpNoticeOptions.Read(builder.Settings));
        builder.AddNotifier<WebhookNotifier>();
    }
}
