using System.Reflection;

namespace MtaSts.Host.Settings;

/// <summary>Compares the configuration with the known settings: every key is known, every value has its setting's type.</summary>
internal static class StrictSections
{
    public static IEnumerable<SettingProblem> Problems(IConfiguration configuration, IEnumerable<SettingsSection> sections) =>
        sections.GroupBy(section => section.Path).SelectMany(same => Section(configuration.GetSection(same.Key), same.Key, [.. same.SelectMany(Settings)], same.Key));

    /// <summary>The settings of a class.</summary>
    public static IEnumerable<PropertyInfo> Settings(SettingsSection section) =>
        Settable(section.Type).Where(property => !section.Without.Contains(property.Name, StringComparer.Ordinal));

    /// <summary>All settings by full name, those of nested classes too.</summary>
    public static IEnumerable<(string Key, Type Type)> Keys(IEnumerable<SettingsSection> sections) =>
        sections.SelectMany(section => Settings(section).SelectMany(property => Keys($"{section.Path}:{property.Name}", property.PropertyType)));

    private static IEnumerable<(string Key, Type Type)> Keys(string key, Type type) =>
        IsNested(type) ? Settable(type).SelectMany(property => Keys($"{key}:{property.Name}", property.PropertyType)) : [(key, type)];

    private static IEnumerable<PropertyInfo> Settable(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property is { CanRead: true, SetMethod.IsPublic: true } && property.GetIndexParameters().Length == 0);

    private static bool IsNested(Type type) => type.IsClass && type != typeof(string) && type != typeof(Uri) && !IsList(type);

    private static bool IsList(Type type) => type != typeof(string) && type.IsAssignableTo(typeof(System.Collections.IEnumerable));

    private static IEnumerable<SettingProblem> Section(IConfigurationSection section, string path, PropertyInfo[] settings, string root)
    {
        if (section.Value is { Length: > 0 })
            yield return new SettingProblem(path, $"{path} is a section and has no value of its own. Write {path}:{settings.FirstOrDefault()?.Name ?? "name"}=… .");
        foreach (var child in section.GetChildren())
        {
            var key = $"{path}:{child.Key}";
            if (Array.Find(settings, property => string.Equals(property.Name, child.Key, StringComparison.OrdinalIgnoreCase)) is not { } setting)
            {
                yield return new SettingProblem(key, $"{key} is not a setting.{(NearestName.Of(child.Key, settings.Select(property => property.Name)) is { } near ? $" Did you mean {path}:{near}?" : $" Settings of {path} are: {string.Join(", ", settings.Select(property => property.Name).Order(StringComparer.Ordinal))}.")}");
                continue;
            }
            key = $"{path}:{setting.Name}";
            var problems = IsNested(setting.PropertyType) ? Section(child, key, [.. Settable(setting.PropertyType)], root)
                : IsList(setting.PropertyType) ? List(child, key)
                : Value(child, key, setting.PropertyType);
            foreach (var problem in problems)
                yield return problem;
        }
    }

    private static IEnumerable<SettingProblem> List(IConfigurationSection section, string key)
    {
        if (section.Value is { Length: > 0 })
            yield return new SettingProblem(key, $"{key} is a list. Write {key}:0={section.Value}, and {key}:1 for the next.");
        foreach (var child in section.GetChildren().Where(child => !int.TryParse(child.Key, out _)))
            yield return new SettingProblem($"{key}:{child.Key}", $"{key}:{child.Key}: {key} is a list. Write {key}:0, {key}:1 …");
    }

    private static IEnumerable<SettingProblem> Value(IConfigurationSection section, string key, Type type)
    {
        if (section.GetChildren().FirstOrDefault() is { } nested)
            yield return new SettingProblem($"{key}:{nested.Key}", $"{key}:{nested.Key} is not a setting: {key} is one value. Write {key}=…{(type == typeof(string) ? ", several with commas where it takes several" : "")}.");
        else if (section.Value is { } text && SettingValue.Problem(type, text, HostSettings.ZeroIsAllowed.Contains(key)) is { } problem)
            yield return new SettingProblem(key, $"{key} is “{(HostSettings.IsSecret(key) ? "…" : text)}”. {problem}");
    }
}
