using System.Text.Json;

namespace MtaSts.Modules.Notices;

/// <summary>
/// A notice, independent of the kind of channel. Immutable. Its texts are complete sentences in one language, without markup. Names in the texts may come from
/// outsiders (reports, DNS) and may contain any character.
/// </summary>
public sealed record Notice
{
    /// <summary>Longest <see cref="Id"/> in characters.</summary>
    public const int MaxIdLength = 64;

    /// <summary>1 to <see cref="MaxIdLength"/> ASCII letters, digits, <c>-</c> and <c>_</c>, so that a header, a Message-ID or a signature can contain it without
    /// escaping. The same on each repeat.</summary>
    /// <exception cref="ArgumentException">The value is empty, too long or contains another character.</exception>
    public required string Id
    {
        get;
        init => field = value is { Length: > 0 and <= MaxIdLength } && value.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')
            ? value
            : throw new ArgumentException($"The id of a notice must have 1 to {MaxIdLength} ASCII letters, digits, - and _.", nameof(value));
    }

    /// <summary>What the notice is about.</summary>
    public required NoticeKind Kind { get; init; }

    /// <summary>How urgent the notice is.</summary>
    public required NoticeSeverity Severity { get; init; }

    /// <summary>The title, one line.</summary>
    public required string Title { get; init; }

    /// <summary>The text; lines within a paragraph are separated by LF.</summary>
    public IReadOnlyList<string> Paragraphs { get; init; } = [];

    /// <summary>What the owner should do; null when there is nothing to do.</summary>
    public string? NextStep { get; init; }

    /// <summary>The page with the details, an absolute https or http URL; null when there is none.</summary>
    public Uri? Link { get; init; }

    /// <summary>The page on which the recipient can unsubscribe without signing in; null when there is none. A POST to it unsubscribes at once (RFC 8058).</summary>
    public Uri? UnsubscribeLink { get; init; }

    /// <summary>The mail domain concerned, in A-labels; null when it concerns several or none.</summary>
    public string? Domain { get; init; }

    /// <summary>Identifies the cause: the notices with the same key form one thread. Not shown to people.</summary>
    public required string CauseKey { get; init; }

    /// <summary>When the notice was made; the same on each repeat.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the cause began; null when it has no beginning (digest, test).</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>When the cause ended; null while it lasts.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The content for programs: a JSON object whose members depend on <see cref="Kind"/>; null when there is none.</summary>
    public JsonElement? Facts { get; init; }
}

/// <summary>What a notice is about.</summary>
public enum NoticeKind
{
    /// <summary>An alert was raised, or its severity has increased.</summary>
    AlertRaised,

    /// <summary>An alert was resolved.</summary>
    AlertResolved,

    /// <summary>A periodic summary.</summary>
    Digest,

    /// <summary>Sent by a person to test the channel.</summary>
    Test,

    /// <summary>Asks the recipient to confirm that notices may be sent; <see cref="Notice.Link"/> is the page on which the recipient confirms.</summary>
    Confirmation,
}

/// <summary>How urgent a notice is.</summary>
public enum NoticeSeverity
{
    /// <summary>Nothing needs to be done.</summary>
    Information,

    /// <summary>Needs attention.</summary>
    Warning,

    /// <summary>Mail or its protection is lost, or will be if nothing is done.</summary>
    Critical,
}
