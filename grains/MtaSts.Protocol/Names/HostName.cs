using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace MtaSts.Protocol;

/// <summary>Converts user input to a name of lower-case A-labels, or explains why it cannot.</summary>
internal static class HostName
{
    /// <summary>
    /// Longest text processed. A name has at most 253 characters; the rest allows for white space. IDNA mapping of arbitrarily
    /// long pasted text would waste CPU time.
    /// </summary>
    public const int MaxInputLength = 1024;

    private const int MaxEcho = 64;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true, AllowUnassigned = false };

    /// <summary>
    /// Normalises: removes surrounding white space and one trailing dot, converts full stops of other scripts to dots, U-labels to
    /// A-labels and upper case to lower case. Requires at least two labels.
    /// </summary>
    public static bool TryNormalize(
        string? text, [NotNullWhen(true)] out string? name, [NotNullWhen(false)] out string? problem)
    {
        name = null;
        var trimmed = text.AsSpan().Trim();
        problem = FindPasteMistake(trimmed);
        if (problem is not null)
            return false;

        var dotted = trimmed.ToString().Replace('\u3002', '.').Replace('\uFF0E', '.').Replace('\uFF61', '.');
        if (dotted.EndsWith('.'))
            dotted = dotted[..^1];
        if (!TryMapLabels(dotted, out var ascii, out problem))
            return false;

        var fault = HostSyntax.Check(ascii, out var labels, out var at);
        if (fault != HostFault.None)
        {
            problem = Explain(fault, ascii, ascii[at]);
            return false;
        }

        if (labels < 2)
        {
            problem = $"\u201c{Echo(ascii)}\u201d has no dot. Enter the full name, such as example.com.";
            return false;
        }

        name = ascii;
        return true;
    }

    /// <summary>True when every label of <paramref name="ascii"/> that begins with xn-- decodes and encodes back to itself.</summary>
    public static bool HasOnlyGenuineALabels(string ascii)
    {
        if (!ascii.Contains("xn--", StringComparison.Ordinal))
            return true;
        foreach (var label in ascii.Split('.'))
        {
            if (label.StartsWith("xn--", StringComparison.Ordinal) && !RoundTrips(label))
                return false;
        }

        return true;
    }

    /// <summary>Display form: A-labels decoded, everything else unchanged.</summary>
    public static string ToUnicode(string ascii) =>
        ascii.Contains("xn--", StringComparison.Ordinal)
            ? string.Join('.', ascii.Split('.').Select(static label => Decode(label) ?? label))
            : ascii;

    private static string? FindPasteMistake(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty)
            return "The name is empty. Enter a domain such as example.com.";
        if (text.Length > MaxInputLength)
            return $"The text has {text.Length} characters; a domain has at most {HostSyntax.MaxNameLength}. Enter only the domain.";
        if (text.Contains("://", StringComparison.Ordinal) || text.Contains('/') || text.Contains('\\'))
            return "This is a web address. Enter only the domain, without https:// and without a path.";
        if (text.Contains('@'))
            return "This is an e-mail address. Enter only the domain, the part after the @.";
        var bare = text is ['[', .., ']'] ? text[1..^1] : text;
        if (bare.StartsWith("IPv6:", StringComparison.OrdinalIgnoreCase))
            bare = bare[5..];
        if (bare.Contains(':') ? IPAddress.TryParse(bare, out _) : text is ['[', .., ']'])
            return "This is an IP address. MTA-STS works by name; enter a domain.";
        if (text.Contains(':'))
            return "Enter only the domain, without a port or a colon.";
        foreach (var c in text)
        {
            if (char.IsWhiteSpace(c))
                return "The name contains white space. Enter one domain without spaces.";
        }

        return text.Contains('*') ? "A * is not allowed in this name. Enter the name without it." : null;
    }

    private static bool TryMapLabels(
        string dotted, [NotNullWhen(true)] out string? ascii, [NotNullWhen(false)] out string? problem)
    {
        ascii = null;
        problem = null;
        var labels = dotted.Split('.');
        for (var i = 0; i < labels.Length; i++)
        {
            var label = labels[i];
            if (System.Text.Ascii.IsValid(label))
            {
                labels[i] = label.ToLowerInvariant();
            }
            else if (Encode(label) is { } encoded)
            {
                labels[i] = encoded;
            }
            else
            {
                problem = $"\u201c{Echo(label)}\u201d is not a valid internationalised label (IDNA). Check its spelling and remove "
                    + "signs that are not letters, digits or hyphens.";
                return false;
            }

            if (labels[i].StartsWith("xn--", StringComparison.Ordinal) && !RoundTrips(labels[i]))
            {
                problem = $"\u201c{Echo(label)}\u201d begins with xn-- but does not encode a valid label. Enter the name in its own "
                    + "script, or correct the xn-- form.";
                return false;
            }
        }

        ascii = string.Join('.', labels);
        return true;
    }

    private static bool RoundTrips(string aLabel) =>
        Decode(aLabel) is { } unicode && !System.Text.Ascii.IsValid(unicode)
        && string.Equals(Encode(unicode), aLabel, StringComparison.Ordinal);

    private static string? Encode(string label)
    {
        try
        {
            // A surrogate without its partner would be passed to the platform's library as ill-formed text.
            return label.AsSpan().EnumerateRunes().Contains(System.Text.Rune.ReplacementChar)
                ? null
                : Idn.GetAscii(label).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string? Decode(string aLabel)
    {
        try
        {
            return Idn.GetUnicode(aLabel);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static bool Contains(this System.Text.SpanRuneEnumerator runes, System.Text.Rune wanted)
    {
        foreach (var rune in runes)
        {
            if (rune == wanted)
                return true;
        }

        return false;
    }

    private static string Explain(HostFault fault, string name, string label) => fault switch
    {
        HostFault.Empty => "The name is empty. Enter a domain such as example.com.",
        HostFault.TooLong =>
            $"The name has {name.Length} characters; DNS allows {HostSyntax.MaxNameLength}. Shorten it.",
        HostFault.EmptyLabel => "There are two dots in a row, or a dot at the beginning. Remove the extra dot.",
        HostFault.LabelTooLong =>
            $"\u201c{Echo(label)}\u201d has {label.Length} characters; DNS allows {HostSyntax.MaxLabelLength} between two dots. Shorten it.",
        HostFault.Underscore =>
            $"\u201c{Echo(label)}\u201d contains an underscore. Mail domains and mail hosts have none; remove it.",
        HostFault.HyphenAtEdge =>
            $"\u201c{Echo(label)}\u201d begins or ends with a hyphen. Hyphens are allowed only between letters or digits.",
        HostFault.LooksLikeAddress => "This looks like an IP address. MTA-STS works by name; enter a domain.",
        _ => $"\u201c{Echo(label)}\u201d contains a character other than letters, digits and hyphens. Remove it.",
    };

    private static string Echo(string text)
    {
        var shown = text.Length <= MaxEcho ? text : text[..MaxEcho] + "\u2026";
        return string.Create(shown.Length, shown, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
                span[i] = char.IsControl(source[i]) || char.IsSurrogate(source[i]) ? '\uFFFD' : source[i];
        });
    }
}
