using Microsoft.Extensions.Configuration;

namespace MtaSts.Modules.Maildir;

/// <summary>Reads and validates the settings.</summary>
internal static class MaildirSettings
{
    private const string Off = "Path is not set, so the source is off and its other settings have no effect. Set Path, or remove them.";

    /// <summary>Throws, with every problem in its message, when they are invalid. An unknown setting is a problem.</summary>
    public static MaildirOptions Read(IConfigurationSection section)
    {
        var options = new MaildirOptions();
        section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        string[] problems = [.. Problems(options), .. options.Path is null && section.GetChildren().Any(setting => !string.IsNullOrEmpty(setting.Value)) ? new[] { Off } : []];
        return problems.Length == 0 ? options : throw new FormatException(string.Join(' ', problems));
    }

    private static IEnumerable<string> Problems(MaildirOptions options)
    {
        if (options.Path is { } path && !Path.IsPathFullyQualified(path))
            yield return $"Path is “{path}”. Write the full path of a Maildir such as /var/mail/reports/Maildir.";
        foreach (var (key, folder) in new[] { ("MoveTo", options.MoveTo), ("Unclaimed", options.Unclaimed) })
        {
            if (!Path.IsPathFullyQualified(folder) && !IsName(folder))
                yield return $"{key} is “{folder}”. Write a name such as .Processed, or a full path; not new, cur or tmp.";
        }
        if (options.MoveTo == options.Unclaimed)
            yield return "MoveTo and Unclaimed must differ.";
        if (options.Poll < TimeSpan.FromSeconds(1) || options.Poll > TimeSpan.FromDays(1))
            yield return "Poll must be between 1 second and 1 day.";
        if (options.MaxFilesPerPass < 1)
            yield return "MaxFilesPerPass must be 1 or more.";
    }

    private static bool IsName(string folder) => folder.Length > 0 && !folder.Contains('/', StringComparison.Ordinal) && folder is not ("." or ".." or "new" or "cur" or "tmp");
}
