namespace MtaSts.Modules.Hostnames;

/// <summary>
/// A further ability of an <see cref="IHostnameProvider"/>: it tells which authorities its certificates come from. The host
/// compares them with the domain's CAA records (RFC 8659) before and while a hostname is made, and while it is live, and tells
/// the owner which record to add when they refuse. Without this ability CAA records are not looked at.
/// </summary>
public interface ICertificateAuthorities
{
    /// <summary>
    /// The issuer domain names that the authorities go by in CAA records, in lower case, the preferred one first:
    /// <c>letsencrypt.org</c>, <c>sectigo.com</c> (which ZeroSSL goes by). Any one of them can be used in the place of another.
    /// Empty: nothing is compared. The same on every call, and without I/O.
    /// </summary>
    IReadOnlyList<string> CaaIdentifiers { get; }
}
