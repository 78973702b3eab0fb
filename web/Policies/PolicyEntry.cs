using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Web.Policies;

/// <summary>The policy form's fields.</summary>
internal sealed class PolicyEntry
{
    public PolicyMode Mode { get; set; } = PolicyMode.Testing;

    /// <summary>One pattern on each line.</summary>
    public string Mx { get; set; } = "";

    /// <summary>Seconds; 0: those of <see cref="OtherMaxAge"/>.</summary>
    public int MaxAgeChoice { get; set; } = MaxAges.Day;

    public int OtherMaxAge { get; set; } = MaxAges.Day;

    public string? Reason { get; set; }

    public int MaxAge => MaxAgeChoice == 0 ? OtherMaxAge : MaxAgeChoice;

    public static PolicyEntry Of(DomainView view)
    {
        var retiring = view.Hosting.State is HostingState.Retiring or HostingState.Removing;
        return (retiring ? view.Draft : view.Policy?.Content ?? view.Draft) is { } content
            ? new PolicyEntry
            {
                Mode = content.Mode,
                Mx = string.Join('\n', content.Mx),
                MaxAgeChoice = MaxAges.Choices.Contains(content.MaxAge) ? content.MaxAge : 0,
                OtherMaxAge = content.MaxAge,
            }
            : new PolicyEntry { Mx = string.Join('\n', view.LastObservation?.Mx.Values ?? []) };
    }

    public PolicyContent ToContent() =>
        new(Mode, Mx.Split(['\n', '\r', ',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), MaxAge);

    /// <summary>Null while a line is invalid.</summary>
    public Policy? ToPolicy()
    {
        var patterns = new List<MxPattern>();
        foreach (var line in ToContent().Mx)
        {
            if (!MxPattern.TryParse(line, out var pattern, out _))
                return null;
            patterns.Add(pattern);
        }
        return new Policy(Mode, patterns, MaxAge);
    }
}
