using System.Net;
using Microsoft.Extensions.Options;
using MtaSts.Modules.Listening;

namespace MtaSts.Modules.Caddy;

/// <summary>Validates the settings; messages never contain the secret.</summary>
internal sealed class CaddyOptionsValidator : IValidateOptions<CaddyOptions>
{
    private const int ShortestSecret = 20;

    public ValidateOptionsResult Validate(string? name, CaddyOptions options)
    {
        string[] problems = [.. Listening(options), .. Caddyfile(options)];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Listening(CaddyOptions options)
    {
        if (Root(options.AskUrl) is not { Scheme: "http" } ask)
            yield return $"Caddy:AskUrl is “{options.AskUrl}”, but must be http://, an address or name, and a port: http://127.0.0.1:8462.";
        else if (options.AskSecret is null && !ask.IsLoopback)
            yield return $"Caddy:AskUrl is {options.AskUrl}, which others can reach: set Caddy:AskSecret, or listen on 127.0.0.1.";
        if (options.AskSecret is { } secret && (secret.Length < ShortestSecret || !secret.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_')))
            yield return $"Caddy:AskSecret must be at least {ShortestSecret} letters, digits, “-” or “_”: openssl rand -hex 20 generates one.";
        if (CaddyAddress.TryParse(options.Address) is null)
            yield return $"Caddy:Address is “{options.Address}”, but must be an address or name with a port: 127.0.0.1:443.";
        if (options.TrustedRootsPath is { } roots && !File.Exists(roots))
            yield return $"Caddy:TrustedRootsPath: there is no file {roots}.";
    }

    private static IEnumerable<string> Caddyfile(CaddyOptions options)
    {
        if (Root(options.Upstream) is not { Scheme: "http" })
            yield return $"Caddy forwards to “{options.Upstream}”, but the gateway must be reached by plain http: set Gateway:Url or Caddy:Upstream to an address such as http://127.0.0.1:8461.";
        if (options.Bind is { } bind && StrictAddress.Parse(bind) is null)
            yield return $"Caddy:Bind is “{bind}”, which is not an IP address.";
        if (options.Email is { } email && (!IsPlain(email) || email.Count(letter => letter == '@') != 1))
            yield return $"Caddy:Email is “{email}”, which is not a mail address.";
        if (options.AcmeDirectory is { } directory && !(IsPlain(directory) && Uri.TryCreate(directory, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps))
            yield return $"Caddy:AcmeDirectory is “{directory}”, but must be an https:// URL.";
        if (options.CaaNames.FirstOrDefault(static name => Uri.CheckHostName(name) != UriHostNameType.Dns) is { } odd)
            yield return $"Caddy:CaaNames contains “{odd}”. Write the names of the authority in CAA records, such as letsencrypt.org.";
        if (options.AcmeRootPath is { } root && !IsPlain(root))
            yield return $"Caddy:AcmeRootPath is “{root}”, but must be a path without spaces, quotes, backslashes and braces.";
        else if (options.AcmeRootPath is { } missing && IsHere(options) && !File.Exists(missing))
            yield return $"Caddy:AcmeRootPath is “{missing}”, and there is no such file.";
    }

    /// <summary>Whether Caddy runs on this machine, so that its files can be checked here.</summary>
    private static bool IsHere(CaddyOptions options) => CaddyAddress.TryParse(options.Address) is IPEndPoint { Address: var address } && IPAddress.IsLoopback(address);

    /// <summary>An absolute URL with nothing after the port. The host is kept as written: “127.1” is not taken for 127.0.0.1.</summary>
    private static Uri? Root(string text) =>
        IsPlain(text) && Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { PathAndQuery: "/", Fragment: "", UserInfo: "", Port: > 0 }
            && (url.HostNameType != UriHostNameType.IPv4 || text.Contains("//" + url.Host, StringComparison.Ordinal)) ? url : null;

    /// <summary>Whether a Caddyfile can contain the text unquoted: it must not end a directive or start another.</summary>
    private static bool IsPlain(string text) => text.Length > 0 && !text.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter) || letter is '"' or '`' or '\\' or '{' or '}' or '#');
}
