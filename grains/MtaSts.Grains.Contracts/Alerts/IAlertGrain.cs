namespace MtaSts.Grains;

[GenerateSerializer, Alias("MtaSts.AlertSeverity")]
public enum AlertSeverity
{
    /// <summary>Something to look at.</summary>
    Warning,

    /// <summary>Mail is lost, or will be.</summary>
    Critical,
}

/// <summary>Something an owner should know, while it lasts.</summary>
/// <param name="Kind">Stable: <c>cname-lost</c>, <c>policy-record-mismatch</c>, <c>mx-not-covered</c>, …</param>
/// <param name="Message">For people: what is wrong and what to do.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.AlertCondition")]
public sealed record AlertCondition([property: Id(0)] string Kind, [property: Id(1)] AlertSeverity Severity, [property: Id(2)] string Message);

[GenerateSerializer, Immutable, Alias("MtaSts.AlertView")]
public sealed record AlertView
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Domain { get; init; }
    [Id(2)] public required string Kind { get; init; }
    [Id(3)] public required AlertSeverity Severity { get; init; }
    [Id(4)] public required string Message { get; init; }
    [Id(5)] public required DateTimeOffset RaisedAt { get; init; }
    [Id(6)] public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Null while it lasts.</summary>
    [Id(7)] public DateTimeOffset? ResolvedAt { get; init; }
}

/// <summary>The alerts of one claim. Key: <c>al-{workspace}/{domain}</c>.</summary>
[Alias("MtaSts.IAlertGrain")]
public interface IAlertGrain : IGrainWithStringKey
{
    /// <summary>Resolved alerts that are kept; older ones go.</summary>
    const int MaxPast = 100;

    /// <summary>Makes the open alerts exactly these: raises new ones, updates, resolves what is over. Idempotent.</summary>
    [Alias("Set")]
    Task Set(IReadOnlyList<AlertCondition> conditions);

    /// <summary>The claim is gone, and with it every alert, past ones too. May be repeated.</summary>
    [Alias("Erase")]
    Task Erase();

    /// <summary>Open ones first, then past ones, newest first.</summary>
    [Alias("List")]
    Task<IReadOnlyList<AlertView>> List();
}
