using System.Text;
using System.Text.RegularExpressions;

namespace MtaSts.Modules.Notices;

/// <summary>Makes texts from outsiders safe for a line or a paragraph, and cuts them to the limit of a format.</summary>
public static class NoticeText
{
    /// <summary>What a cut text ends with.</summary>
    private const string Ellipsis = "…";

    /// <summary>
    /// Returns the text as one line: a space replaces each control character, line separator, lone surrogate and bidirectional control.
    /// </summary>
    /// <param name="text">Any text.</param>
    /// <param name="maxLength">Longest result in UTF-16 code units, 1 or more; a longer text is cut and ends with an ellipsis.</param>
    public static string Line(string text, int maxLength = int.MaxValue) => Cut(Clean(text, keepLines: false), maxLength);

    /// <summary>Like <see cref="Line"/>, but each line end (also CRLF, form feed, and the line and paragraph separators) becomes LF.</summary>
    /// <inheritdoc cref="Line"/>
    public static string Paragraph(string text, int maxLength = int.MaxValue) => Cut(Clean(text, keepLines: true), maxLength);

    /// <summary>Returns the text if it is within the limit, otherwise its beginning and an ellipsis; without the ellipsis where the limit is smaller than it. No character is divided.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="maxLength">Longest result in the unit of <paramref name="width"/>, 1 or more.</param>
    /// <param name="width">Returns the length of a character; null for its UTF-16 code units. Also used for the ellipsis.</param>
    public static string Cut(string text, int maxLength, Func<Rune, int>? width = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        width ??= static rune => rune.Utf16SequenceLength;
        var (length, end, fits) = (0, 0, 0);
        var ellipsis = width(Ellipsis.EnumerateRunes().First()) <= maxLength ? Ellipsis : "";
        var room = maxLength - ellipsis.EnumerateRunes().Sum(width);
        foreach (var rune in text.EnumerateRunes())
        {
            length += width(rune);
            if (length > maxLength)
                return text[..fits] + ellipsis;
            end += rune.Utf16SequenceLength;
            if (length <= room)
                fits = end;
        }
        return text;
    }

    /// <summary>Returns texts until their total length reaches a limit; the last one is cut to fit.</summary>
    /// <param name="texts">Any texts.</param>
    /// <param name="maxLength">Largest total length of the results in UTF-16 code units.</param>
    /// <param name="maxCount">Most results.</param>
    public static IEnumerable<string> Fit(IEnumerable<string> texts, int maxLength, int maxCount)
    {
        ArgumentNullException.ThrowIfNull(texts);
        foreach (var text in texts.Take(maxCount))
        {
            if (maxLength <= 0)
                yield break;
            var cut = Cut(text, maxLength);
            maxLength -= cut.Length;
            yield return cut;
        }
    }

    /// <summary>Replaces each secret by an asterisk, also where some of its characters are percent-encoded or decoded. Letters match in upper and lower case.</summary>
    /// <param name="text">A text of the receiver, which may repeat what was sent to it.</param>
    /// <param name="secrets">Of any length; empty ones are ignored.</param>
    public static string Redact(string text, IEnumerable<string> secrets)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(secrets);
        string[] forms = [.. secrets.Where(static secret => secret.Length > 0).OrderByDescending(static secret => secret.Length).SelectMany(static secret => new[] { Regex.Escape(secret), AnyEncoding(secret) })];
        return forms.Length == 0 ? text : Regex.Replace(text, string.Join('|', forms), "*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }

    private static string AnyEncoding(string secret) => string.Concat(Uri.UnescapeDataString(secret).EnumerateRunes().Select(static rune => rune.IsAscii && Rune.IsLetterOrDigit(rune)
        ? rune.ToString()
        : $"(?:{Regex.Escape(rune.ToString())}|{string.Concat(Encoding.UTF8.GetBytes(rune.ToString()).Select(static octet => $"%{octet:X2}"))})"));

    /// <summary>Returns a link in ASCII; null when it is not an absolute https or http URL, or is longer than the limit, because a cut link leads to another page.</summary>
    /// <param name="link">Any URL; null for none.</param>
    /// <param name="maxLength">Longest result in characters.</param>
    public static string? Link(Uri? link, int maxLength = int.MaxValue) =>
        link is { IsAbsoluteUri: true } && (link.Scheme == Uri.UriSchemeHttps || link.Scheme == Uri.UriSchemeHttp) && link.AbsoluteUri is var url && url.Length <= maxLength ? url : null;

    private static string Clean(string text, bool keepLines)
    {
        ArgumentNullException.ThrowIfNull(text);
        var clean = new StringBuilder(text.Length);
        foreach (var rune in (keepLines ? text.ReplaceLineEndings("\n") : text).EnumerateRunes())
        {
            if (Rune.IsControl(rune) && !(keepLines && rune.Value == '\n') || IsMisleading(rune.Value))
                clean.Append(' ');
            else
                clean.Append(rune.ToString());
        }
        return clean.ToString();
    }

    /// <summary>Line and paragraph separators; bidirectional controls (Unicode TR9), which can make a text look like another one; U+FFFD, which stands for a lone surrogate.</summary>
    private static bool IsMisleading(int value) => value is 0x2028 or 0x2029 or 0x200E or 0x200F or 0x061C or (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0xFFFD;
}
