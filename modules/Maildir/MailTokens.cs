using System.Text;
using System.Text.RegularExpressions;
using MtaSts.Modules.Reports;

namespace MtaSts.Modules.Mailboxes;

/// <summary>Which tokens a mail that lies in a mailbox is for: its envelope is gone, so the headers that a delivering server writes tell.</summary>
internal static partial class MailTokens
{
    /// <summary>Of the headers no more is looked at. Bounds: time spent on a mail that is all header.</summary>
    public const int MaxHeaderBytes = 256 * 1024;

    /// <summary>Tokens of one mail; more are not looked at. Bounds: one mail stored without number.</summary>
    public const int MaxTokens = 16;

    /// <summary>The recipient of this delivery comes first, what the sender wrote last.</summary>
    private static readonly string[] Headers = ["Delivered-To", "X-Original-To", "Envelope-To", "To"];

    /// <summary>The tokens in the first of the headers that holds any; empty when none does.</summary>
    /// <param name="mail">The mail, or as much of it as holds the headers.</param>
    /// <param name="mailDomain">Where report addresses are.</param>
    /// <param name="delimiter">Not null: the token is what follows the last one in the local part, in any domain: <c>reports+token@example.net</c>.</param>
    public static IReadOnlyList<string> Of(ReadOnlySpan<byte> mail, string mailDomain, char? delimiter = null)
    {
        var fields = Fields(mail);
        foreach (var header in Headers)
        {
            string[] tokens = [.. fields.Where(field => field.Name.Equals(header, StringComparison.OrdinalIgnoreCase))
                .SelectMany(field => Address().Matches(field.Value).Select(match => match.Value))
                .Select(address => delimiter is { } mark ? Extension(address, mark) : ReportAddress.TokenOf(address, mailDomain))
                .OfType<string>().Distinct(StringComparer.Ordinal).Take(MaxTokens)];
            if (tokens.Length > 0)
                return tokens;
        }
        return [];
    }

    private static string? Extension(string address, char delimiter)
    {
        var local = address[..address.LastIndexOf('@')];
        var mark = local.LastIndexOf(delimiter);
        return mark < 0 || mark == local.Length - 1 ? null : local[(mark + 1)..].ToLowerInvariant();
    }

    /// <summary>Fields up to the empty line, unfolded (RFC 5322 §2.2.3); line ends with or without CR.</summary>
    private static List<(string Name, string Value)> Fields(ReadOnlySpan<byte> mail)
    {
        var fields = new List<(string Name, string Value)>();
        foreach (var raw in Encoding.UTF8.GetString(mail[..Math.Min(mail.Length, MaxHeaderBytes)]).AsSpan().EnumerateLines())
        {
            if (raw.IsEmpty)
                break;
            if (raw[0] is ' ' or '\t')
            {
                if (fields.Count > 0 && IsWanted(fields[^1].Name))
                    fields[^1] = (fields[^1].Name, fields[^1].Value + raw.ToString());
            }
            else if (raw.IndexOf(':') is > 0 and var colon)
            {
                var name = raw[..colon].TrimEnd().ToString();
                fields.Add((name, IsWanted(name) ? raw[(colon + 1)..].ToString() : ""));
            }
        }
        return fields;
    }

    private static bool IsWanted(string name) => Headers.Contains(name, StringComparer.OrdinalIgnoreCase);

    [GeneratedRegex("""[^\s<>()\[\],;:"@]+@[^\s<>()\[\],;:"@]+""", RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}
