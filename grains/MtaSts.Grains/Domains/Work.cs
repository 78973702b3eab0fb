using System.Globalization;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Domains;

/// <summary>Work that a decision requires. It is stored in the same write as the decision, and repeated until it is done.</summary>
internal abstract record Work
{
    /// <summary>Unique, also among the ids of a deleted state of the domain: a late result never matches other work.</summary>
    [JsonPropertyName("id")] public string Id { get; init; } = "";

    /// <summary>Consecutive attempts that did not complete it.</summary>
    [JsonPropertyName("attempts")] public int Attempts { get; init; }
    [JsonPropertyName("dueAt")] public DateTimeOffset DueAt { get; init; }

    /// <summary>Takes the next id.</summary>
    public static DomainState NextId(DomainState state, DateTimeOffset now, out string id)
    {
        state = state with { LastWork = state.LastWork + 1 };
        id = string.Create(CultureInfo.InvariantCulture, $"{state.LastWork}-{now.UtcTicks:x}");
        return state;
    }
}

/// <summary>The state that is wanted at a provider, and the provider's last report. It is ordered again regularly, so that what is lost at the provider is created again.</summary>
internal abstract record DesiredState : Work
{
    /// <summary>Permanent id of the provider; null before the first report.</summary>
    [JsonPropertyName("provider")] public string? Provider { get; init; }

    /// <summary>Why the provider does not have the wanted state; null when it does.</summary>
    [JsonPropertyName("problem")] public string? Problem { get; init; }
    [JsonPropertyName("nextStep")] public string? NextStep { get; init; }
}

internal static class WorkExtensions
{
    public static T With<T>(this T desired, ReconcileResult result) where T : DesiredState =>
        (T)(desired with { Provider = result.Provider ?? desired.Provider, Problem = result.Problem, NextStep = result.NextStep });

    /// <summary>Delays the next attempt.</summary>
    /// <param name="wish">The delay requested by the provider; null: use the back-off.</param>
    public static T Delay<T>(this T work, TimeSpan? wish, DateTimeOffset now, HostingOptions options) where T : Work
    {
        var pause = TimeSpan.FromTicks(Math.Min(options.LongestRetry.Ticks, options.FirstRetry.Ticks << Math.Min(work.Attempts, 20)));
        if (wish is { } wanted)
            pause = wanted < options.FirstRetry ? options.FirstRetry : wanted < options.LongestRetry ? wanted : options.LongestRetry;
        return (T)(work with { Attempts = work.Attempts + 1, DueAt = now + pause });
    }
}
