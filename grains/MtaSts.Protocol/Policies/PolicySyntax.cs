using System.Buffers;
using System.Text;

namespace MtaSts.Protocol;

/// <summary>The terminals of RFC 8461 §3.2's grammar, and texts for input that does not match them.</summary>
internal static class PolicySyntax
{
    private const int MaxKeyLength = 32;

    private static readonly string[] Known = ["version", "mode", "max_age", "mx"];

    /// <summary>sts-policy-ext-name: a letter or digit, then up to 31 of letters, digits, <c>_ - .</c></summary>
    public static bool IsKey(ReadOnlySpan<byte> key)
    {
        if (key.Length is 0 or > MaxKeyLength || !char.IsAsciiLetterOrDigit((char)key[0]))
            return false;
        foreach (var b in key)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && b is not ((byte)'_' or (byte)'-' or (byte)'.'))
                return false;
        }

        return true;
    }

    /// <summary>sts-policy-ext-value: printable ASCII or UTF-8, spaces only inside.</summary>
    public static bool IsExtensionValue(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value[0] == ' ' || value[^1] == ' ')
            return false;
        while (!value.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(value, out var rune, out var length) != OperationStatus.Done || rune.Value is < ' ' or 0x7F)
                return false;
            value = value[length..];
        }

        return true;
    }

    /// <summary>", perhaps mx was meant" when an unknown key resembles a known one; otherwise empty.</summary>
    public static string Suggest(string key)
    {
        var plain = key.Replace('-', '_');
        foreach (var known in Known)
        {
            if (string.Equals(plain, known, StringComparison.OrdinalIgnoreCase)
                || string.Equals(plain.Replace("_", "", StringComparison.Ordinal), known.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)
                || (Math.Abs(key.Length - known.Length) == 1 && IsOneInsertionApart(key, known)))
            {
                return $"; perhaps {known} was meant";
            }
        }

        return "";
    }

    public static string ExplainMx(HostFault fault, ReadOnlySpan<byte> value) => fault switch
    {
        HostFault.Empty => "The mx has no host. Enter a host name, or *. and a domain.",
        HostFault.EmptyLabel when value is [.., (byte)'.'] => "The host ends in a dot. Remove the dot.",
        HostFault.EmptyLabel => "The host has two dots in a row, or begins with one.",
        HostFault.TooLong or HostFault.LabelTooLong => "The host is longer than DNS allows: 253 characters, 63 between two dots.",
        HostFault.Underscore => "The host has an underscore; a mail host's name has none.",
        HostFault.HyphenAtEdge => "A part of the host begins or ends with a hyphen.",
        HostFault.LooksLikeAddress => "The mx is an IP address. Enter the host's name.",
        _ when value.Contains((byte)'*') => "A * is allowed only as the whole first label, as in *.example.com.",
        _ when !Ascii.IsValid(value) => "The host has characters outside ASCII. Write it with A-labels (xn--).",
        _ => "The host has a character other than letters, digits, hyphens and dots.",
    };

    private static bool IsOneInsertionApart(string a, string b)
    {
        var (longer, shorter) = a.Length > b.Length ? (a, b) : (b, a);
        for (var i = 0; i < longer.Length; i++)
        {
            if (string.Equals(longer.Remove(i, 1), shorter, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }
}
