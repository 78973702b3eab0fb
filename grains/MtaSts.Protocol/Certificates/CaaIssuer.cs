namespace MtaSts.Protocol;

/// <summary>The value of an <c>issue</c> property (RFC 8659 §4.2): an issuer, possibly none, and parameters.</summary>
/// <param name="Domain">The issuer's domain name in lower case; empty where the property names none.</param>
/// <param name="Parameters">In their order; the issuer defines their meaning.</param>
public sealed record CaaIssuer(string Domain, IReadOnlyList<KeyValuePair<string, string>> Parameters)
{
    private static readonly CaaIssuer Nobody = new("", []);

    /// <summary>
    /// Reads a value by the grammar of §4.2. A value outside the grammar must be treated as one that names no issuer, and is
    /// returned as such.
    /// </summary>
    public static CaaIssuer Read(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var end = value.IndexOf(';', StringComparison.Ordinal);
        var domain = Trim(end < 0 ? value : value[..end]);
        if (domain.Length > 0 && !domain.Split('.').All(IsLabel))
            return Nobody;
        return (end < 0 ? [] : ReadParameters(value[(end + 1)..])) is { } parameters ? new CaaIssuer(domain.ToLowerInvariant(), parameters) : Nobody;
    }

    /// <summary>
    /// False where the parameters of RFC 8657 restrict the permission to conditions that a service with HTTP validation and its own
    /// account cannot meet: another account (§3), or no validation by <c>http-01</c> (§4). Other parameters are issuer-specific.
    /// </summary>
    public bool AllowsOtherAccountsOverHttp => Parameters.All(parameter => parameter.Key switch
    {
        "accounturi" => false,
        "validationmethods" => parameter.Value.Split(',').Contains("http-01", StringComparer.Ordinal),
        _ => true,
    });

    /// <summary>Null when the text does not match the grammar.</summary>
    private static List<KeyValuePair<string, string>>? ReadParameters(string text)
    {
        var read = new List<KeyValuePair<string, string>>();
        if (Trim(text).Length == 0)
            return read;
        foreach (var part in text.Split(';'))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0)
                return null;
            var (tag, value) = (Trim(part[..equals]), Trim(part[(equals + 1)..]));
            if (!IsLabel(tag) || !value.All(static c => c is >= '!' and <= '~' and not ';'))
                return null;
            read.Add(new(tag.ToLowerInvariant(), value));
        }
        return read;
    }

    /// <summary>label and tag: letters and digits, with hyphens between them.</summary>
    private static bool IsLabel(string text) =>
        text.Length > 0 && text[0] != '-' && text[^1] != '-' && text.All(static c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static string Trim(string text) => text.Trim(' ', '\t');
}
