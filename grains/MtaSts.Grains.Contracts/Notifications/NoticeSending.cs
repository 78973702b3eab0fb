using MtaSts.Modules.Notices;

namespace MtaSts.Grains;

/// <summary>Sends a notice to a channel, once.</summary>
public static class NoticeSending
{
    /// <summary>The result of one attempt. Everything that is wrong with the channel is a result, not an exception.</summary>
    public static async Task<NoticeResult> SendAsync(this INotifiers notifiers, ChannelContent channel, ChannelValues values, Notice notice, IChannelSecrets secrets)
    {
        ArgumentNullException.ThrowIfNull(notifiers);
        ArgumentNullException.ThrowIfNull(channel);
        if (notifiers.Find(channel.Notifier) is not { } notifier)
            return new NoticeResult.Unavailable($"The notifier {channel.Notifier} is not available. The operator must install or enable it.");
        return values.Read(secrets) is { } settings ? await notifier.SendAsync(notice, settings, CancellationToken.None)
            : new NoticeResult.Refused("The channel's secret cannot be read, because its key is lost. Enter the secret again.");
    }

    /// <summary>The receiver's answer, or what is wrong.</summary>
    public static string Text(this NoticeResult result) => result switch
    {
        NoticeResult.Delivered delivered => delivered.Answer,
        NoticeResult.Unavailable unavailable => unavailable.Problem,
        NoticeResult.Failed failed => failed.Problem,
        NoticeResult.Refused refused => refused.Problem,
        _ => "",
    };

    /// <summary>The settings as the notifier gets them; null when a secret cannot be read.</summary>
    public static ChannelSettings? Read(this ChannelValues values, IChannelSecrets secrets)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(secrets);
        var read = values.Secret.Select(secret => KeyValuePair.Create(secret.Key, secrets.Unprotect(secret.Value))).ToArray();
        return Array.Exists(read, static secret => secret.Value is null) ? null : new ChannelSettings([.. values.Open, .. read.Select(static secret => KeyValuePair.Create(secret.Key, secret.Value!))]);
    }
}
