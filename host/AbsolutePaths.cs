using System.Reflection;
using Microsoft.Data.Sqlite;
using MtaSts.Host.Settings;
using MtaSts.Modules.Smtp;
using MtaSts.Storage;

namespace MtaSts.Host;

/// <summary>
/// Resolves the paths in the settings once, before any plug-in's code runs. The working directory belongs to the whole process, and a plug-in can
/// change it at any time; a path resolved after that could name another file.
/// </summary>
internal static class AbsolutePaths
{
    private const string UnixPrefix = "unix:";

    /// <summary>Suffixes of the names of settings that contain a path.</summary>
    private static readonly string[] Endings = ["Path", "File"];

    /// <summary>Written into the Caddyfile unchanged: a path on Caddy's machine.</summary>
    private static readonly string[] Elsewhere = ["AcmeRootPath"];

    /// <summary>Addresses that may be Unix sockets.</summary>
    private static readonly string[] Sockets = [nameof(SmtpOptions.Smtp), nameof(SmtpOptions.Lmtp)];

    /// <summary>The working directory when the process started.</summary>
    public static string Folder { get; } = Environment.CurrentDirectory;

    /// <summary>Replaces each relative path by an absolute one, defaults included.</summary>
    public static void Resolve(ConfigurationManager configuration)
    {
        var resolved = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var options in HostSettings.Sections.GroupBy(section => section.Type))
        {
            string[] sections = [.. options.SelectMany(section => new[] { section.Path, section.Module is null ? section.Path : section.Path.Replace('.', '_') }).Distinct(StringComparer.Ordinal)];
            foreach (var property in options.Key.GetProperties().Where(IsPath))
                Resolve(configuration, [.. sections.Select(section => $"{section}:{property.Name}")], property, resolved);
        }
        const string modules = "Modules:Path";
        if (configuration[modules] is { Length: > 0 } folder)
            resolved[modules] = Absolute(folder);
        const string store = $"{StorageOptions.Section}:{nameof(StorageOptions.ConnectionString)}";
        if (!nameof(StorageProvider.PostgreSql).Equals(configuration[$"{StorageOptions.Section}:{nameof(StorageOptions.Provider)}"], StringComparison.OrdinalIgnoreCase))
            resolved[store] = Store(configuration[store] ?? StorageOptions.DefaultSqlite);
        configuration.AddInMemoryCollection(resolved.Where(setting => setting.Value != configuration[setting.Key]).ToArray());
    }

    private static bool IsPath(PropertyInfo property) => property.PropertyType == typeof(string) && !Elsewhere.Contains(property.Name)
        && (Endings.Any(ending => property.Name.EndsWith(ending, StringComparison.Ordinal)) || (property.DeclaringType == typeof(SmtpOptions) && Sockets.Contains(property.Name)));

    /// <param name="keys">The setting's names, in each section that may contain it.</param>
    private static void Resolve(ConfigurationManager configuration, string[] keys, PropertyInfo property, Dictionary<string, string?> resolved)
    {
        string[] set = [.. keys.Where(key => configuration[key] is not null)];
        foreach (var key in set)
            resolved[key] = Sockets.Contains(property.Name) ? Socket(configuration[key]!) : Absolute(configuration[key]!);
        if (set.Length == 0 && property.GetValue(Activator.CreateInstance(property.DeclaringType!)) is string { Length: > 0 } usual)
            resolved[keys[0]] = Absolute(usual);
    }

    /// <summary>Unchanged when it is empty or cannot be a path: the validators report that.</summary>
    private static string Absolute(string path) => path.Length == 0 || path.Contains('\0', StringComparison.Ordinal) ? path : Path.GetFullPath(path, Folder);

    private static string Socket(string addresses) => string.Join(',', addresses.Split(',').Select(address => address.Trim()).Select(address =>
        address.StartsWith(UnixPrefix, StringComparison.Ordinal) && address.Length > UnixPrefix.Length ? UnixPrefix + Absolute(address[UnixPrefix.Length..]) : address));

    /// <summary>Unchanged when it is not the connection string of a file.</summary>
    private static string Store(string connectionString)
    {
        try
        {
            var parsed = new SqliteConnectionStringBuilder(connectionString);
            if (parsed.DataSource.Length == 0 || parsed.DataSource == ":memory:" || SqliteFile.Problem(parsed.DataSource) is not null)
                return connectionString;
            parsed.DataSource = SqliteFile.PathOf(connectionString);
            return parsed.ToString();
        }
        catch (Exception exception) when (exception is ArgumentException or IOException)
        {
            return connectionString;
        }
    }
}
