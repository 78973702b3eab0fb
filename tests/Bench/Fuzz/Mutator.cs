using System.Globalization;
using System.Text;

namespace MtaSts.Bench.Fuzz;

/// <summary>Changes bytes without knowing what they mean.</summary>
internal static class Mutator
{
    /// <summary>Longest input: readers' own limits are tested elsewhere; here number counts.</summary>
    public const int MaxInput = 64 * 1024;

    private const int MaxSteps = 8;
    private const int LongestPiece = 64;

    private static readonly byte[][] Numbers = [.. new[]
    {
        "0", "-0", "-1", "1", "127", "128", "255", "256", "32767", "32768", "65535", "65536", "2147483647", "2147483648", "-2147483649", "4294967295", "4294967296",
        "9007199254740991", "9007199254740992", "9223372036854775807", "9223372036854775808", "18446744073709551616", "1e308", "1e309", "-1e309", "1e-400", "0.5", "00", "1e", "NaN", "99999999999999999999999999",
    }.Select(Encoding.ASCII.GetBytes)];

    private static readonly byte[][] Troubles =
    [
        [0], [0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xFE, 0xFF], "\r"u8.ToArray(), "\n"u8.ToArray(), "\r\n"u8.ToArray(), "\n\n"u8.ToArray(),
        "\r\n.\r\n"u8.ToArray(), "\n.\n"u8.ToArray(), "\r.\r"u8.ToArray(), "\u0130"u8.ToArray(), "\u00df"u8.ToArray(), "\u3002"u8.ToArray(), "\u202e"u8.ToArray(), "\u2028"u8.ToArray(),
    ];

    public static byte[] Mutate(byte[] sample, IReadOnlyList<byte[]> samples, IReadOnlyList<byte[]> words, Dice dice)
    {
        var bytes = new List<byte>(sample.Length + 256);
        bytes.AddRange(sample);
        for (var step = dice.Below(MaxSteps); step >= 0 && bytes.Count <= MaxInput; step--)
            Step(bytes, samples, words, dice);
        if (bytes.Count > MaxInput)
            bytes.RemoveRange(MaxInput, bytes.Count - MaxInput);
        return [.. bytes];
    }

    private static void Step(List<byte> bytes, IReadOnlyList<byte[]> samples, IReadOnlyList<byte[]> words, Dice dice)
    {
        var at = dice.Below(bytes.Count + 1);
        var length = Math.Min(1 + dice.Below(dice.OneIn(8) ? bytes.Count + 1 : LongestPiece), bytes.Count - at);
        switch (dice.Below(12))
        {
            case 0 when length > 0:
                bytes[at] ^= (byte)(1 << dice.Below(8));
                break;
            case 1 when length > 0:
                bytes[at] = dice.Octet();
                break;
            case 2:
                bytes.Insert(at, dice.Octet());
                break;
            case 3:
                bytes.RemoveRange(at, length);
                break;
            case 4:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            case 5:
                bytes.InsertRange(dice.Below(bytes.Count + 1), bytes.GetRange(at, length));
                break;
            case 6: // A piece of another sample, in place of one here or between.
                var other = dice.Of(samples);
                var from = dice.Below(other.Length + 1);
                bytes.RemoveRange(at, dice.OneIn(2) ? length : 0);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(1 + dice.Below(4 * LongestPiece), other.Length - from)));
                break;
            case 7:
                bytes.InsertRange(at, dice.Of(words));
                break;
            case 8:
                bytes.InsertRange(at, dice.Of(Troubles));
                break;
            case 9:
                Number(bytes, at, dice);
                break;
            case 10:
                bytes.RemoveRange(at, bytes.Count - at); // Ends early.
                break;
            default:
                bytes.InsertRange(at, Enumerable.Repeat(dice.OneIn(2) && length > 0 ? bytes[at] : dice.Octet(), 1 + dice.Below(dice.OneIn(16) ? 6000 : 40)));
                break;
        }
    }

    /// <summary>The next number becomes one at a boundary, or one more or less.</summary>
    private static void Number(List<byte> bytes, int at, Dice dice)
    {
        while (at < bytes.Count && !char.IsAsciiDigit((char)bytes[at]))
            at++;
        var end = at;
        while (end < bytes.Count && char.IsAsciiDigit((char)bytes[end]))
            end++;
        var written = Encoding.ASCII.GetString([.. bytes.GetRange(at, end - at)]);
        bytes.RemoveRange(at, end - at);
        bytes.InsertRange(at, dice.OneIn(3) && long.TryParse(written, out var number) ? Encoding.ASCII.GetBytes((number + (dice.OneIn(2) ? 1 : -1)).ToString(CultureInfo.InvariantCulture)) : dice.Of(Numbers));
    }
}
