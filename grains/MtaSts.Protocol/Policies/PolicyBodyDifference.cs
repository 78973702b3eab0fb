namespace MtaSts.Protocol;

/// <summary>Kinds of differences between two policy files. All but <see cref="Meaning"/> are harmless: senders read the same policy.</summary>
public enum PolicyBodyDifferenceKind
{
    /// <summary>Lines end in LF and not in CRLF; both are allowed (RFC 8461 §3.2, erratum 6253).</summary>
    LineEnds,

    /// <summary>The last line has no line end, which is optional.</summary>
    LastLineEnd,

    /// <summary>White space after a colon or at the end of a line.</summary>
    Spacing,

    /// <summary>The same lines in another order.</summary>
    Order,

    /// <summary>Fields that RFC 8461 does not define. Senders ignore them.</summary>
    UnknownFields,

    /// <summary>A line that occurs again: of a field other than mx the first counts.</summary>
    Repeated,

    /// <summary>Host names in upper case.</summary>
    Case,

    /// <summary>Another mode, max_age, or MX host: senders apply another policy.</summary>
    Meaning,
}

/// <summary>A difference between two policy files.</summary>
/// <param name="Theirs">The lines of the first file that are concerned; empty when it is the whole file.</param>
/// <param name="Ours">The lines of the second file in their place.</param>
public sealed record PolicyBodyDifference(PolicyBodyDifferenceKind Kind, IReadOnlyList<string> Theirs, IReadOnlyList<string> Ours);
