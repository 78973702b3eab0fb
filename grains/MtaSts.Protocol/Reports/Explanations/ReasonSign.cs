namespace MtaSts.Protocol.Reports;

/// <summary>Words contained in a reason. Hyphens and underscores are treated as spaces, as some senders write their reasons as one word.</summary>
internal static class ReasonSign
{
    /// <summary>In a sign, matches any text between two parts.</summary>
    public const char Gap = '…';

    /// <summary>A text in the form used for comparison.</summary>
    public static string Plain(string text) => text.Replace('-', ' ').Replace('_', ' ');

    /// <summary>The text contains the sign, and not as part of a longer word, number or host name: 404 is not in 14040, dns not in dns.example.com.</summary>
    /// <param name="text">In the form of <see cref="Plain"/>, like the sign.</param>
    public static bool Holds(string text, string sign)
    {
        var from = 0;
        foreach (var part in sign.Split(Gap))
        {
            var at = Find(text, part, from);
            if (at < 0)
                return false;
            from = at + part.Length;
        }
        return true;
    }

    private static int Find(string text, string part, int from)
    {
        for (var at = text.IndexOf(part, from, StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf(part, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if ((!IsWord(part[0]) || !GoesOn(text, at - 1, -1)) && (!IsWord(part[^1]) || !GoesOn(text, at + part.Length, 1)))
                return at;
        }
        return -1;
    }

    /// <summary>The word continues here: another letter follows, or a dot and then one, as in host names, or a colon and then a digit, as in addresses.</summary>
    private static bool GoesOn(string text, int at, int step)
    {
        if (at < 0 || at >= text.Length)
            return false;
        var beyond = at + step >= 0 && at + step < text.Length ? text[at + step] : ' ';
        return IsWord(text[at]) || text[at] == '.' && IsWord(beyond) || text[at] == ':' && (char.IsAsciiDigit(beyond) || beyond == ':' && char.IsAsciiDigit(text[at - step]));
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c);
}
