namespace MtaSts.Modules.Cloudflare.Simulator;

/// <summary>One request and its answer, without the token.</summary>
/// <param name="Path">Below the API's base, with the query: <c>/zones/…/custom_hostnames?page=1</c>.</param>
/// <param name="Status">0 where no answer was sent.</param>
/// <param name="Fault">The simulated fault, if any: the answer is then not the API's.</param>
public sealed record Exchange(string Method, string Path, string Request, int Status, string Response, Fault? Fault);

/// <summary>A hostname as shown to a test or a demonstration.</summary>
/// <param name="SslStatus">Null without a certificate.</param>
/// <param name="Branding">Its certificate has one of Cloudflare's names as common name.</param>
public sealed record HostnameView(string Hostname, string Status, string? SslStatus, string? MinTlsVersion, bool Branding, DateTimeOffset? ExpiresAt);

/// <summary>A DNS record as the API has it.</summary>
public sealed record RecordView(string Name, string Type, string Content, int Ttl);
