using MtaSts.Modules.Dns;

namespace MtaSts.Grains;

/// <summary>How old MX records may be that a policy is compared with: whoever sets, restores or begins to serve one asks here first.</summary>
public static class MxFreshness
{
    /// <summary>MX records seen longer ago are looked at again.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    /// <summary>A look-up that failed is repeated after this.</summary>
    public static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(30);

    /// <summary>Has the domain checked, unless its MX records were seen within the last minutes. Bounded in time as a check is.</summary>
    public static async Task LookAgain(IGrainFactory grains, DomainView view, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(grains);
        ArgumentNullException.ThrowIfNull(view);
        if (IsOld(view.LastObservation, now))
            await grains.Probe().Check(view.Name);
    }

    /// <summary>The age of an observation dated further ahead than clocks are corrected is unknown: the clock was wrong then, or is now.</summary>
    private static bool IsOld(Observation? seen, DateTimeOffset now) =>
        seen is null || now - seen.At >= (seen.Mx.Status == DnsStatus.Failed ? TryAgain : Fresh) || seen.At - now >= Fresh;
}
