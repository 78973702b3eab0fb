using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Application.Domains;

/// <summary>A domain's MX hosts as last probed, and what senders do with mail for them.</summary>
/// <param name="IsProbed">False: this service does not connect to MX hosts.</param>
/// <param name="Probe">The last probe; null before the first one.</param>
/// <param name="Mode">The mode of the policy that the hosts are compared with; null when there is none.</param>
/// <param name="Hosts">By preference.</param>
public sealed record MxReport(bool IsProbed, MxProbe? Probe, PolicyMode? Mode, IReadOnlyList<MxHostReport> Hosts)
{
    internal static MxReport Of(MxView view, DateTimeOffset now)
    {
        var patterns = view.Policy?.ToPolicy().Mx;
        return new(view.IsProbed, view.Probe, view.Policy?.Mode, [.. (view.Probe?.Hosts ?? []).Select(host => MxHostReport.Of(host, patterns, now))]);
    }
}

/// <summary>One MX host.</summary>
/// <param name="Host">What was seen.</param>
/// <param name="IsInPolicy">The policy admits it (RFC 8461 §4.1); null without a policy.</param>
/// <param name="MtaSts">What a sender does that enforces a policy for the host.</param>
/// <param name="Dane">What a sender does that uses DANE.</param>
public sealed record MxHostReport(MxHost Host, bool? IsInPolicy, MxVerdict MtaSts, MxVerdict Dane)
{
    internal static MxHostReport Of(MxHost host, IReadOnlyList<MxPattern>? patterns, DateTimeOffset now) => new(
        host,
        patterns?.Any(pattern => pattern.Matches(host.Name)),
        patterns is null ? MxRules.MtaSts(host.Sessions, now) : MxRules.MtaSts(host.Name, patterns, host.Sessions, now),
        MxRules.Dane(host.Tlsa, host.Sessions));
}
