using System.Collections.Immutable;
using System.Globalization;

namespace MtaSts.Grains;

/// <summary>The source of a condition. Each source sets only its own conditions of a claim. Permanent, because the values are stored.</summary>
[GenerateSerializer, Alias("MtaSts.AlertSource")]
public enum AlertSource
{
    /// <summary>Records in the DNS.</summary>
    Dns,

    /// <summary>The policy and its host, fetched from outside.</summary>
    OutsideFetch,

    /// <summary>The hostname provider.</summary>
    HostnameProvider,

    /// <summary>The provider of the service's own DNS zone.</summary>
    DnsProvider,

    /// <summary>The domain's own policy.</summary>
    Policy,

    /// <summary>The TLS reports, compared with earlier ones.</summary>
    Reports,
    /// <summary>The probe of the MX hosts.</summary>
    MxProbe,

    /// <summary>Automatic changes of the mode.</summary>
    Rollout,

    /// <summary>The silos of the service, about the service itself.</summary>
    Service,
}

/// <summary>A state that an owner should know: a kind and facts, never a sentence. Equal when both are equal.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.AlertCondition")]
public sealed record AlertCondition
{
    /// <summary>Maximum number of values of one parameter; external data may contain hundreds.</summary>
    public const int MaxValues = 50;

    /// <summary>Maximum characters of a value.</summary>
    public const int MaxLength = 1_000;

    /// <summary>One of <see cref="AlertKinds"/>.</summary>
    [Id(0)] public required string Kind { get; init; }

    /// <summary>The facts by name, see <see cref="AlertParameters"/>. Bounded by <see cref="MaxValues"/> and <see cref="MaxLength"/>.</summary>
    [Id(1)] public ImmutableSortedDictionary<string, ImmutableArray<string>> Parameters { get; init; } = ImmutableSortedDictionary.Create<string, ImmutableArray<string>>(StringComparer.Ordinal);

    /// <summary>A condition without facts.</summary>
    public static AlertCondition Of(string kind) => new() { Kind = kind };

    /// <summary>Adds a fact; null and empty values are omitted.</summary>
    public AlertCondition With(string parameter, string? value) => string.IsNullOrEmpty(value) ? this : With(parameter, [value]);

    /// <summary>Adds a time in UTC, to the minute: <c>2026-12-31T23:59Z</c>.</summary>
    public AlertCondition With(string parameter, DateTimeOffset time) => With(parameter, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture));

    /// <summary>Adds a boolean fact if it is true.</summary>
    public AlertCondition With(string parameter, bool isSo) => isSo ? With(parameter, "true") : this;

    /// <summary>Adds a fact with several values.</summary>
    public AlertCondition With(string parameter, IReadOnlyList<string> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return this with { Parameters = Parameters.SetItem(parameter, [.. values.Take(MaxValues).Select(static value => value.Length <= MaxLength ? value : value[..MaxLength])]) };
    }

    public bool Equals(AlertCondition? other) =>
        other is not null && Kind == other.Kind && Parameters.Count == other.Parameters.Count
        && Parameters.All(pair => other.Parameters.TryGetValue(pair.Key, out var values) && values.AsSpan().SequenceEqual(pair.Value.AsSpan()));

    public override int GetHashCode() => HashCode.Combine(Kind, Parameters.Count);
}
