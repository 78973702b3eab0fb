using System.Net;
using Microsoft.Extensions.Options;

namespace MtaSts.Modules.Caddy;

/// <summary>Says what is wrong with the settings, and never what the secret is.</summary>
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
            yield return $"Caddy:AskSecret must be at least {ShortestSecret} letters, digits, “-” or “_”: openssl rand -hex 20 makes one.";
        if (CaddyAddress.TryParse(options.Address) is null)
            yield return $"Caddy:Address is “{options.Address}”, but must be an address or name with a port: 127.0.0.1:443.";
        if (options.TrustedRootsPath is { } roots && !File.Exists(roots))
            yield return $"Caddy:TrustedRootsPath: there is no file {roots}.";
    }

    private static IEnumerable<string> Caddyfile(CaddyOptions options)
    {
        if (Root(options.Upstream) is not { Scheme: "http" })
            yield return $"Caddy forwards to “{options.Upstream}”, but the gateway must be reached by plain http: set Gateway:Url or Caddy:Upstream to http://127.0.0.1:8461 or the like.";
        if (options.Bind is { } bind && !IPAddress.TryParse(bind, out _))
            yield return $"Caddy:Bind is “{bind}”, which is no IP address.";
        if (options.Email is { } email && (!IsPlain(email) || email.Count(letter => letter == '@') != 1))
            yield return $"Caddy:Email is “{email}”, which is no mail address.";
        if (options.AcmeDirectory is { } directory && !(IsPlain(directory) && Uri.TryCreate(directory, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps))
            yield return $"Caddy:AcmeDirectory is “{directory}”, but must be an https:// URL.";
        if (options.AcmeRootPath is { } root && !IsPlain(root))
            yield return $"Caddy:AcmeRootPath is “{root}”, but must be a path without spaces, quotes, backslashes and braces.";
    }

    /// <summary>An absolute URL with nothing behind the port.</summary>
    private static Uri? Root(string text) =>
        IsPlain(text) && Uri.TryCreate(text, UriKind.Absolute, out var url) && url is { PathAndQuery: "/", Fragment: "", UserInfo: "" } ? url : null;

    /// <summary>Whether it stands in a Caddyfile as it is, and can end no directive and begin no other.</summary>
    private static bool IsPlain(string text) => text.Length > 0 && !text.Any(letter => char.IsWhiteSpace(letter) || char.IsControl(letter) || letter is '"' or '`' or '\\' or '{' or '}' or '#');
}
