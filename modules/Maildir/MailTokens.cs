using System.Text;
using System.Text.RegularExpressions;
using MtaSts.Modules.Reports;

namespace MtaSts.Modules.Mailboxes;

/// <summary>Finds the tokens of a mail in a mailbox. Its envelope is no longer available, so the headers of the delivering server are used.</summary>
internal static partial class MailTokens
{
    /// <summary>Bytes of the headers that are read. Bounds: time for a mail that consists of headers.</summary>
    public const int MaxHeaderBytes = 256 * 1024;

    /// <summary>Tokens of one mail; more are ignored. Bounds: one mail stored many times.</summary>
    public const int MaxTokens = 16;

    /// <summary>The recipient of this delivery first, the sender's header last.</summary>
    private static readonly string[] Headers = ["Delivered-To", "X-Original-To", "Envelope-To", "To"];

    /// <summary>
    /// The tokens of each header that contains any, the most reliable header first, without duplicates. A later header counts only when no token of
    /// an earlier one is known: a mailbox for a whole domain may have its own address, which a server writes into <c>Delivered-To</c>,
    /// <c>reports@tlsrpt.example.net</c>.
    /// </summary>
    /// <param name="mail">The mail, or at least its headers.</param>
    /// <param name="mailDomain">The domain of report addresses.</param>
    /// <param name="delimiter">Not null: the token is what follows the last one in the local part, of any domain: <c>reports+token@example.net</c>.</param>
    public static IReadOnlyList<IReadOnlyList<string>> Of(ReadOnlySpan<byte> mail, string mailDomain, char? delimiter = null)
    {
        var fields = Fields(mail);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. Headers.Select(header => Tokens(fields.Where(field => field.Name == header).Select(field => field.Value))).Where(tokens => tokens.Length > 0)];

        string[] Tokens(IEnumerable<string> values) => [.. values
            .SelectMany(value => Address().Matches(value).Select(match => match.Value))
            .Select(address => delimiter is { } mark ? Extension(address, mark) : ReportAddress.TokenOf(address, mailDomain))
            .OfType<string>().Where(token => seen.Count < MaxTokens && seen.Add(token))];
    }

    private static string? Extension(string address, char delimiter)
    {
        var local = address[..address.LastIndexOf('@')];
        var mark = local.LastIndexOf(delimiter);
        return mark < 0 || mark == local.Length - 1 ? null : local[(mark + 1)..].ToLowerInvariant();
    }

    /// <summary>The wanted fields up to the empty line, unfolded (RFC 5322 §2.2.3). A line ends only with LF, with or without CRs before it.</summary>
    private static List<(string Name, string Value)> Fields(ReadOnlySpan<byte> mail)
    {
        var fields = new List<(string Name, string Value)>();
        var value = new StringBuilder(); // A header of many folds must not be copied at each one.
        string? name = null;
        var text = Encoding.UTF8.GetString(mail[..Math.Min(mail.Length, MaxHeaderBytes)]);
        foreach (var range in text.AsSpan().Split('\n'))
        {
            var line = text.AsSpan(range).TrimEnd('\r');
            if (line.IsEmpty)
                break;
            if (line[0] is not (' ' or '\t'))
            {
                End();
                name = line.IndexOf(':') is > 0 and var colon && Wanted(line[..colon].TrimEnd()) is { } wanted ? wanted : null;
                line = line[(line.IndexOf(':') + 1)..];
            }
            if (name is not null)
                value.Append(line);
        }
        End();
        return fields;

        void End()
        {
            if (name is not null)
                fields.Add((name, value.ToString()));
            value.Clear();
        }
    }

    private static string? Wanted(ReadOnlySpan<char> name)
    {
        foreach (var header in Headers)
        {
            if (name.Equals(header, StringComparison.OrdinalIgnoreCase))
                return header;
        }
        return null;
    }

    [GeneratedRegex("""[^\s<>()\[\],;:"@]+@[^\s<>()\[\],;:"@]+""", RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}
