using System.Collections.Immutable;

namespace MtaSts.Protocol;

/// <summary>
/// Evidence on whether this network blocks outgoing connections to port 25, as many do. It counts as blocked when no address of several domains in a row accepts a connection. A
/// refusal is no answer: a firewall of this network that rejects connections looks the same as an MX host that refuses them.
/// </summary>
public sealed record Port25Evidence
{
    /// <summary>The number of domains in a row without any connection that shows a block. Fewer domains may simply be down.</summary>
    public const int SilentDomains = 3;

    /// <summary>The evidence before the first probe.</summary>
    public static readonly Port25Evidence None = new();

    private ImmutableHashSet<string> Silent { get; init; } = ImmutableHashSet.Create<string>(StringComparer.OrdinalIgnoreCase);

    private bool HasAnswered { get; init; }

    /// <summary>The conclusion from the evidence.</summary>
    public Port25State State => Silent.Count >= SilentDomains ? Port25State.Blocked : HasAnswered ? Port25State.Open : Port25State.Unknown;

    /// <summary>Returns the evidence after a further probe.</summary>
    /// <param name="domain">The probed domain.</param>
    /// <param name="outcomes">The outcomes of all addresses of all its MX hosts.</param>
    public Port25Evidence After(string domain, IReadOnlyCollection<MxOutcome> outcomes)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        if (outcomes.Any(IsAnswer))
            return new Port25Evidence { HasAnswered = true };
        // An address without a route shows nothing about the port, and more domains than the limit are not needed.
        return outcomes.Any(IsSilence) && Silent.Count < SilentDomains ? this with { Silent = Silent.Add(domain) } : this;
    }

    /// <summary>Whether the outcome may be caused by a firewall of this network.</summary>
    public static bool IsSilence(MxOutcome outcome) => outcome is MxOutcome.NoAnswer or MxOutcome.Refused;

    /// <summary>From <see cref="MxOutcome.Silent"/> on, a connection was established.</summary>
    private static bool IsAnswer(MxOutcome outcome) => outcome >= MxOutcome.Silent;
}
