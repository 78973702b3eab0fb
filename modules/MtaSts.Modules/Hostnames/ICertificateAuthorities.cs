namespace MtaSts.Modules.Hostnames;

/// <summary>
/// An optional ability of an <see cref="IHostnameProvider"/>: it names the authorities of its certificates. The host compares them with the domain's
/// CAA records (RFC 8659) before and during the creation of a hostname, and while it is live, and shows the owner which record to add when they
/// refuse. Without this ability CAA records are not checked.
/// </summary>
public interface ICertificateAuthorities
{
    /// <summary>
    /// The issuer domain names of the authorities in CAA records, in lower case, the preferred one first: <c>letsencrypt.org</c>, <c>sectigo.com</c>
    /// (used by ZeroSSL). Each of them can replace another. Empty: nothing is compared. The same on every call, and without I/O.
    /// </summary>
    IReadOnlyList<string> CaaIdentifiers { get; }
}
