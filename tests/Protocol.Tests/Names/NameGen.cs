using CsCheck;

namespace MtaSts.Protocol.Tests.Names;

/// <summary>Names to try rules with.</summary>
internal static class NameGen
{
    private const string Alphanumeric = "abcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>A label of letters, digits and inner hyphens, never one that looks like an A-label.</summary>
    public static readonly Gen<string> Label =
        Gen.Select(Gen.Char[Alphanumeric], Gen.Char[Alphanumeric + "-"].Array[0, 12], Gen.Char[Alphanumeric])
            .Select(static (first, inner, last) => $"{first}{new string(inner)}{last}")
            .Where(static label => !label.StartsWith("xn--", StringComparison.Ordinal));

    /// <summary>A domain of two to five labels, sometimes with an internationalised one.</summary>
    public static readonly Gen<string> Domain =
        Gen.Select(Gen.Frequency((6, Label), (1, Pick("xn--bcher-kva", "xn--r8jz45g", "xn--mller-kva"))).Array[1, 4], Pick("example", "com", "xn--zckzah"))
            .Select(static (labels, top) => $"{string.Join('.', labels)}.{top}");

    /// <summary>Text near to names: mostly their characters, some that are not.</summary>
    public static readonly Gen<string> Near =
        Gen.Frequency((12, Gen.Char["abcXYZ019"]), (4, Gen.Const('.')), (2, Gen.Const('-')), (2, Gen.Char["*_: @/[]"]), (1, Gen.Char["üß。．\u200D\u0308\u05D0\uD83D\uDE00\u00AD\u0130"]), (1, Gen.Char))
            .Array[0, 40].Select(static chars => new string(chars));

    /// <summary>One of these.</summary>
    public static Gen<T> Pick<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);
}
