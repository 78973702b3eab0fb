using System.Globalization;

namespace MtaSts.Protocol;

/// <summary>One CAA record (RFC 8659 §4.1).</summary>
/// <param name="Flags">Bit 0, of the value 128, is the critical flag.</param>
/// <param name="Tag">The property's tag in lower case: matching is without regard to case.</param>
/// <param name="Value">The property's value, without the quotes of the presentation format.</param>
public sealed record CaaProperty(byte Flags, string Tag, string Value)
{
    private const byte CriticalFlag = 128;

    /// <summary>An authority that does not understand the property must not issue (§4.1).</summary>
    public bool IsCritical => (Flags & CriticalFlag) != 0;

    /// <summary>
    /// Reads the presentation format (§4.1.1): <c>0 issue "letsencrypt.org"</c>, quoted or not. Unreadable text gives a critical
    /// property with an empty tag, which no authority understands: an unreadable record forbids issuance.
    /// </summary>
    public static CaaProperty Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = text.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 2 || !byte.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var flags) || !parts[1].All(char.IsAsciiLetterOrDigit))
            return new CaaProperty(CriticalFlag, "", "");
        var value = parts.Length == 3 ? parts[2] : "";
        return new CaaProperty(flags, parts[1].ToLowerInvariant(), value is ['"', .. var inner, '"'] ? inner : value);
    }

    /// <summary>The record to publish that lets an authority issue (§4.2): <c>example.com. IN CAA 0 issue "letsencrypt.org"</c>.</summary>
    public static string Line(string name, string authority) => $"{name}. IN CAA 0 issue \"{authority}\"";
}
