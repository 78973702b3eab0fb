using MtaSts.Modules.Hostnames;

namespace MtaSts.Modules.Cloudflare;

/// <summary>The next step of the owner or the operator, by Cloudflare's error.</summary>
internal static class OwnerSteps
{
    public const string LiftHold =
        "If the domain's own zone at Cloudflare has a zone hold, lift it there; otherwise ask Cloudflare's support why the name is blocked.";

    public const string SetFallbackOrigin = "The operator must set a fallback origin in the zone (SSL/TLS, Custom Hostnames).";

    public const string CheckToken = "The operator must check Cloudflare:ApiToken: active, for this zone, with “SSL and Certificates: Edit”.";

    public const string RaiseQuota = "The operator must raise the zone's quota of custom hostnames or delete some.";

    /// <summary>Google Trust Services issues no certificates for Punycode names, and Cloudflare selects the authority below the Enterprise plan.</summary>
    public const string InternationalName =
        "Wait. Not every authority that Cloudflare may choose issues for internationalised names: if it stays so for a day, the operator must ask Cloudflare for another authority, or host the name with another provider.";

    public const string AskOperator = "It is retried automatically; if the problem persists, contact the operator.";

    public static string PublishCname(HostnameRequest request) =>
        $"Publish {request.PolicyHost} as a CNAME to {request.CnameTarget}, “DNS only” where the DNS is Cloudflare's.";

    /// <summary>By the texts of a certificate's validation errors; null when the owner can only wait.</summary>
    public static string? ForValidation(IEnumerable<string>? errors, HostnameRequest request)
    {
        string[] all = [.. errors ?? []];
        if (Any(all, "fallback origin"))
            return SetFallbackOrigin;
        if (Any(all, "CAA"))
            return $"Let the CAA records of {request.PolicyHost} and the domains above it allow pki.goog, letsencrypt.org and ssl.com, and be answered without error.";
        return all.Length > 0 ? PublishCname(request) : null;
    }

    private static bool Any(string[] errors, string text) => errors.Any(error => error.Contains(text, StringComparison.OrdinalIgnoreCase));
}
