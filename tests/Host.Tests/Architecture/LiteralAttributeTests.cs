using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Components;
using MtaSts.Peers;
using MtaSts.Web.Layout;
using Xunit;

namespace MtaSts.Host.Tests.Architecture;

/// <summary>
/// Razor reads the value of a string parameter, and of an HTML attribute, as text. With <c>Problem="status.ClockProblem"</c>, the page shows this text and not the value of the property:
/// the value needs an @.
/// </summary>
public sealed partial class LiteralAttributeTests
{
    private const int Least = 60;
    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly Assembly Web = typeof(Session).Assembly;

    private static readonly ILookup<string, Type> Components = Web.GetReferencedAssemblies()
        .Where(static name => name.Name!.StartsWith("Microsoft.AspNetCore.Components", StringComparison.Ordinal) || name.Name == "MudBlazor")
        .SelectMany(static name => Assembly.Load(name).GetExportedTypes())
        .Concat(Web.GetTypes()).Where(static type => typeof(IComponent).IsAssignableFrom(type)).ToLookup(static type => type.Name.Split('`')[0]);

    private static readonly string Folder = Path.Combine(RepositoryFolder.Path, "web");

    [Fact]
    public void TextAttributes_OfAllPages_HaveNoExpressionWithoutAt()
    {
        var files = Directory.GetFiles(Folder, "*.razor", SearchOption.AllDirectories);
        Assert.InRange(files.Length, Least, int.MaxValue);
        Assert.Empty(files.SelectMany(static file => Faults(file, File.ReadAllText(file)).Select(fault => $"{Path.GetFileName(file)}: {fault}")));
    }

    [Theory]
    [InlineData("Settings/SettingsPage.razor", "Problem=\"@status.ClockProblem\"", "Problem=\"status.ClockProblem\"")]
    [InlineData("Reports/ReportList.razor", "SignedBy=\"@report.SignedBy\"", "SignedBy=\"report.SignedBy\"")]
    [InlineData("Domains/HiddenCnameHelp.razor", "Value=\"@Name.ClaimRecordName\"", "Value=\"Name?.ClaimRecordName\"")]
    [InlineData("Domains/DomainPage.razor", "What=\"the domain\"", "What=\"Link(Current)\"")]
    [InlineData("Policies/PolicyForm.razor", "placeholder=\"mx1.example.com\"", "placeholder=\"Known[0]\"")]
    [InlineData("Domains/RecordCard.razor", "What=\"@($\"the name of the {Record.Type} record {Record.Name}\")\"", "What=\"Record.Name\"")]
    [InlineData("Reports/ReportPage.razor", "aria-label=\"Decoded report\"", "aria-label=\"Show.Day(day)\"")]
    public void TextAttributes_WithAnExpressionWithoutAt_AreFound(string file, string sound, string planted)
    {
        var text = File.ReadAllText(Path.Combine(Folder, file));
        Assert.Contains(sound, text, StringComparison.Ordinal);
        Assert.Contains(planted, Assert.Single(Faults(file, text.Replace(sound, planted, StringComparison.Ordinal)).Distinct()), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Faults(string file, string text)
    {
        var scope = Scope(Path.GetFileNameWithoutExtension(file), text);
        return Attributes(text.Split("\n@code")[0])
            .Where(found => IsText(found.Tag, found.Name) && MemberPath().Match(found.Value) is { Success: true } path && scope.Contains(path.Groups["root"].Value))
            .Select(static found => $"<{found.Tag} {found.Name}=\"{found.Value}\">");
    }

    /// <summary>Members of the component and of its bases, local variables of its markup, and the types of the dashboard, whose static members can be named.</summary>
    private static HashSet<string> Scope(string component, string text)
    {
        var scope = Web.GetTypes().Select(static type => type.Name).ToHashSet(StringComparer.Ordinal);
        for (var type = Components[component].FirstOrDefault(static type => type.Assembly == Web); type is not null; type = type.BaseType)
            scope.UnionWith(type.GetMembers(Any).Select(static member => member.Name));
        scope.UnionWith(Local().Matches(text).SelectMany(static match => match.Groups["name"].Value.Split(',', StringSplitOptions.TrimEntries)));
        return scope;
    }

    /// <summary>
    /// Directives (@onclick), and parameters of another type than string, are C#. The name of a form's field is the path of the member that it is bound to.
    /// </summary>
    private static bool IsText(string tag, string attribute) =>
        !attribute.StartsWith('@')
        && (char.IsAsciiLetterLower(tag[0])
            ? attribute != "name"
            : Components[tag.Split('.')[^1]].Select(type => type.GetProperty(attribute)).OfType<PropertyInfo>().Any(static property => property.PropertyType == typeof(string)));

    /// <summary>The attributes with a quoted value, of all tags.</summary>
    private static IEnumerable<(string Tag, string Name, string Value)> Attributes(string markup)
    {
        foreach (Match tag in Tag().Matches(markup))
        {
            for (var at = tag.Index + tag.Length; AttributeName().Match(markup, at) is { Success: true } name;)
            {
                at = name.Index + name.Length;
                if (!name.Value.EndsWith('"'))
                    continue;
                var end = End(markup, at);
                yield return (tag.Groups["name"].Value, name.Groups["name"].Value, markup[at..end]);
                at = end + 1;
            }
        }
    }

    /// <summary>The closing quote. Those between the parentheses of an expression are part of the value.</summary>
    private static int End(string markup, int from)
    {
        var depth = 0;
        for (var at = from; at < markup.Length; at++)
        {
            if (markup[at] == '"' && depth == 0)
                return at;
            depth += markup[from] != '@' ? 0 : markup[at] == '(' ? 1 : markup[at] == ')' ? -1 : 0;
        }
        return markup.Length;
    }

    [GeneratedRegex(@"<(?<name>[A-Za-z][\w.]*)(?=[\s/>])")]
    private static partial Regex Tag();

    [GeneratedRegex("""\G\s+(?<name>@?[\w:-]+)(="|(?=[\s/>]))""")]
    private static partial Regex AttributeName();

    [GeneratedRegex(@"^!?(?<root>[A-Za-z_]\w*)(!?\??\.[A-Za-z_]\w*|\([^()]*\)|\[[^\[\]]*\])+!?$")]
    private static partial Regex MemberPath();

    [GeneratedRegex(@"\bvar (?<name>\w+)\b|\bvar \((?<name>[\w, ]+)\)|\} (?<name>\w+)\b")]
    private static partial Regex Local();
}
