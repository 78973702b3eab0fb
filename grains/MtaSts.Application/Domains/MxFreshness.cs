using MtaSts.Grains;
using MtaSts.Modules.Dns;

namespace MtaSts.Application.Domains;

/// <summary>Maximum age of the MX records that a policy is compared with: checked before a policy is set, restored or served.</summary>
internal static class MxFreshness
{
    /// <summary>Older MX records are looked up again.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    /// <summary>A failed lookup is repeated after this time.</summary>
    public static readonly TimeSpan TryAgain = TimeSpan.FromSeconds(30);

    /// <summary>Checks the domain, unless its MX records are fresh. Takes at most as long as a check.</summary>
    public static async Task LookAgain(IGrainFactory grains, DomainView view, DateTimeOffset now)
    {
        if (IsOld(view.LastObservation, now))
            await grains.Probe().Check(view.Name);
    }

    /// <summary>The age of an observation from further in the future than clock corrections is unknown: the clock was or is wrong.</summary>
    private static bool IsOld(Observation? seen, DateTimeOffset now) =>
        seen is null || now - seen.At >= (seen.Mx.Status == DnsStatus.Failed ? TryAgain : Fresh) || seen.At - now >= Fresh;
}
