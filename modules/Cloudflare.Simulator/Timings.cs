namespace MtaSts.Modules.Cloudflare.Simulator;

/// <summary>Cloudflare's times. Those its documentation gives say so; the others are of the right order.</summary>
public static class Timings
{
    /// <summary>A hostname that points to the zone already is found out in real time.</summary>
    public static readonly TimeSpan FirstCheck = TimeSpan.FromSeconds(5);

    /// <summary>An active hostname is looked at again.</summary>
    public static readonly TimeSpan Recheck = TimeSpan.FromHours(6);

    /// <summary>Documented: 75 tries over 7 days, then given up.</summary>
    public const int MostHostnameChecks = 75;

    /// <summary>Documented: about 120 tries of a certificate's validation.</summary>
    public const int MostValidations = 120;

    /// <summary>Documented: a moved hostname is deleted after 7 days.</summary>
    public static readonly TimeSpan MovedIsKept = TimeSpan.FromDays(7);

    /// <summary>Until the validation records are there.</summary>
    public static readonly TimeSpan Initializing = TimeSpan.FromSeconds(3);

    /// <summary>From validation to the certificate.</summary>
    public static readonly TimeSpan Issuance = TimeSpan.FromSeconds(20);

    /// <summary>Until the certificate is at the edge.</summary>
    public static readonly TimeSpan Deployment = TimeSpan.FromSeconds(15);

    /// <summary>A certificate order that is not issued is given up.</summary>
    public static readonly TimeSpan IssuanceTimeout = TimeSpan.FromHours(24);

    /// <summary>Documented: certificates live 90 days.</summary>
    public static readonly TimeSpan CertificateLife = TimeSpan.FromDays(90);

    /// <summary>Documented: renewed from 30 days before the end.</summary>
    public static readonly TimeSpan RenewalBegins = TimeSpan.FromDays(30);

    /// <summary>Documented: past the rate of certificates nothing is made for 30 s.</summary>
    public static readonly TimeSpan CertificateBlock = TimeSpan.FromSeconds(30);

    /// <summary>Documented: the window of the limit of requests, and how long it blocks.</summary>
    public static readonly TimeSpan RequestWindow = TimeSpan.FromMinutes(5);

    private const int SlowTries = 10;
    private const double SlowGrowth = 1.05;
    private const double Growth = 1.15;
    private static readonly TimeSpan LongestGap = TimeSpan.FromHours(4);

    /// <summary>Documented: the gap after try <paramref name="tries"/> is floor(60·1.05ⁿ) s for the first ten, then floor(60·1.15ⁿ) s up to 4 h.</summary>
    public static TimeSpan GapAfter(int tries)
    {
        var seconds = Math.Floor(60 * Math.Pow(tries < SlowTries ? SlowGrowth : Growth, tries));
        return seconds < LongestGap.TotalSeconds ? TimeSpan.FromSeconds(seconds) : LongestGap;
    }
}
