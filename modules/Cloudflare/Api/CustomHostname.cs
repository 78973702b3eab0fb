namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>A custom hostname as Cloudflare tells it. Only the id and the name are always there.</summary>
internal sealed record CustomHostname(
    string Id,
    string Hostname,
    string? Status,
    DateTimeOffset? CreatedAt,
    CustomHostnameSsl? Ssl,
    IReadOnlyList<string>? VerificationErrors);

/// <summary>Its certificate.</summary>
internal sealed record CustomHostnameSsl(
    string? Status,
    DateTimeOffset? ExpiresOn,
    SslSettings? Settings,
    IReadOnlyList<ValidationError>? ValidationErrors);

internal sealed record ValidationError(string? Message);

/// <summary>TLS settings of a custom hostname.</summary>
/// <param name="MinTlsVersion"><c>1.0</c> … <c>1.3</c>; the zone's where it is null.</param>
internal sealed record SslSettings(string? MinTlsVersion);
