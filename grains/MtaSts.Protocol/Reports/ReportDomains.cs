using System.Buffers;
using System.Globalization;

namespace MtaSts.Protocol.Reports;

/// <summary>The domain names of reports in a canonical form, so that they compare by equality.</summary>
internal static class ReportDomains
{
    private static readonly IdnMapping Idn = new() { AllowUnassigned = false, UseStd3AsciiRules = false };

    private static readonly SearchValues<char> AfterDomain = SearchValues.Create(">,; \t?)");

    // A domain name has at most 253 characters as A-labels, and U-labels are shorter: longer texts are not names and are not converted.
    private const int MaxNameLength = 255;

    /// <summary>Trimmed, without trailing dots, in lower-case A-labels; as written when conversion fails. A normal name is returned unchanged.</summary>
    public static string Normalise(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var text = Bare(name);
        if (System.Text.Ascii.IsValid(text))
            return text.Length == name.Length && !text.ContainsAnyInRange('A', 'Z') ? name : text.ToString().ToLowerInvariant();
        if (text.Length > MaxNameLength)
            return name;
        try
        {
            // Full stops of other scripts have become dots, and other characters white space.
            return Bare(Idn.GetAscii(text.ToString()).ToLowerInvariant()).ToString();
        }
        catch (ArgumentException)
        {
            return name;
        }
    }

    private static ReadOnlySpan<char> Bare(ReadOnlySpan<char> name)
    {
        var text = name.Trim();
        while (text is [_, .., '.'])
            text = text[..^1].TrimEnd();
        return text;
    }

    /// <summary>Whether a normalised name has the form of a domain name: labels of letters, digits, hyphens and underscores.</summary>
    public static bool IsName(string name)
    {
        if (name.Length is 0 or > 253)
            return false;
        var label = 0;
        foreach (var c in name)
        {
            if (c == '.')
            {
                if (label == 0)
                    return false;
                label = 0;
            }
            else if (++label > 63 || !(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_'))
            {
                return false;
            }
        }
        return label > 0;
    }

    /// <summary>The domain of a mail address, also of <c>Name &lt;a@b&gt;</c> and <c>mailto:a@b</c>; null when there is none.</summary>
    public static string? OfAddress(string? address)
    {
        if (address is null)
            return null;
        var text = address.AsSpan().Trim();
        var at = text.LastIndexOf('@');
        if (at < 0)
            return null;
        text = text[(at + 1)..];
        var end = text.IndexOfAny(AfterDomain);
        if (end >= 0)
            text = text[..end];
        text = text.TrimEnd('.');
        return text.IsEmpty ? null : Normalise(text.ToString());
    }
}
