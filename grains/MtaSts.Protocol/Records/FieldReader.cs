using System.Diagnostics.CodeAnalysis;

namespace MtaSts.Protocol;

/// <summary>
/// The grammar that RFC 8461 §3.1 and RFC 8460 §3 share: a version, then fields <c>name=value</c> after <c>*WSP ";" *WSP</c>, the last
/// delimiter optional.
/// </summary>
internal ref struct FieldReader(ReadOnlySpan<char> text, int position)
{
    /// <summary>Longest record parsed, in characters: the largest RDATA that DNS can carry (RFC 1035 §3.2.1).</summary>
    public const int MaxRecordLength = 65_535;

    /// <summary>Longest name of a field.</summary>
    private const int MaxNameLength = 32;

    private readonly ReadOnlySpan<char> _text = text;
    private int _position = position;

    public readonly bool AtEnd => _position == _text.Length;

    public readonly ReadOnlySpan<char> Rest => _text[_position..];

    /// <summary>Takes <c>*WSP ";" *WSP</c>; takes nothing when no semicolon follows.</summary>
    public bool TryTakeDelimiter() => TryTakeSeparator(';');

    /// <summary>Takes <c>*WSP separator *WSP</c>; takes nothing when the separator does not follow.</summary>
    public bool TryTakeSeparator(char separator)
    {
        var rest = Rest.TrimStart(" \t");
        if (rest.IsEmpty || rest[0] != separator)
            return false;
        _position = _text.Length - rest[1..].TrimStart(" \t").Length;
        return true;
    }

    /// <summary>Takes white space.</summary>
    public void SkipSpace() => _position = _text.Length - Rest.TrimStart(" \t").Length;

    /// <summary>Takes <c>name=</c>.</summary>
    public bool TryTakeName(out ReadOnlySpan<char> name, [NotNullWhen(false)] out string? problem)
    {
        var length = 0;
        while (length < Rest.Length && IsNameCharacter(Rest[length]))
            length++;
        name = Rest[..length];
        problem = (length, length < Rest.Length ? Rest[length] : '\0') switch
        {
            (0, ';') => "There are two semicolons in a row. Remove one.",
            (_, ' ' or '\t') when length > 0 => $"After \u201c{name[..Math.Min(length, MaxNameLength)]}\u201d there must be = without a space.",
            (_, not '=') => "A field must be a name, =, and a value, such as id=20260101000000.",
            (0 or > MaxNameLength, _) => $"The name of a field must have 1 to {MaxNameLength} characters.",
            _ => char.IsAsciiLetterOrDigit(name[0]) ? null : "The name of a field must begin with a letter or a digit.",
        };
        if (problem is not null)
            return false;
        _position += length + 1;
        return true;
    }

    /// <summary>Takes a value: printable ASCII without <c>=</c>, <c>;</c> and white space. May be empty.</summary>
    public ReadOnlySpan<char> TakeValue()
    {
        var length = 0;
        while (length < Rest.Length && Rest[length] is > ' ' and < '\x7F' and not ';' and not '=')
            length++;
        var value = Rest[..length];
        _position += length;
        return value;
    }

    /// <summary>Takes one URI of a list: everything up to white space, a comma or a semicolon. May be empty.</summary>
    public ReadOnlySpan<char> TakeUri()
    {
        var length = Rest.IndexOfAny(" \t,;");
        var uri = length < 0 ? Rest : Rest[..length];
        _position += uri.Length;
        return uri;
    }

    /// <summary>Explains the text at a position where a delimiter or the end is required.</summary>
    public readonly string ExplainLeftover() => Rest.TrimStart(" \t") switch
    {
        [] => "There is white space at the end. Remove it.",
        ['=', ..] => "A value must not contain =.",
        [> '\x7E', ..] => "Only ASCII characters are allowed.",
        [< ' ', ..] or ['\x7F', ..] => "Control characters are not allowed.",
        _ => "Fields must be separated by a semicolon, and a value must not contain spaces.",
    };

    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.';
}
