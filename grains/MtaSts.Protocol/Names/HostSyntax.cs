namespace MtaSts.Protocol;

/// <summary>What is wrong with a name of dot-separated LDH labels (letters, digits, hyphens).</summary>
internal enum HostFault
{
    None,
    Empty,
    TooLong,
    EmptyLabel,
    LabelTooLong,
    Underscore,
    BadCharacter,
    HyphenAtEdge,
    LooksLikeAddress,
}

/// <summary>
/// The <c>Domain</c> of RFC 5321 §4.1.2 on ASCII text: labels of letters, digits and inner hyphens. Allocates nothing, so that it can
/// process a flood of invented Host headers.
/// </summary>
internal static class HostSyntax
{
    /// <summary>Longest name in text form, RFC 1035 §2.3.4 (255 octets on the wire).</summary>
    public const int MaxNameLength = 253;

    /// <summary>Longest label, RFC 1035 §2.3.4.</summary>
    public const int MaxLabelLength = 63;

    /// <summary>Checks <paramref name="name"/>, which must have no trailing dot.</summary>
    /// <param name="name">ASCII or not; upper case is allowed.</param>
    /// <param name="labels">How many labels were read before the end or the fault.</param>
    /// <param name="at">The label in which the fault lies.</param>
    public static HostFault Check(ReadOnlySpan<char> name, out int labels, out Range at)
    {
        labels = 0;
        at = default;
        if (name.IsEmpty)
            return HostFault.Empty;
        if (name.Length > MaxNameLength)
            return HostFault.TooLong;

        var start = 0;
        while (true)
        {
            var length = name[start..].IndexOf('.');
            var end = length < 0 ? name.Length : start + length;
            at = start..end;
            var fault = CheckLabel(name[start..end]);
            if (fault != HostFault.None)
                return fault;
            labels++;
            if (length < 0)
                return LooksNumeric(name[start..end]) ? HostFault.LooksLikeAddress : HostFault.None;
            start = end + 1;
        }
    }

    private static HostFault CheckLabel(ReadOnlySpan<char> label)
    {
        if (label.IsEmpty)
            return HostFault.EmptyLabel;
        foreach (var c in label)
        {
            if (c == '_')
                return HostFault.Underscore;
            if (!char.IsAsciiLetterOrDigit(c) && c != '-')
                return HostFault.BadCharacter;
        }

        if (label.Length > MaxLabelLength)
            return HostFault.LabelTooLong;
        return label[0] == '-' || label[^1] == '-' ? HostFault.HyphenAtEdge : HostFault.None;
    }

    /// <summary>
    /// A last label that resolvers may take for a part of an IPv4 address: decimal, or hexadecimal after 0x. No top-level domain is
    /// spelled this way (RFC 3696 §2).
    /// </summary>
    private static bool LooksNumeric(ReadOnlySpan<char> label)
    {
        if (label.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
        {
            label = label[2..];
            foreach (var c in label)
            {
                if (!char.IsAsciiHexDigit(c))
                    return false;
            }

            return true;
        }

        return !label.ContainsAnyExceptInRange('0', '9');
    }
}
