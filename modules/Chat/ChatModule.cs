using MtaSts.Modules.Notices;

namespace MtaSts.Modules.Chat;

/// <summary>Sends notices as messages to Slack, Microsoft Teams, Discord or ntfy. The README of this module describes how to set up a channel.</summary>
public sealed class ChatModule : IModule
{
    /// <inheritdoc/>
    public string Id => ChatNotifier.NotifierId;

    /// <inheritdoc/>
    public void Configure(IModuleBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.AddHttpNotices(HttpNoticeOptions.Read(builder.Settings));
        builder.AddNotifier<ChatNotifier>();
    }
}
