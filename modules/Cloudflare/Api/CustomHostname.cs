using System.Text.Json.Serialization;

namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>A custom hostname as Cloudflare returns it. Only the id and the name are always present.</summary>
internal sealed record CustomHostname(
    string Id,
    string Hostname,
    string? Status,
    DateTimeOffset? CreatedAt,
    CustomHostnameSsl? Ssl,
    IReadOnlyList<string>? VerificationErrors);

/// <summary>Its certificate order.</summary>
/// <param name="ExpiresOn">The expiry of the certificate, in the form of the OpenAPI document.</param>
/// <param name="Certificates">Its certificates, in the form that existing clients read: one for each kind of key, old and new during a renewal.</param>
internal sealed record CustomHostnameSsl(
    string? Status,
    DateTimeOffset? ExpiresOn,
    SslSettings? Settings,
    IReadOnlyList<ValidationError>? ValidationErrors,
    IReadOnlyList<IssuedCertificate>? Certificates = null)
{
    /// <summary>The expiry of the certificate; null without one, or if Cloudflare does not state it.</summary>
    [JsonIgnore]
    public DateTimeOffset? LastsUntil => ExpiresOn ?? Certificates?.Max(certificate => certificate.ExpiresOn);
}

internal sealed record IssuedCertificate(DateTimeOffset? ExpiresOn);

internal sealed record ValidationError(string? Message);

/// <summary>TLS settings of a custom hostname.</summary>
/// <param name="MinTlsVersion"><c>1.0</c> … <c>1.3</c>; null: the zone's setting.</param>
internal sealed record SslSettings(string? MinTlsVersion);
