using System.Text;

namespace MtaSts.Modules.Smtp.Dialogue;

/// <summary>Reverse- and forward-paths (RFC 5321 §4.1.2).</summary>
internal static class MailPath
{
    /// <summary>RFC 5321 §4.5.3.1.3, with room for SMTPUTF8.</summary>
    private const int MaxLength = 512;

    /// <summary>
    /// Reads <c>FROM:&lt;a@b&gt; PARAMETERS</c>. White space before the path, which some clients send, is accepted; a source route is removed
    /// (§3.6.1), and so are the quotes of a local part.
    /// </summary>
    /// <param name="argument">The text after the command.</param>
    /// <param name="keyword"><c>FROM:</c> or <c>TO:</c>.</param>
    /// <param name="address">The mailbox; empty for the null path.</param>
    /// <param name="parameters">The text after the path.</param>
    public static bool TryRead(string argument, string keyword, out string address, out string[] parameters)
    {
        (address, parameters) = ("", []);
        if (!argument.StartsWith(keyword, StringComparison.OrdinalIgnoreCase))
            return false;
        var text = argument.AsSpan(keyword.Length).TrimStart(' ');
        if (text.Length == 0 || text[0] != '<' || !TryReadMailbox(text[1..], out address, out var taken))
            return false;
        var rest = text[(taken + 1)..];
        parameters = rest.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return rest.Length == 0 || rest[0] == ' ';
    }

    private static bool TryReadMailbox(ReadOnlySpan<char> text, out string address, out int taken)
    {
        (address, taken) = ("", 0);
        var mailbox = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length && i < MaxLength; i++)
        {
            var c = text[i];
            if (c == '\\' && quoted && i + 1 < text.Length)
                mailbox.Append(text[++i]);
            else if (c == '"')
                quoted = !quoted;
            else if (c == '>' && !quoted)
            {
                (address, taken) = (mailbox.ToString(), i + 1);
                return true;
            }
            else if (c == ':' && !quoted && mailbox.Length > 0 && mailbox[0] == '@')
                mailbox.Clear(); // <@relay.example:user@example.com>
            else if (!quoted && c is ' ' or '<')
                return false;
            else
                mailbox.Append(c);
        }
        return false;
    }
}
