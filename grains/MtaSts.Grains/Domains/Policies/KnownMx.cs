using MtaSts.Modules.Dns;

namespace MtaSts.Grains.Domains;

/// <summary>The last known MX records of the domain, also while lookups fail.</summary>
internal static class KnownMx
{
    /// <summary>An older answer is ignored: the records may have changed.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    /// <summary>Null when there was no answer, or only one that is too old.</summary>
    public static LookupView? Of(DomainState state, DateTimeOffset now) => now - state.LastMxAt < KeptFor ? state.LastMx : null;

    /// <summary>Records an answer. A failed lookup changes nothing.</summary>
    public static DomainState Note(DomainState state, Observation seen) =>
        seen.Mx.Status == DnsStatus.Failed ? state : state with { LastMx = seen.Mx, LastMxAt = seen.At };
}
