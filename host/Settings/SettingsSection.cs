namespace MtaSts.Host.Settings;

/// <summary>A section of the configuration and the class whose settable properties are its settings. Several classes may share a section.</summary>
/// <param name="Path">As in <c>Modules:source.smtp</c>.</param>
/// <param name="Without">Properties that are not settings: the host computes them.</param>
internal sealed record SettingsSection(string Path, Type Type, params string[] Without)
{
    /// <summary>The id of the module that owns the settings; null for the host's.</summary>
    public string? Module { get; init; }
}

/// <summary>An invalid setting.</summary>
/// <param name="Key">Its full name.</param>
/// <param name="Message">One line: what is wrong and what to write.</param>
internal sealed record SettingProblem(string Key, string Message);
