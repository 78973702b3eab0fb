using System.Collections.Immutable;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Application.Alerts;

/// <summary>The words of one alert.</summary>
/// <param name="Tab">The part of the domain's page that mends it; empty for its first page.</param>
internal sealed record Words(AlertSeverity Severity, string Title, string Explanation, string NextStep, string Tab = "");

/// <summary>An alert's parameters; a missing one is empty.</summary>
internal readonly record struct Facts(IReadOnlyDictionary<string, ImmutableArray<string>> Parameters)
{
    public string Text(string name) => Parameters.TryGetValue(name, out var values) && values.Length > 0 ? values[0] : "";

    public bool Is(string name) => Parameters.ContainsKey(name);

    public ImmutableArray<string> All(string name) => Parameters.TryGetValue(name, out var values) ? values : [];

    /// <summary>A value of a list that has the same order as others; empty when it is shorter.</summary>
    public string At(string name, int row) => All(name) is var values && row < values.Length ? values[row] : "";

    /// <summary>Critical when the policy is enforced; otherwise a warning.</summary>
    public AlertSeverity Mode() => Text(AlertParameters.Mode) == PolicyMode.Enforce.ToText() ? AlertSeverity.Critical : AlertSeverity.Warning;

    public string Fault() => Enum.TryParse<FetchFaultKind>(Text(AlertParameters.Fault), out var kind)
        ? FetchFaults.Describe(kind, Nullable(AlertParameters.Address), Nullable(AlertParameters.Detail))
        : Text(AlertParameters.Fault);

    private string? Nullable(string name) => Text(name) is { Length: > 0 } text ? text : null;
}
