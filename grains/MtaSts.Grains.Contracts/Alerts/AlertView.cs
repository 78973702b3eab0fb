using System.Collections.Immutable;

namespace MtaSts.Grains;

/// <summary>An alert: open or resolved.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.AlertView")]
public sealed record AlertView
{
    /// <summary>Stands for the domain of alerts about the service itself. No domain has such a name.</summary>
    public const string Service = "~service";

    /// <summary>Unique within the claim.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>The domain, or <see cref="Service"/>.</summary>
    [Id(1)] public required string Domain { get; init; }

    /// <summary>One of <see cref="AlertKinds"/>.</summary>
    [Id(2)] public required string Kind { get; init; }

    /// <summary>The last known facts of all sources; see <see cref="AlertParameters"/>.</summary>
    [Id(3)] public ImmutableSortedDictionary<string, ImmutableArray<string>> Parameters { get; init; } = ImmutableSortedDictionary<string, ImmutableArray<string>>.Empty;

    /// <summary>The sources that last reported it.</summary>
    [Id(4)] public IReadOnlyList<AlertSource> Sources { get; init; } = [];
    [Id(5)] public required DateTimeOffset RaisedAt { get; init; }
    [Id(6)] public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Null while it is open.</summary>
    [Id(7)] public DateTimeOffset? ResolvedAt { get; init; }

    /// <summary>Somebody handles it: no notices until its severity rises. Null: nobody said so. Ends with the alert.</summary>
    [Id(8)] public AlertHandling? Acknowledged { get; init; }

    /// <summary>No notices until a date. Ends with the alert.</summary>
    [Id(9)] public AlertHandling? Snoozed { get; init; }

    /// <summary>Its kind is muted for the domain: no notices.</summary>
    [Id(10)] public AlertHandling? Muted { get; init; }

    /// <summary>When the date of a snooze last came while it was open.</summary>
    [Id(11)] public DateTimeOffset? StillOpenAt { get; init; }

    /// <summary>Whether it sends no notices that it is open.</summary>
    public bool IsSilent => Acknowledged is not null || Snoozed is not null || Muted is not null;
}
