namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>The requested certificate.</summary>
/// <param name="Method"><c>http</c>: answered by Cloudflare itself once the name points to it, so that the owner publishes only the CNAME.</param>
/// <param name="CloudflareBranding">Another common name for the certificate; null omits it.</param>
internal sealed record SslRequest(string Method, string Type, SslSettings Settings, bool? CloudflareBranding)
{
    /// <summary>Longest name that a certificate's common name can hold (X.520, ub-common-name); error 1469 beyond it.</summary>
    public const int MaxCommonName = 64;

    /// <summary>RFC 8461 §3.3 permits senders to refuse less than the recommendation of §7.2: TLS 1.2.</summary>
    public const string MinTlsVersion = "1.2";

    public static SslRequest For(string hostname) =>
        new("http", "dv", new SslSettings(MinTlsVersion), hostname.Length > MaxCommonName ? true : null);
}

internal sealed record CreateRequest(string Hostname, SslRequest Ssl);

internal sealed record EditRequest(SslRequest Ssl);
