using System.Collections.Immutable;

namespace MtaSts.Protocol;

/// <summary>
/// Evidence on whether this network blocks outgoing connections to port 25, as many do. It counts as blocked when no address of several MX hosts in a row accepts a connection, and these
/// belong to several workspaces if several are probed: the members of one workspace choose the MX hosts of its domains. A refusal is no answer: a firewall of this network that rejects
/// connections looks the same as an MX host that refuses them.
/// </summary>
public sealed record Port25Evidence
{
    /// <summary>The number of MX hosts in a row without any connection that shows a block. Fewer may simply be down.</summary>
    public const int SilentHosts = 3;

    /// <summary>The number of workspaces that these must belong to; one is enough while only one workspace is probed.</summary>
    public const int SilentWorkspaces = 2;

    /// <summary>How long after an answer the port does not count as blocked. In this time, silence makes the state unknown.</summary>
    public static readonly TimeSpan OpenFor = TimeSpan.FromHours(3);

    /// <summary>The evidence before the first probe.</summary>
    public static readonly Port25Evidence None = new();

    private ImmutableHashSet<(string Workspace, string Host)> Silent { get; init; } = [];

    private ImmutableHashSet<string> Workspaces { get; init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    private TimeSpan? AnsweredAt { get; init; }

    /// <summary>The conclusion from the evidence.</summary>
    public Port25State State { get; private init; }

    /// <summary>Returns the evidence after a further probe.</summary>
    /// <param name="workspace">The workspace that the probed domain belongs to.</param>
    /// <param name="host">The first MX host that is silent; any text if none is.</param>
    /// <param name="outcomes">The outcomes of all addresses of all MX hosts of the domain.</param>
    /// <param name="now">Time on a monotonic clock.</param>
    public Port25Evidence After(string workspace, string host, IReadOnlyCollection<MxOutcome> outcomes, TimeSpan now)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(outcomes);
        if (outcomes.Any(IsAnswer))
            return new Port25Evidence { Workspaces = Seen(workspace), AnsweredAt = now, State = Port25State.Open };
        // An address without a route shows nothing about the port.
        if (!outcomes.Any(IsSilence))
            return this;
        var (silent, workspaces) = (Add(workspace, host.ToLowerInvariant()), Seen(workspace));
        var isSilent = silent.Select(static known => known.Host).Distinct(StringComparer.Ordinal).Count() >= SilentHosts
            && silent.Select(static known => known.Workspace).Distinct(StringComparer.Ordinal).Count() >= workspaces.Count;
        var state = !isSilent ? State : now - AnsweredAt < OpenFor ? Port25State.Unknown : Port25State.Blocked;
        return silent == Silent && workspaces == Workspaces && state == State ? this : this with { Silent = silent, Workspaces = workspaces, State = state };
    }

    /// <summary>Whether the outcome may be caused by a firewall of this network.</summary>
    public static bool IsSilence(MxOutcome outcome) => outcome is MxOutcome.NoAnswer or MxOutcome.Refused;

    /// <summary>From <see cref="MxOutcome.Silent"/> on, a connection was established.</summary>
    private static bool IsAnswer(MxOutcome outcome) => outcome >= MxOutcome.Silent;

    /// <summary>More workspaces than the limit are not needed.</summary>
    private ImmutableHashSet<string> Seen(string workspace) => Workspaces.Count < SilentWorkspaces ? Workspaces.Add(workspace) : Workspaces;

    /// <summary>More hosts and workspaces than the limits are not needed.</summary>
    private ImmutableHashSet<(string Workspace, string Host)> Add(string workspace, string host)
    {
        var isFull = Silent.Any(known => known.Workspace == workspace)
            ? Silent.Count(known => known.Workspace == workspace) >= SilentHosts
            : Silent.Select(static known => known.Workspace).Distinct(StringComparer.Ordinal).Count() >= SilentWorkspaces;
        return isFull ? Silent : Silent.Add((workspace, host));
    }
}
