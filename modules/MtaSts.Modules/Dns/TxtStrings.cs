using System.Globalization;
using System.Text;

namespace MtaSts.Modules.Dns;

/// <summary>The text of a TXT record in the forms that DNS software uses.</summary>
public static class TxtStrings
{
    /// <summary>Bytes of one character-string (RFC 1035 §3.3).</summary>
    public const int MaxString = 255;

    /// <summary>The text split into character-strings; at least one.</summary>
    public static IReadOnlyList<string> Cut(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == 0 ? [""] : [.. text.Chunk(MaxString).Select(part => new string(part))];
    }

    /// <summary>The text as in a zone file (RFC 1035 §5.1): quoted strings with a space between them.</summary>
    public static string Quote(string text) => string.Join(' ', Cut(text).Select(Quoted));

    /// <summary>The text of a record in that form, the strings joined. Text without quotes is returned unchanged, because some DNS hosts return it so.</summary>
    public static string Unquote(string content)
    {
        ArgumentNullException.ThrowIfNull(content);
        var trimmed = content.Trim();
        if (!trimmed.StartsWith('"'))
            return content;
        var text = new StringBuilder(trimmed.Length);
        var isInside = false;
        for (var i = 0; i < trimmed.Length; i++)
        {
            var character = trimmed[i];
            if (character == '"')
                isInside = !isInside;
            else if (character == '\\' && i + 1 < trimmed.Length)
                text.Append(Escaped(trimmed, ref i));
            else if (isInside)
                text.Append(character);
        }
        return text.ToString();
    }

    private static string Quoted(string part) => '"' + part.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"';

    // \DDD is a byte in decimal, \X the character X.
    private static char Escaped(string content, ref int at)
    {
        if (at + 3 < content.Length && byte.TryParse(content.AsSpan(at + 1, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var code))
        {
            at += 3;
            return (char)code;
        }
        at++;
        return content[at];
    }
}
