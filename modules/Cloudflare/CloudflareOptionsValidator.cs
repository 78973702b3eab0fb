using Microsoft.Extensions.Options;

namespace MtaSts.Modules.Cloudflare;

/// <summary>Validates the settings; messages never contain the token.</summary>
internal sealed class CloudflareOptionsValidator : IValidateOptions<CloudflareOptions>
{
    private const int ZoneIdLength = 32;
    private const int CloudflareLimit = 1200;
    private static readonly TimeSpan ShortestListing = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestListing = TimeSpan.FromMinutes(5);

    public ValidateOptionsResult Validate(string? name, CloudflareOptions options)
    {
        string[] problems = [.. Problems(options)];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static IEnumerable<string> Problems(CloudflareOptions options)
    {
        if (options.ApiToken.Length == 0)
            yield return "Cloudflare:ApiToken is not set. Create an API token with the zone permission “SSL and Certificates: Edit”.";
        else if (!options.ApiToken.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-'))
            yield return "Cloudflare:ApiToken contains a character that is not allowed in an API token. Copy it without quotes, spaces and line ends.";
        if (options.ZoneId.Length == 0)
            yield return "Cloudflare:ZoneId is not set. Copy it from the zone's overview page in Cloudflare's dashboard.";
        else if (options.ZoneId.Length != ZoneIdLength || !options.ZoneId.All(char.IsAsciiHexDigitLower))
            yield return $"Cloudflare:ZoneId is “{options.ZoneId}”, but a zone's id is {ZoneIdLength} hexadecimal digits in lower case. The zone's name is not its id.";
        if (!options.ApiUrl.IsAbsoluteUri || !(options.ApiUrl.Scheme == Uri.UriSchemeHttps || (options.ApiUrl.Scheme == Uri.UriSchemeHttp && options.ApiUrl.IsLoopback)))
            yield return $"Cloudflare:ApiUrl is “{options.ApiUrl}”, but the token is sent there: it must begin with https:// (http:// on loopback only).";
        if (options.RequestsPerFiveMinutes is < 1 or > CloudflareLimit)
            yield return $"Cloudflare:RequestsPerFiveMinutes must be between 1 and {CloudflareLimit}, Cloudflare's own limit.";
        if (options.ListingLifetime < ShortestListing || options.ListingLifetime > LongestListing)
            yield return "Cloudflare:ListingLifetime must be between 1 second and 5 minutes (00:00:01 … 00:05:00).";
    }
}
