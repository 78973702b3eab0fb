namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>Cloudflare's error codes with their own handling; all others are passed on with their message.</summary>
internal static class ErrorCodes
{
    public const long NoQuota = 1404;
    public const long QuotaExceeded = 1405;
    public const long DuplicateHostname = 1406;
    public const long ReservedTopLevelDomain = 1409;
    public const long HostnameNotFound = 1436;
    public const long NameNeedsBranding = 1469;
}
