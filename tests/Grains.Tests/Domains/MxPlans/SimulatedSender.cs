using MtaSts.Protocol;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>How a sender treats its cached policy, as read in the sources of real ones.</summary>
internal enum SenderStyle
{
    /// <summary>Looks for another id before each delivery (RFC 8461 §3.3; mox, Stalwart).</summary>
    ComparesIds,

    /// <summary>Fetches only when its copy has expired, whatever the id.</summary>
    IgnoresIds,

    /// <summary>As <see cref="ComparesIds"/>, and an unchanged id makes its copy last for another max_age (postfix-mta-sts-resolver).</summary>
    RenewsByIds,

    /// <summary>Fetches each day before its copy expires, whatever the id (RFC 8461 §3.3, chasquid).</summary>
    FetchesDaily,
}

/// <summary>What senders can see: the DNS as published, and the policies as served.</summary>
/// <param name="Mx">The MX records.</param>
/// <param name="Id">The id in the policy record; null without one.</param>
/// <param name="Policy">The policy that a fetch returns; null: 404.</param>
internal sealed record SenderWorld(Timeline<IReadOnlyList<string>> Mx, TimeSpan MxTtl, Timeline<string?> Id, TimeSpan IdTtl, Func<DateTimeOffset, PolicyContent?> Policy, TimeSpan Lease);

/// <summary>A delivery to no MX host that the sender's policy admits: refused.</summary>
internal sealed record Refused(SenderStyle Style, DateTimeOffset At, IReadOnlyList<string> Hosts, PolicyContent Policy);

/// <summary>
/// One sender with its caches: the policy, and the answers of its resolver. A delivery is refused when its enforced policy does not admit an MX host that its resolver returns.
/// </summary>
internal sealed class SimulatedSender(SenderStyle style, SenderWorld world, Random random, bool failsToFetch)
{
    private (DateTimeOffset At, IReadOnlyList<string> Value)? mx;
    private (DateTimeOffset At, string? Value)? id;
    private (DateTimeOffset At, string? Id, PolicyContent Policy)? copy;

    /// <summary>The policy that it applies at the moment; null when it knows none.</summary>
    public PolicyContent? Applies(DateTimeOffset now)
    {
        var seen = Id(now);
        if (copy is { } cached && now - cached.At < TimeSpan.FromSeconds(cached.Policy.MaxAge))
        {
            var isFetched = style switch
            {
                SenderStyle.ComparesIds or SenderStyle.RenewsByIds => seen is not null && seen != cached.Id && Fetch(now, seen),
                SenderStyle.FetchesDaily => now - cached.At >= TimeSpan.FromDays(1) && Fetch(now, seen),
                _ => false,
            };
            if (!isFetched && style == SenderStyle.RenewsByIds && seen == cached.Id)
                copy = cached with { At = now };
            return copy!.Value.Policy;
        }
        copy = null;
        if (seen is not null)
            Fetch(now, seen);
        return copy?.Policy;
    }

    public Refused? Deliver(DateTimeOffset now)
    {
        var hosts = Mx(now);
        return Applies(now) is { Mode: PolicyMode.Enforce } policy && policy.ToPolicy().NotAdmitted(hosts) is { Count: > 0 } refused ? new(style, now, refused, policy) : null;
    }

    private bool Fetch(DateTimeOffset now, string? under)
    {
        // Some gateways have the version before for a lease.
        if ((failsToFetch && random.Next(3) > 0) || world.Policy(now - (world.Lease * random.NextDouble())) is not { } policy)
            return false;
        copy = (now, under, policy);
        return true;
    }

    private IReadOnlyList<string> Mx(DateTimeOffset now)
    {
        if (mx is not { } cached || now - cached.At >= world.MxTtl)
            mx = cached = (now, world.Mx.At(now));
        return cached.Value;
    }

    private string? Id(DateTimeOffset now)
    {
        if (id is not { } cached || now - cached.At >= world.IdTtl)
            id = cached = (now, world.Id.At(now));
        return cached.Value;
    }
}
