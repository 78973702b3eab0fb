namespace MtaSts.Modules.Cloudflare.Simulator;

/// <summary>Cloudflare's times. Documented times are marked as such; the others have the right order of magnitude.</summary>
public static class Timings
{
    /// <summary>The first check of a hostname that already points to the zone.</summary>
    public static readonly TimeSpan FirstCheck = TimeSpan.FromSeconds(5);

    /// <summary>An active hostname is checked again.</summary>
    public static readonly TimeSpan Recheck = TimeSpan.FromHours(6);

    /// <summary>Documented: 75 attempts over 7 days.</summary>
    public const int MostHostnameChecks = 75;

    /// <summary>Documented: about 120 attempts of a certificate's validation.</summary>
    public const int MostValidations = 120;

    /// <summary>Documented: a moved hostname is deleted after 7 days.</summary>
    public static readonly TimeSpan MovedIsKept = TimeSpan.FromDays(7);

    /// <summary>Until the validation records exist.</summary>
    public static readonly TimeSpan Initializing = TimeSpan.FromSeconds(3);

    /// <summary>From validation to the certificate.</summary>
    public static readonly TimeSpan Issuance = TimeSpan.FromSeconds(20);

    /// <summary>Until the certificate is at the edge.</summary>
    public static readonly TimeSpan Deployment = TimeSpan.FromSeconds(15);

    /// <summary>A certificate order without issuance times out.</summary>
    public static readonly TimeSpan IssuanceTimeout = TimeSpan.FromHours(24);

    /// <summary>Documented: certificates are valid for 90 days.</summary>
    public static readonly TimeSpan CertificateLife = TimeSpan.FromDays(90);

    /// <summary>Documented: renewed from 30 days before the expiry.</summary>
    public static readonly TimeSpan RenewalBegins = TimeSpan.FromDays(30);

    /// <summary>Documented: beyond the rate of certificates none is issued for 30 s.</summary>
    public static readonly TimeSpan CertificateBlock = TimeSpan.FromSeconds(30);

    /// <summary>Documented: the window of the limit of requests, and how long it blocks.</summary>
    public static readonly TimeSpan RequestWindow = TimeSpan.FromMinutes(5);

    private const int SlowTries = 10;
    private const double SlowGrowth = 1.05;
    private const double Growth = 1.15;
    private static readonly TimeSpan LongestGap = TimeSpan.FromHours(4);

    /// <summary>Documented: the pause after attempt <paramref name="tries"/> is floor(60·1.05ⁿ) s for the first ten, then floor(60·1.15ⁿ) s up to 4 h.</summary>
    public static TimeSpan GapAfter(int tries)
    {
        var seconds = Math.Floor(60 * Math.Pow(tries < SlowTries ? SlowGrowth : Growth, tries));
        return seconds < LongestGap.TotalSeconds ? TimeSpan.FromSeconds(seconds) : LongestGap;
    }
}
