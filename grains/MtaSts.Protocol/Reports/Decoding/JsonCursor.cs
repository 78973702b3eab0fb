using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>The JSON is nested deeper than the limit. Handled like the reader's own errors.</summary>
internal sealed class JsonTooDeepException : JsonException;

/// <summary>
/// A forward reader over JSON that enforces the limits: depth, text length, list length, range of counts. Corrections are
/// noted with their position.
/// </summary>
internal ref struct JsonCursor
{
    private readonly ReportLimits _limits;
    private readonly Words _words;
    private Utf8JsonReader _reader;

    public JsonCursor(ReadOnlySpan<byte> utf8, Words words, ReportLimits limits)
    {
        _limits = limits;
        _words = words;
        Mends = new Mends(limits.MaxMends);
        // The reader's own limit is higher, so that ours is reached first and can be distinguished from other errors.
        _reader = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = limits.MaxJsonDepth + 1 });
    }

    public Mends Mends;

    public Truncations Truncated
    {
        readonly get => Mends.Truncated ? field | Truncations.Mends : field;
        set;
    }

    /// <summary>Index of the policy being read, for notes; −1 outside.</summary>
    public int Policy = -1;

    /// <summary>Index of the failure detail being read, for notes; −1 outside.</summary>
    public int Detail = -1;

    public readonly JsonTokenType Token => _reader.TokenType;

    /// <summary>Bytes consumed up to the end of the current token.</summary>
    public readonly int Used => (int)_reader.BytesConsumed;

    public void Next()
    {
        if (!_reader.Read())
            throw new JsonException("The text ends early.");
        if (_reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray && _reader.CurrentDepth >= _limits.MaxJsonDepth)
            throw new JsonTooDeepException();
    }

    /// <summary>Moves to the next name of the object; false at its end.</summary>
    public bool NextName()
    {
        Next();
        return _reader.TokenType == JsonTokenType.PropertyName;
    }

    /// <summary>Moves to the next element of the list; false at its end.</summary>
    public bool NextElement()
    {
        Next();
        return _reader.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>Whether the current name equals this one. The framework's comparison throws on an unpaired surrogate.</summary>
    public readonly bool IsName(ReadOnlySpan<byte> name)
        => _reader.ValueIsEscaped ? IsEscapedName(name) : _reader.ValueSpan.SequenceEqual(name);

    private readonly bool IsEscapedName(ReadOnlySpan<byte> name)
    {
        // Six bytes, \uXXXX, at most for each character.
        const int LongestName = 32, LongestEscape = 6;
        var written = _reader.ValueSpan;
        if (written.Length > LongestName * LongestEscape)
            return false;
        Span<byte> resolved = stackalloc byte[LongestName * LongestEscape];
        return resolved[..JsonEscapes.Resolve(written, resolved)].SequenceEqual(name);
    }

    /// <summary>Whether this is the first occurrence of the name in its object. If not, its value is skipped (RFC 7493 §2.3 forbids it; readers differ).</summary>
    public bool First(ref int seen, int bit)
    {
        if ((seen & bit) == 0)
        {
            seen |= bit;
            return true;
        }
        Note(MendCodes.DuplicateName, "", "A name occurs twice in one object; the first was used.");
        SkipValue();
        return false;
    }

    /// <summary>Enters the value of the name; false when it is not an object (then it is skipped, with a note unless null).</summary>
    public bool EnterObject() => Enter(JsonTokenType.StartObject);

    /// <summary>Enters the value of the name; false when it is not a list (then it is skipped, with a note unless null).</summary>
    /// <param name="single">It is an object, at the current position: either the only element or unusable (see <see cref="NoteSingle"/>).</param>
    public bool EnterList(out bool single)
    {
        Next();
        single = _reader.TokenType == JsonTokenType.StartObject;
        return single || EnterHere(JsonTokenType.StartArray);
    }

    /// <summary>Notes an object in place of a list.</summary>
    public void NoteSingle(bool isRead, string where)
    {
        if (isRead)
            Note(MendCodes.ListAsObject, where, "A list was expected; the object was read as its only element.");
        else
            Note(MendCodes.WrongKind, "", "A list was expected; the value was ignored.");
    }

    private bool Enter(JsonTokenType kind)
    {
        Next();
        return EnterHere(kind);
    }

    private bool EnterHere(JsonTokenType kind)
    {
        if (_reader.TokenType == kind)
            return true;
        if (_reader.TokenType != JsonTokenType.Null)
            Note(MendCodes.WrongKind, "", kind == JsonTokenType.StartObject ? "An object was expected; the value was ignored." : "A list was expected; the value was ignored.");
        Skip();
        return false;
    }

    /// <summary>Skips the value of the current name.</summary>
    public void SkipValue()
    {
        Next();
        Skip();
    }

    /// <summary>Skips the value that begins at the current token.</summary>
    public void Skip()
    {
        if (_reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return;
        var depth = _reader.CurrentDepth;
        do
            Next();
        while (_reader.CurrentDepth > depth);
    }

    /// <summary>Skips the element that begins at the current token, and all following elements of the list.</summary>
    public void SkipRestOfArray()
    {
        do
            Skip();
        while (NextElement());
    }

    /// <summary>The value of the name as text, trimmed; null when it is empty, null or not a text.</summary>
    public string? Text(string where)
    {
        Next();
        return TextHere(where);
    }

    private string? TextHere(string where)
    {
        switch (_reader.TokenType)
        {
            case JsonTokenType.String:
                return Decode(_reader.ValueSpan, _reader.ValueIsEscaped, where);
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.Number:
                Note(MendCodes.TextAsNumber, where, "The text is a number; its digits were used.");
                return Decode(_reader.ValueSpan, false, where);
            default:
                Note(MendCodes.WrongKind, where, "A text was expected; the value was ignored.");
                Skip();
                return null;
        }
    }

    /// <summary>The value of the name as a list of texts; accepts a single text, and a list packed into one text. Empty elements are omitted.</summary>
    public IReadOnlyList<string> List(string where)
    {
        Next();
        if (_reader.TokenType != JsonTokenType.StartArray)
        {
            if (TextHere(where) is not { } single)
                return [];
            var unpacked = new List<string>(1);
            Unpack(single, unpacked, where);
            Note(MendCodes.ListAsText, where, "A list was expected; the text was read as its only element.");
            return unpacked.ToArray();
        }
        var list = new List<string>(4);
        while (NextElement())
        {
            if (list.Count >= _limits.MaxListElements)
            {
                CutList(where);
                SkipRestOfArray();
                break;
            }
            if (TextHere(where) is { } text)
                Unpack(text, list, where);
        }
        return list.Count == 0 ? [] : list.ToArray();
    }

    /// <summary>A count, 0 … 2^53 − 1, in any representation.</summary>
    public long Count(string where)
    {
        Next();
        switch (_reader.TokenType)
        {
            case JsonTokenType.Number:
                return CountOf(_reader.ValueSpan, where);
            case JsonTokenType.String:
                // The longest number read from a text: sign, digits of a double, exponent.
                const int LongestNumber = 64;
                if (!_reader.ValueIsEscaped && _reader.ValueSpan.Length <= LongestNumber && IsNumber(_reader.ValueSpan.Trim(" \t"u8)))
                {
                    Note(MendCodes.CountAsText, where, "The count is a text; it was read as a number.");
                    return CountOf(_reader.ValueSpan.Trim(" \t"u8), where);
                }
                break;
        }
        Note(MendCodes.CountInvalid, where, "The count is not a number; it was read as 0.");
        Skip();
        return 0;
    }

    public void Note(string code, string where, string text)
    {
        if (Mends.Wanted)
            Mends.Add(new Mend(code, Place(where), text));
    }

    private readonly string Place(string where)
    {
        if (Policy < 0)
            return where;
        var place = string.Create(CultureInfo.InvariantCulture, $"policies[{Policy}]");
        if (Detail >= 0)
            place += string.Create(CultureInfo.InvariantCulture, $".failure-details[{Detail}]");
        return where.Length == 0 ? place : place + "." + where;
    }

    private static bool IsNumber(ReadOnlySpan<byte> text)
        => Utf8Parser.TryParse(text, out double value, out var used) && used == text.Length && !double.IsNaN(value);

    private long CountOf(ReadOnlySpan<byte> number, string where)
    {
        if (Utf8Parser.TryParse(number, out long whole, out var used) && used == number.Length)
        {
            if (whole is >= 0 and <= SessionCount.Maximum)
                return whole;
        }
        else if (!Utf8Parser.TryParse(number, out double real, out used) || used != number.Length)
        {
            Note(MendCodes.CountInvalid, where, "The count is not a number; it was read as 0.");
            return 0;
        }
        else if (real >= 0 && real <= SessionCount.Maximum)
        {
            if (Math.Floor(real) != real)
                Note(MendCodes.CountNotWhole, where, "The count is not whole; it was rounded down.");
            return (long)Math.Floor(real);
        }
        if (number[0] == '-')
        {
            Note(MendCodes.CountNegative, where, "The count is negative; it was read as 0.");
            return 0;
        }
        Note(MendCodes.CountTooLarge, where, "The count is larger than 2^53 - 1; it was read as that.");
        return SessionCount.Maximum;
    }

    // Microsoft writes all TLSA records as one text that holds a JSON list.
    private void Unpack(string text, List<string> list, string where)
    {
        if (text is not ['[', .., ']'] || !TryUnpack(text, list, where))
            list.Add(text);
    }

    private bool TryUnpack(string text, List<string> list, string where)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var inner = new Utf8JsonReader(utf8, new JsonReaderOptions { MaxDepth = 1 });
        var found = new List<string>();
        try
        {
            inner.Read();
            while (inner.Read() && inner.TokenType != JsonTokenType.EndArray)
            {
                if (inner.TokenType != JsonTokenType.String)
                    return false;
                if (Decode(inner.ValueSpan, inner.ValueIsEscaped, where) is { } element)
                    found.Add(element);
            }
        }
        catch (JsonException)
        {
            return false;
        }
        // A list may be packed more than once; each level adds escapes, so the length of the text bounds the depth.
        foreach (var element in found)
            Unpack(element, list, where);
        if (list.Count > _limits.MaxListElements)
        {
            CutList(where);
            list.RemoveRange(_limits.MaxListElements, list.Count - _limits.MaxListElements);
        }
        Note(MendCodes.ListPackedInText, where, "A list was packed into one text; it was unpacked.");
        return true;
    }

    private void CutList(string where)
    {
        Truncated |= Truncations.Lists;
        Note(MendCodes.ListTruncated, where, $"The list has more than {_limits.MaxListElements} elements; the rest was skipped.");
    }

    private string? Decode(ReadOnlySpan<byte> text, bool escaped, string where)
    {
        if (!escaped)
            return Finish(text, mayHoldNul: false, where);
        // Leading white space is trimmed later, so it is not counted.
        var rented = ArrayPool<byte>.Shared.Rent(text.Length);
        try
        {
            var length = JsonEscapes.Resolve(text, rented);
            return Finish(rented.AsSpan(0, length), mayHoldNul: true, where);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    // NUL occurs in a JSON text only as an escape: the reader refuses it otherwise.
    private string? Finish(ReadOnlySpan<byte> text, bool mayHoldNul, string where)
    {
        if (text.IsEmpty)
            return null;
        if (text[0] <= ' ' || text[^1] <= ' ')
        {
            text = text.Trim(" \t\r\n"u8);
            if (text.IsEmpty)
                return null;
        }
        if (text.Length > _limits.MaxStringBytes)
        {
            CutText(where);
            var end = _limits.MaxStringBytes;
            // Does not cut within a character: continuation bytes are 10xxxxxx, and a character has at most three.
            for (var back = 0; back < 3 && end > 0 && (text[end] & 0xC0) == 0x80; back++)
                end--;
            text = text[..end];
        }
        var nul = mayHoldNul && text.Contains((byte)0);
        if (!nul && _words.Find(text) is { } word)
            return word;
        if (!nul && Utf8.IsValid(text))
            return Encoding.UTF8.GetString(text);
        Note(MendCodes.TextRepaired, where, "The text contains NUL or is not UTF-8; it was replaced with U+FFFD.");
        var repaired = Encoding.UTF8.GetString(text).Replace('\0', '\uFFFD');
        // An invalid UTF-8 byte became three bytes.
        if (Encoding.UTF8.GetByteCount(repaired) <= _limits.MaxStringBytes)
            return repaired;
        CutText(where);
        Utf8.FromUtf16(repaired, new byte[_limits.MaxStringBytes], out var kept, out _);
        return repaired[..kept];
    }

    private void CutText(string where)
    {
        Truncated |= Truncations.Strings;
        Note(MendCodes.TextTruncated, where, $"The text is longer than {_limits.MaxStringBytes} bytes; it was cut.");
    }
}
