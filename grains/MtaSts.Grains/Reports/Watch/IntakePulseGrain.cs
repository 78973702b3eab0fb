using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MtaSts.Grains.Clocks;

namespace MtaSts.Grains.Reports;

/// <summary>The claims for which reports were counted last.</summary>
internal sealed record IntakePulseState
{
    /// <summary>The calendar time by claim.</summary>
    [JsonPropertyName("counted")] public ImmutableSortedDictionary<string, DateTimeOffset> Counted { get; init; } = ImmutableSortedDictionary.Create<string, DateTimeOffset>(StringComparer.Ordinal);
}

/// <summary>Rules of <see cref="IIntakePulseGrain"/>.</summary>
internal static class IntakePulseRules
{
    /// <summary>Claims that are remembered: enough to see that there are several.</summary>
    public const int MaxClaims = 16;

    /// <summary>After this time without any report the service's own intake may have failed. Most senders report in the first half of a UTC day.</summary>
    public static readonly TimeSpan SilentAfter = TimeSpan.FromHours(12);

    /// <summary>A claim without reports for this time is not expected to have any.</summary>
    public static readonly TimeSpan ForgottenAfter = TimeSpan.FromDays(30);

    public static IntakePulseState Counted(IntakePulseState state, string claim, DateTimeOffset now)
    {
        var counted = state.Counted.SetItem(claim, now);
        return new IntakePulseState { Counted = counted.Count <= MaxClaims ? counted : counted.Remove(counted.MinBy(static known => known.Value).Key) };
    }

    /// <summary>See <see cref="IIntakePulseGrain.SilentSince"/>. With a single claim, silent senders cannot be distinguished from a failed intake: then the owner is notified.</summary>
    public static DateTimeOffset? SilentSince(IntakePulseState state, string claim, DateTimeOffset now)
    {
        var known = state.Counted.Where(counted => now - counted.Value < ForgottenAfter).ToArray();
        return known.Any(counted => counted.Key != claim) && known.Max(static counted => counted.Value) is var last && now - last >= SilentAfter ? last : null;
    }
}

/// <summary>Grain for <see cref="IntakePulseRules"/>.</summary>
[GrainType("intake-pulse")]
internal sealed class IntakePulseGrain([PersistentState(StateNames.IntakePulse, StateNames.Storage)] IPersistentState<IntakePulseState> stored, ServiceClock clock) : Grain, IIntakePulseGrain
{
    public Task Counted(string claim) => stored.Replace(IntakePulseRules.Counted(stored.State, claim, clock.Calendar), DeactivateOnIdle);

    public Task<DateTimeOffset?> SilentSince(string claim) => Task.FromResult(IntakePulseRules.SilentSince(stored.State, claim, clock.Calendar));
}
