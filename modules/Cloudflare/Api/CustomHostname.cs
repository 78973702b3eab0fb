using System.Text.Json.Serialization;

namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>A custom hostname as Cloudflare tells it. Only the id and the name are always there.</summary>
internal sealed record CustomHostname(
    string Id,
    string Hostname,
    string? Status,
    DateTimeOffset? CreatedAt,
    CustomHostnameSsl? Ssl,
    IReadOnlyList<string>? VerificationErrors);

/// <summary>Its certificate order.</summary>
/// <param name="ExpiresOn">The end of the certificate, in the form the OpenAPI document has it.</param>
/// <param name="Certificates">Its certificates, in the form that clients in use read: of each kind of key one, old and new while it is renewed.</param>
internal sealed record CustomHostnameSsl(
    string? Status,
    DateTimeOffset? ExpiresOn,
    SslSettings? Settings,
    IReadOnlyList<ValidationError>? ValidationErrors,
    IReadOnlyList<IssuedCertificate>? Certificates = null)
{
    /// <summary>The end of what is there; null where there is nothing, or Cloudflare does not tell.</summary>
    [JsonIgnore]
    public DateTimeOffset? LastsUntil => ExpiresOn ?? Certificates?.Max(certificate => certificate.ExpiresOn);
}

internal sealed record IssuedCertificate(DateTimeOffset? ExpiresOn);

internal sealed record ValidationError(string? Message);

/// <summary>TLS settings of a custom hostname.</summary>
/// <param name="MinTlsVersion"><c>1.0</c> … <c>1.3</c>; the zone's where it is null.</param>
internal sealed record SslSettings(string? MinTlsVersion);
