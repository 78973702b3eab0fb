using System.Globalization;
using MimeKit;

namespace MtaSts.Grains.Dkim;

/// <summary>A DKIM-Signature field, evaluated by its own tags: the key it refers to, and whether it is acceptable (RFC 6376 §3.5, §6.1.1).</summary>
/// <param name="Domain"><c>d=</c>, in lower case.</param>
/// <param name="Identity">The domain of <c>i=</c>; <paramref name="Domain"/> when there is none.</param>
internal sealed record DkimSignature(Header Field, string Domain, string Selector, string Algorithm, string Identity, DkimFault? Fault)
{
    /// <summary>Longest field parsed; real ones are below 2 KiB.</summary>
    private const int MaxLength = 16 * 1024;

    /// <summary>Longest full name (RFC 1035 §2.3.4).</summary>
    private const int MaxName = 253;

    private static readonly string[] Needed = ["v", "a", "b", "bh", "d", "h", "s"];

    public string KeyName => $"{Selector}._domainkey.{Domain}";

    public static DkimSignature Read(Header field, DateTimeOffset receivedAt)
    {
        var tags = field.RawValue.Length <= MaxLength ? TagList.Parse(field.Value) : null;
        var domain = tags?.GetValueOrDefault("d")?.TrimEnd('.').ToLowerInvariant() ?? "";
        var selector = tags?.GetValueOrDefault("s")?.ToLowerInvariant() ?? "";
        var algorithm = tags?.GetValueOrDefault("a")?.ToLowerInvariant() ?? "";
        var identity = tags?.GetValueOrDefault("i") is { } i ? i[(i.LastIndexOf('@') + 1)..].ToLowerInvariant() : domain;
        var signature = new DkimSignature(field, domain, selector, algorithm, identity, null);
        return tags is null ? signature with { Fault = DkimFault.SignatureMalformed } : signature with { Fault = signature.Judge(tags, receivedAt) };
    }

    private DkimFault? Judge(IReadOnlyDictionary<string, string> tags, DateTimeOffset receivedAt)
    {
        if (!Needed.All(tags.ContainsKey) || tags["v"] != "1" || !IsName(Domain) || !IsName(Selector) || KeyName.Length > MaxName)
            return DkimFault.SignatureMalformed;
        if (Identity != Domain && !Identity.EndsWith("." + Domain, StringComparison.Ordinal))
            return DkimFault.SignatureMalformed;
        if (Algorithm is not ("rsa-sha256" or "ed25519-sha256"))
            return DkimFault.AlgorithmRefused;
        if (tags.ContainsKey("l"))
            return DkimFault.LengthLimited;
        if (!TagList.Colons(tags["h"]).Contains("from"))
            return DkimFault.FromNotSigned;
        if (!Seconds(tags, "t", out var signed) || !Seconds(tags, "x", out var expires) || expires <= signed)
            return DkimFault.SignatureMalformed;
        return expires <= receivedAt.ToUnixTimeSeconds() ? DkimFault.Expired : null;
    }

    // An absent tag sets no limit, and neither does a time beyond the supported range.
    private static bool Seconds(IReadOnlyDictionary<string, string> tags, string name, out decimal? seconds)
    {
        seconds = null;
        if (!tags.TryGetValue(name, out var text))
            return true;
        if (text.Length > 12 || !decimal.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        seconds = number;
        return true;
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= MaxName && name.Split('.').All(label => label.Length is > 0 and <= 63 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'));
}
