using System.Globalization;

namespace MtaSts.Grains.Domains;

/// <summary>The list of effects that a decision leaves to be carried out, stored with it in one write.</summary>
internal static class PendingEffects
{
    public static DomainState Add(DomainState state, EffectKind kind, DateTimeOffset now, string? workspace = null, string? token = null, IReadOnlyList<AlertCondition>? alerts = null)
    {
        var number = state.LastEffect + 1;
        var effect = new PendingEffect
        {
            // With the moment in it, so that a straggler of a domain's earlier life, whose row is gone, finds no namesake.
            Id = string.Create(CultureInfo.InvariantCulture, $"{number}-{now.UtcTicks:x}"),
            Kind = kind,
            Workspace = workspace,
            Token = token,
            Alerts = [.. alerts ?? []],
            DueAt = now,
        };
        return state with { LastEffect = number, Effects = state.Effects.Add(effect) };
    }

    /// <summary>Takes the effects of a kind (and workspace) off the list: a later decision has overtaken them.</summary>
    public static DomainState Drop(DomainState state, EffectKind kind, string? workspace = null) =>
        state with { Effects = state.Effects.RemoveAll(e => e.Kind == kind && (workspace is null || e.Workspace == workspace)) };

    public static DomainState Remove(DomainState state, string id) => state with { Effects = state.Effects.RemoveAll(e => e.Id == id) };

    public static bool Has(DomainState state, EffectKind kind, string workspace) => state.Effects.Any(e => e.Kind == kind && e.Workspace == workspace);

    public static PendingEffect? Find(DomainState state, string id) => state.Effects.FirstOrDefault(e => e.Id == id);

    /// <summary>Puts an effect off after a try that did not complete it.</summary>
    public static DomainState Retry(DomainState state, PendingEffect effect, TimeSpan? wish, DateTimeOffset now, HostingOptions options)
    {
        var pause = TimeSpan.FromTicks(Math.Min(options.LongestRetry.Ticks, options.FirstRetry.Ticks << Math.Min(effect.Attempts, 20)));
        if (wish is { } wanted)
            pause = wanted < options.FirstRetry ? options.FirstRetry : wanted < options.LongestRetry ? wanted : options.LongestRetry;
        return Replace(state, effect with { Attempts = effect.Attempts + 1, DueAt = now + pause });
    }

    /// <summary>Carries out now what was put off until a quiet moment; what is being retried keeps its pause.</summary>
    public static DomainState Hasten(DomainState state, EffectKind kind, DateTimeOffset now) =>
        state with { Effects = [.. state.Effects.Select(e => e.Kind == kind && e.Attempts == 0 && e.DueAt > now ? e with { DueAt = now } : e)] };

    public static DomainState Replace(DomainState state, PendingEffect effect) =>
        state with { Effects = [.. state.Effects.Select(e => e.Id == effect.Id ? effect : e)] };
}
