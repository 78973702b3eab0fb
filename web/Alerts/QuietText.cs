using MtaSts.Web.Domains;
using MtaSts.Web.Parts;

namespace MtaSts.Web.Alerts;

/// <summary>Text for domains without an open alert. Only <see cref="DomainHealth"/> decides whether nothing is wrong.</summary>
/// <param name="IsQuiet">Nothing is wrong, and nothing unknown.</param>
public sealed record QuietText(bool IsQuiet, string Title, string Text)
{
    private const string Appear = "Alerts appear here automatically and are resolved when their cause is fixed.";

    /// <summary>Names listed in a sentence; the others are only counted.</summary>
    private const int MostNames = 3;

    /// <param name="domains">All domains of the workspace by name; null when not all were checked.</param>
    /// <param name="muted">Open alerts that are muted.</param>
    public static QuietText Of(IReadOnlyList<(string Name, DomainHealth Health)>? domains, int muted = 0)
    {
        var text = Of(domains);
        return muted == 0 ? text : new(false, "No other alert is open", $"{Show.Plural(muted, "alert")} {(muted == 1 ? "is" : "are")} muted. {text.Text}");
    }

    private static QuietText Of(IReadOnlyList<(string Name, DomainHealth Health)>? domains)
    {
        if (domains is null)
            return new(false, "No open alert", $"{Appear} The list of domains shows their state.");
        if (domains.Count == 0)
            return new(false, "No domains yet", "Add a domain to get alerts.");
        var red = Listed(domains.Where(domain => domain.Health.Worst >= Tone.Warn));
        var unsure = Listed(domains.Where(domain => domain.Health.Worst < Tone.Warn && !domain.Health.IsQuiet));
        if (red is null && unsure is null)
            return new(true, "No problems found", $"No domain needs attention. {Appear}");
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
