using System.Globalization;
using System.Text;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>
/// Resolves the escapes of a JSON text (RFC 8259 §7) whose syntax the reader has checked. Unlike the framework, it accepts an unpaired surrogate,
/// and writes U+FFFD.
/// </summary>
internal static class JsonEscapes
{
    /// <summary>Writes UTF-8 to <paramref name="output"/>, which must be as long as <paramref name="text"/>; returns the length written.</summary>
    public static int Resolve(ReadOnlySpan<byte> text, Span<byte> output)
    {
        var length = 0;
        while (true)
        {
            var plain = text.IndexOf((byte)'\\');
            if (plain < 0)
            {
                text.CopyTo(output[length..]);
                return length + text.Length;
            }
            text[..plain].CopyTo(output[length..]);
            length += plain;
            var letter = text[plain + 1];
            text = text[(plain + 2)..];
            if (letter != 'u')
            {
                output[length++] = letter switch
                {
                    (byte)'b' => 8,
                    (byte)'t' => 9,
                    (byte)'n' => 10,
                    (byte)'f' => 12,
                    (byte)'r' => 13,
                    _ => letter,
                };
                continue;
            }
            var rune = Character(ref text);
            length += rune.EncodeToUtf8(output[length..]);
        }
    }

    private static Rune Character(ref ReadOnlySpan<byte> text)
    {
        var unit = Unit(text);
        text = text[4..];
        if (Rune.TryCreate(unit, out var rune))
            return rune;
        if (char.IsHighSurrogate(unit) && text is [(byte)'\\', (byte)'u', ..] && Rune.TryCreate(unit, Unit(text[2..]), out rune))
        {
            text = text[6..];
            return rune;
        }
        return Rune.ReplacementChar;
    }

    private static char Unit(ReadOnlySpan<byte> digits)
        => (char)ushort.Parse(digits[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
