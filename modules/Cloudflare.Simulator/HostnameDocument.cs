using System.Globalization;
using System.Text.Json.Nodes;

namespace MtaSts.Modules.Cloudflare.Simulator;

/// <summary>A custom hostname as the API shows it.</summary>
internal static class HostnameDocument
{
    public static JsonObject Of(SimulatedHostname hostname, bool listsCertificates)
    {
        var document = new JsonObject
        {
            ["id"] = hostname.Id,
            ["hostname"] = hostname.Hostname,
            ["status"] = hostname.Status,
            ["created_at"] = Time(hostname.CreatedAt),
        };
        if (hostname.Certificate is { } certificate)
            document["ssl"] = Ssl(hostname, certificate, listsCertificates);
        if (hostname.Status != "active")
        {
            document["ownership_verification"] = new JsonObject { ["type"] = "txt", ["name"] = $"_cf-custom-hostname.{hostname.Hostname}", ["value"] = hostname.Id };
            document["ownership_verification_http"] = new JsonObject { ["http_url"] = $"http://{hostname.Hostname}/.well-known/cf-custom-hostname-challenge/{hostname.Id}", ["http_body"] = hostname.Id };
        }
        if (hostname.VerificationErrors.Count > 0)
            document["verification_errors"] = Texts(hostname.VerificationErrors);
        return document;
    }

    private static JsonObject Ssl(SimulatedHostname hostname, SimulatedCertificate certificate, bool listsCertificates)
    {
        var ssl = new JsonObject
        {
            ["id"] = certificate.Id,
            ["status"] = certificate.Status,
            ["method"] = certificate.Method,
            ["type"] = certificate.Type,
            ["wildcard"] = false,
            ["bundle_method"] = "ubiquitous",
            ["certificate_authority"] = "google",
            ["hosts"] = Texts([hostname.Hostname]),
        };
        if (certificate.MinTlsVersion is { } version)
            ssl["settings"] = new JsonObject { ["min_tls_version"] = version };
        if (certificate.Status == "pending_validation")
            ssl["validation_records"] = new JsonArray(Record(hostname));
        if (certificate.ValidationErrors.Count > 0)
            ssl["validation_errors"] = new JsonArray([.. certificate.ValidationErrors.Select(error => new JsonObject { ["message"] = error })]);
        if (certificate is { IssuedAt: { } issued, ExpiresAt: { } expires })
        {
            var issue = listsCertificates ? new JsonObject() : ssl;
            (issue["issuer"], issue["uploaded_on"], issue["expires_on"]) = ("GoogleTrustServices", Time(issued), Time(expires));
            if (listsCertificates)
                ssl["certificates"] = new JsonArray(issue);
        }
        return ssl;
    }

    private static JsonObject Record(SimulatedHostname hostname) => new()
    {
        ["http_url"] = $"http://{hostname.Hostname}/.well-known/pki-validation/{hostname.Id}.txt",
        ["http_body"] = hostname.Id,
        ["status"] = "pending",
    };

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}
