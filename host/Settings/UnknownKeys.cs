using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.Json;

namespace MtaSts.Host.Settings;

/// <summary>Keys of the configuration that nothing reads. Arguments and the settings file are compared in full; of the environment only names similar
/// to this service's sections, because other variables belong to other programs.</summary>
internal static class UnknownKeys
{
    /// <summary>Sections defined by others.</summary>
    private static readonly string[] Others = ["Logging", "ConnectionStrings", "OTEL", "DOTNET", "ASPNETCORE"];

    /// <summary>Single keys that the framework reads.</summary>
    private static readonly string[] Framework = ["environment", "contentRoot", "applicationName", "AllowedHosts", "shutdownTimeoutSeconds", "$schema"];

    /// <summary>Sections and keys of the framework that would bypass this service's settings and limits, and the settings to use instead.</summary>
    private static readonly Dictionary<string, string> Refused = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Kestrel"] = "Dashboard:Url and Gateway:Url say where the service listens, and the settings beside them bound its connections",
        ["Orleans"] = "the settings of Cluster and Storage say how silos work together",
    };

    private static readonly string[] Urls = ["urls", "http_ports", "https_ports"];

    public static IEnumerable<string> Problems(ConfigurationManager configuration)
    {
        if (configuration["AllowedHosts"] is not (null or "" or "*"))
            yield return "AllowedHosts is not a setting of this service: Dashboard:Hosts names the hosts that the dashboard answers for, beside those in Dashboard:Url and Dashboard:PublicUrl.";
        string[] ours = [.. HostSettings.Sections.Select(section => section.Path.Split(':')[0]).Append("Modules").Distinct(StringComparer.OrdinalIgnoreCase)];
        string[] all = [.. StrictSections.Keys(HostSettings.Sections).Select(setting => setting.Key), .. ours, .. Framework];
        var written = ((IConfigurationRoot)configuration).Providers.Where(provider => provider is CommandLineConfigurationProvider or JsonConfigurationProvider).ToArray();
        foreach (var key in written.SelectMany(provider => provider.GetChildKeys([], null)).Distinct(StringComparer.OrdinalIgnoreCase))
        {
            var isValue = Array.Exists(written, provider => provider.TryGet(key, out var value) && value is not null);
            if (Urls.Contains(key, StringComparer.OrdinalIgnoreCase))
                yield return $"{key} is not a setting of this service: Dashboard:Url and Gateway:Url say where it listens.";
            else if (isValue && ours.Contains(key, StringComparer.OrdinalIgnoreCase))
                yield return $"{key} is a section and has no value of its own. Write --{key}:Name=value.";
            else if (isValue && !Framework.Contains(key, StringComparer.OrdinalIgnoreCase))
                yield return $"{key} is not a setting.{(NearestName.Of(key, all) is { } near ? $" Did you mean {near}?" : " docs/settings.md lists the settings.")}";
        }
        foreach (var section in configuration.GetChildren().Where(section => section.GetChildren().Any() && !ours.Contains(section.Key, StringComparer.OrdinalIgnoreCase) && !Others.Contains(section.Key, StringComparer.OrdinalIgnoreCase)))
        {
            var near = ours.FirstOrDefault(name => NearestName.Distance(name.ToLowerInvariant(), section.Key.ToLowerInvariant()) <= Math.Min(2, name.Length / 3));
            if (Refused.GetValueOrDefault(section.Key) is { } instead)
                yield return $"{section.Key} is not a section of this service: {instead}.";
            else if (near is not null || Array.Exists(written, provider => provider.GetChildKeys([], section.Key).Any()))
                yield return $"{section.Key} is not a section of the settings.{(near is null ? $" Sections are: {string.Join(", ", ours.Order(StringComparer.Ordinal))}." : $" Did you mean {near}?")}";
        }
        foreach (var (key, value) in configuration.GetSection("Logging").AsEnumerable().Where(setting => setting.Value is { Length: > 0 }))
        {
            if (key.Split(':') is [_, .., { } last] && last.Equals("LogLevel", StringComparison.OrdinalIgnoreCase))
                yield return $"{key} is a section and has no value of its own. Write {key}:Default={value}.";
            else if (key.Split(':') is [_, { } first, _, ..] names && (IsLevels(first) || IsLevels(names[2])) && SettingValue.Problem(typeof(LogLevel), value!, zeroIsAllowed: true) is { } problem)
                yield return $"{key} is “{value}”. {problem}";
        }
        // Log providers may have sections of any name; one similar to LogLevel is a typing error.
        foreach (var section in configuration.GetSection("Logging").GetChildren().Where(section => !section.Key.Equals("LogLevel", StringComparison.OrdinalIgnoreCase) && NearestName.Of(section.Key, ["LogLevel"]) is not null))
            yield return $"Logging:{section.Key} is not a setting. Did you mean Logging:LogLevel?";
    }

    /// <summary>
    /// Variables for the same setting with different values: which one takes effect is undefined. On Unix names may differ by case; a dot in a
    /// module's id may be written as an underscore.
    /// </summary>
    public static IEnumerable<string> Doubled(System.Collections.IDictionary environment) => environment.Keys.Cast<string>().Select(name => (Name: name, Key: name.Replace("__", ":", StringComparison.Ordinal)))
        .Where(variable => HostSettings.Sections.Any(section => section.Path.StartsWith(variable.Key.Split(':')[0] + ":", StringComparison.OrdinalIgnoreCase) || section.Path.Equals(variable.Key.Split(':')[0], StringComparison.OrdinalIgnoreCase)))
        .GroupBy(variable => variable.Key.Replace('.', '_'), StringComparer.OrdinalIgnoreCase)
        .Where(same => same.Select(variable => (string?)environment[variable.Name]).Distinct(StringComparer.Ordinal).Count() > 1)
        .Select(same => $"The environment sets {same.First().Key} more than once, with different values: {string.Join(", ", same.Select(variable => variable.Name).Order(StringComparer.Ordinal))}. Keep one of them.");

    private static bool IsLevels(string section) => section.Equals("LogLevel", StringComparison.OrdinalIgnoreCase);
}
