using System.Text.Json;
using MtaSts.Modules.Notices;

namespace MtaSts.Modules.Testing;

/// <summary>The environment of a notifier under test: the notifier, a channel, and the receiver that the channel leads to.</summary>
/// <param name="Notifier">The notifier, which may connect to the receiver.</param>
/// <param name="Channel">Valid settings that lead to the receiver.</param>
/// <param name="Wrong">Invalid settings of every kind, each with the field that a problem must name.</param>
/// <param name="Secrets">Values that no problem may contain. The receiver repeats them in its answers if the protocol allows it.</param>
/// <param name="Behave">Sets how the receiver answers from now on.</param>
/// <param name="Received">The ids of the notices that the receiver got, in order, with repeats, as read from the part of the message that carries them.</param>
/// <param name="LetTimePass">Called repeatedly while the receiver hangs: a scene with a test clock advances it here, by at most a second.</param>
public sealed record NotifierScene(
    INotifier Notifier,
    ChannelSettings Channel,
    IReadOnlyList<(string Field, ChannelSettings Settings)> Wrong,
    IReadOnlyList<string> Secrets,
    Action<ReceiverMood> Behave,
    Func<IReadOnlyList<string>> Received,
    Func<Task> LetTimePass)
{
    /// <summary>
    /// A notifier with the operator's default settings, for a kind of channel whose settings name the server: it must not connect to the receiver, whose address is not public.
    /// Null when all channels use a server of the operator; the tests on addresses, redirects and the size of answers are then skipped.
    /// </summary>
    public INotifier? Restricted { get; init; }

    /// <summary>A notice with all its members. Some texts contain markup and line breaks of an attacker.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cause">Its cause.</param>
    public static Notice Sample(string id, string cause = "example.com/certificate") => new()
    {
        Id = id,
        Kind = NoticeKind.AlertRaised,
        Severity = NoticeSeverity.Critical,
        Title = "The certificate of mx1.example.com <has expired> & “more”\r\nBcc: other@example.net",
        Paragraphs = ["Mail from senders that enforce the policy is lost.\nSince 1 January.", "mx2_a.example.com *and* [others](https://evil.example/) <!channel> @everyone <script>alert(1)</script>"],
        NextStep = "Renew the certificate.",
        Link = new Uri("https://mta.example.net/domains/example.com?tab=alerts&id=1"),
        UnsubscribeLink = new Uri("https://mta.example.net/channels/1"),
        Domain = "example.com",
        CauseKey = cause,
        CreatedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Since = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero),
        Facts = JsonDocument.Parse("""{"mx":"mx1.example.com","notAfter":"2026-01-01T00:00:00Z"}""").RootElement,
    };
}

/// <summary>How a receiver answers.</summary>
public enum ReceiverMood
{
    /// <summary>It accepts: HTTP 200, SMTP 250.</summary>
    Accepts,

    /// <summary>It accepts the connection and never answers.</summary>
    Hangs,

    /// <summary>It fails temporarily: HTTP 503, SMTP 451.</summary>
    Fails,

    /// <summary>It refuses permanently: HTTP 404, SMTP 550.</summary>
    Refuses,

    /// <summary>It closes the connection without an answer.</summary>
    Breaks,

    /// <summary>It answers with a redirect to another path of its own, and records what arrives there: HTTP 307. Only for a scene with <see cref="NotifierScene.Restricted"/>.</summary>
    Redirects,

    /// <summary>It fails with an answer without end: HTTP 500. Only for a scene with <see cref="NotifierScene.Restricted"/>.</summary>
    Floods,
}
