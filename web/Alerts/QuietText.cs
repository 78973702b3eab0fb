using MtaSts.Web.Domains;

namespace MtaSts.Web.Alerts;

/// <summary>What a page says of domains without an open alert. That nothing is wrong follows from <see cref="DomainHealth"/> alone.</summary>
/// <param name="IsQuiet">Nothing is wrong, and nothing unknown.</param>
public sealed record QuietText(bool IsQuiet, string Title, string Text)
{
    private const string Appear = "Alerts appear here automatically and are resolved when their cause is gone.";

    /// <summary>Names that a sentence lists before it counts.</summary>
    private const int MostNames = 3;

    /// <param name="domains">All domains of the workspace by name; null when they were not all looked at.</param>
    public static QuietText Of(IReadOnlyList<(string Name, DomainHealth Health)>? domains)
    {
        if (domains is null)
            return new(false, "No open alert", $"{Appear} The list of domains shows their state.");
        if (domains.Count == 0)
            return new(false, "No domain yet", "Alerts are about domains. Add one first.");
        var red = Listed(domains.Where(domain => domain.Health.Worst >= Tone.Warn));
        var unsure = Listed(domains.Where(domain => domain.Health.Worst < Tone.Warn && !domain.Health.IsQuiet));
        if (red is null && unsure is null)
            return new(true, "All quiet", $"No domain needs attention. {Appear}");
        return new(false, "No open alert", string.Join(" ", new[] { red is null ? null : $"Needs attention: {red}.", unsure is null ? null : $"Unknown or in progress: {unsure}.", Appear }.OfType<string>()));
    }

    private static string? Listed(IEnumerable<(string Name, DomainHealth Health)> domains)
    {
        var names = domains.Select(domain => domain.Name).ToArray();
        return names.Length switch
        {
            0 => null,
            <= MostNames => string.Join(", ", names),
            _ => $"{string.Join(", ", names.Take(MostNames))} and {names.Length - MostNames} more",
        };
    }
}
