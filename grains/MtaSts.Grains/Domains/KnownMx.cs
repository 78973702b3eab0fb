using MtaSts.Modules.Dns;

namespace MtaSts.Grains.Domains;

/// <summary>The domain's MX records as far as they are known: the last answer, also while look-ups fail.</summary>
internal static class KnownMx
{
    /// <summary>An older answer is none: mail may long go elsewhere.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(1);

    /// <summary>Null when there was no answer, or none for too long.</summary>
    public static LookupView? Of(DomainState state, DateTimeOffset now) => state switch
    {
        { LastMx: { } answer, LastMxAt: { } at } => now - at < KeptFor ? answer : null,
        { LastObservation: { Mx: { Status: not DnsStatus.Failed } answer, At: var at } } => now - at < KeptFor ? answer : null, // Stored by an older build.
        _ => null,
    };

    /// <summary>Notes an answer. A look-up that failed says nothing.</summary>
    public static DomainState Note(DomainState state, Observation seen) =>
        seen.Mx.Status == DnsStatus.Failed ? state : state with { LastMx = seen.Mx, LastMxAt = seen.At };
}
