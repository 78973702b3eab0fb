namespace MtaSts.Host.Settings;

/// <summary>Whether the arguments are settings. The framework ignores a word that is not a setting, and takes the argument after a key without value
/// as its value.</summary>
internal static class ArgumentCheck
{
    private const string Demo = "--demo";
    private static readonly string[] Commands = [Demo, "reset-password"];

    /// <exception cref="SettingsException">One of them would be ignored.</exception>
    public static void Stop(IReadOnlyList<string> args)
    {
        if (Problems(args).ToArray() is { Length: > 0 } problems)
            throw new SettingsException(problems);
    }

    /// <summary>One line for each argument that is not a setting. UnknownKeys checks whether the setting exists, because files can contain it too.</summary>
    public static IEnumerable<string> Problems(IReadOnlyList<string> args)
    {
        for (var i = 0; i < args.Count; i++)
        {
            var (text, hasDashes) = (args[i], args[i].StartsWith("--", StringComparison.Ordinal));
            if (text == Demo)
                continue;
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? text : text[..equals];
            if ((!hasDashes && (equals < 0 || text[0] is '-' or '/')) || key.TrimStart('-').Trim().Length == 0)
                yield return $"“{text}” is neither a setting nor a command.{Hint(text)}";
            else if (equals < 0 && NearestName.Of(key, [Demo]) is not null)
                yield return $"“{text}” is neither a setting nor a command.{Hint(text)}";
            else if (equals < 0 && (i + 1 == args.Count || args[i + 1].StartsWith("--", StringComparison.Ordinal)))
                yield return $"{key} has no value. Write {key}=value.";
            else if (equals < 0)
                i++;
        }
    }

    private static string Hint(string text) =>
        text.Equals(Commands[1], StringComparison.OrdinalIgnoreCase) ? " Write reset-password first, then the e-mail address."
        : NearestName.Of(text, [.. Commands, "demo"]) is { } near ? $" Did you mean {(near == "demo" ? Demo : near)}?"
        : " Write settings as --Section:Name=value.";
}
