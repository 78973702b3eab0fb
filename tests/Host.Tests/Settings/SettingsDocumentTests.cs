using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MtaSts.Host.Settings;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Host.Tests.Settings;

/// <summary>The tables of docs/settings.md are generated from the options classes: names, defaults, and the summaries of the properties. Run with <c>UPDATE_GOLDEN=1</c> after a change.</summary>
public sealed partial class SettingsDocumentTests
{
    private const string Mark = "<!-- Generated below this line from the options classes (SettingsDocumentTests). -->\n";

    private static readonly Dictionary<string, string> Keys = Documented()
        .SelectMany(static section => Settings(section.Path, StrictSections.Settings(section)))
        .DistinctBy(static setting => Id(setting.Property)).ToDictionary(static setting => Id(setting.Property), static setting => setting.Key);

    [Fact]
    public void SettingsDocument_Tables_AreThoseOfTheOptionsClasses()
    {
        var file = Path.Combine(RepositoryFolder.Path, "docs", "settings.md");
        var text = File.ReadAllText(file);
        Assert.Contains(Mark, text, StringComparison.Ordinal);
        var expected = text[..(text.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)] + Tables();
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(file, expected);
        else
            Assert.Equal(expected, text);
    }

    /// <summary>The host's own sections. Those of a module are in its README.</summary>
    private static IEnumerable<SettingsSection> Documented() => HostSettings.Sections.Where(static section => section.Module is null);

    private static string Tables()
    {
        var text = new StringBuilder();
        foreach (var same in Documented().GroupBy(static section => section.Path))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {same.Key}\n\n| setting | default | meaning |\n|---|---|---|\n");
            foreach (var section in same)
            {
                foreach (var (key, property, value) in Settings(section.Path, StrictSections.Settings(section), Activator.CreateInstance(section.Type)))
                    text.Append(CultureInfo.InvariantCulture, $"| `{key}` | {Default(value)} | {Meaning(property)} |\n");
            }
        }
        return text.ToString();
    }

    /// <summary>Settings with their properties and default values; those of a nested class by their full names.</summary>
    private static IEnumerable<(string Key, PropertyInfo Property, object? Value)> Settings(string path, IEnumerable<PropertyInfo> properties, object? options = null) =>
        properties.SelectMany(property => property.PropertyType is { IsClass: true, Namespace: not "System" }
            ? Settings($"{path}:{property.Name}", property.PropertyType.GetProperties().Where(static nested => nested.SetMethod is { IsPublic: true }), options is null ? null : property.GetValue(options))
            : [($"{path}:{property.Name}", property, options is null ? null : property.GetValue(options))]);

    private static string Default(object? value) => value switch
    {
        null => "–", // The meaning says what applies.
        "" => "none",
        TimeSpan { Milliseconds: > 0 } time => $"`{time:hh\\:mm\\:ss\\.fff}`",
        bool isSet => isSet ? "`true`" : "`false`",
        IFormattable number => $"`{number.ToString(null, CultureInfo.InvariantCulture)}`",
        _ => $"`{value}`",
    };

    /// <summary>The summary of a property, and those of the values that it can have.</summary>
    private static string Meaning(PropertyInfo property)
    {
        var values = property.PropertyType.IsEnum ? property.PropertyType.GetFields(BindingFlags.Public | BindingFlags.Static) : [];
        return string.Join(' ', [Summary(property, Id(property)), .. values.Select(value => $"`{value.Name}`: {Summary(value, $"F:{Name(property.PropertyType)}.{value.Name}")}")]);
    }

    private static string Summary(MemberInfo member, string id)
    {
        var file = Path.ChangeExtension((member.DeclaringType ?? throw new InvalidOperationException(id)).Assembly.Location, ".xml");
        var summary = XDocument.Load(file).Descendants("member").SingleOrDefault(found => found.Attribute("name")!.Value == id)?.Element("summary");
        Assert.True(summary is not null, $"{id} has no summary.");
        var text = string.Concat(summary.Nodes().Select(static node => node switch
        {
            XElement { Name.LocalName: "see" } see => Reference(see.Attribute("cref")!.Value),
            XElement code => $"`{code.Value}`",
            _ => node.ToString(),
        }));
        return Space().Replace(Nowhere().Replace(text, "").Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal), " ").Trim();
    }

    /// <summary>The name of a setting, the value of a constant, the name of an enum's value. Empty for all else, which the reader of the page cannot look up.</summary>
    private static string Reference(string id)
    {
        if (Keys.TryGetValue(id, out var key))
            return $"`{key}`";
        var (type, name) = (id[2..id.LastIndexOf('.')], id[(id.LastIndexOf('.') + 1)..]);
        var field = id[0] != 'F' ? null : AppDomain.CurrentDomain.GetAssemblies().Select(assembly => assembly.GetType(type)).OfType<Type>().First().GetField(name);
        return field is null ? "" : field.DeclaringType!.IsEnum ? $"`{name}`" : string.Create(CultureInfo.InvariantCulture, $"{field.GetRawConstantValue()}");
    }

    private static string Id(PropertyInfo property) => $"P:{Name(property.DeclaringType!)}.{property.Name}";

    private static string Name(Type type) => type.FullName!.Replace('+', '.');

    [GeneratedRegex(@",? see (?=[.,;)])")]
    private static partial Regex Nowhere();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();
}
