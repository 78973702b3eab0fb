using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MtaSts.Grains;
using Xunit;

namespace MtaSts.Host.Tests.Architecture;

/// <summary>The arrows between rooms run one way: held against the project files themselves.</summary>
public sealed partial class ArrowTests
{
    private static readonly string Root = FindRoot();

    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["MtaSts.Protocol"] = [],
        ["MtaSts.Modules"] = ["MtaSts.Protocol"],
        ["MtaSts.Modules.Testing"] = ["MtaSts.Modules", "MtaSts.Protocol"],
        ["MtaSts.Grains.Contracts"] = ["MtaSts.Modules", "MtaSts.Protocol"],
        ["MtaSts.Storage"] = [],
        ["MtaSts.Grains"] = ["MtaSts.Grains.Contracts", "MtaSts.Modules", "MtaSts.Protocol", "MtaSts.Storage"],
        ["MtaSts.Application"] = ["MtaSts.Grains.Contracts", "MtaSts.Modules", "MtaSts.Protocol"],
        ["MtaSts.Web"] = ["MtaSts.Application", "MtaSts.Grains.Contracts", "MtaSts.Modules", "MtaSts.Protocol"],
    };

    /// <summary>Packages that would draw Orleans, I/O or a web server into rooms that are to be free of them.</summary>
    private static readonly Dictionary<string, string[]> OnlyPackages = new(StringComparer.Ordinal)
    {
        ["MtaSts.Protocol"] = ["MimeKit"],
        ["MtaSts.Modules"] = ["Microsoft.CodeAnalysis.PublicApiAnalyzers", "Microsoft.Extensions.Http.Resilience"],
        ["MtaSts.Grains.Contracts"] = ["Microsoft.Orleans.Sdk"],
        ["MtaSts.Application"] = [],
        ["MtaSts.Storage"] = ["Microsoft.Data.Sqlite", "Npgsql", "dbup-core", "dbup-sqlite", "dbup-postgresql"],
        ["MtaSts.Web"] = ["MudBlazor"],
    };

    public static TheoryData<string> Projects => [.. Product().Select(Name)];

    [Theory, MemberData(nameof(Projects))]
    public void Room_References_OnlyRoomsUpstream(string name)
    {
        var project = Product().Single(path => Name(path) == name);
        var references = Items(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))).ToArray();
        if (Allowed.TryGetValue(name, out var allowed))
            Assert.Empty(references.Except(allowed));
        else if (name != "MtaSts.Host")
            Assert.Empty(references.Except(["MtaSts.Modules", "MtaSts.Protocol"])); // A module knows the module contracts, never a grain.
        if (OnlyPackages.TryGetValue(name, out var packages))
            Assert.Empty(Items(project, "PackageReference").Except(packages));
    }

    /// <summary>Pages call the application, which checks the actor's permission: no type of theirs names a grain, or a way to one.</summary>
    [Fact]
    public void Web_CallsTheApplicationAndNoGrain()
    {
        using var file = File.OpenRead(typeof(MtaSts.Web.Layout.Session).Assembly.Location);
        using var image = new PEReader(file);
        var metadata = image.GetMetadataReader();
        var named = metadata.TypeReferences.Select(metadata.GetTypeReference).Select(type => $"{metadata.GetString(type.Namespace)}.{metadata.GetString(type.Name)}").ToArray();

        Assert.Contains(typeof(CommandResult).FullName, named);
        Assert.Empty(named.Intersect(GrainTypes().Select(type => type.FullName)));
    }

    /// <summary>
    /// The same of the API, the dashboard's own answers and the exports. Excepted is what there must be before there is an actor: accounts as ASP.NET Core Identity reads them, and sessions.
    /// </summary>
    [Fact]
    public void ApiAndDashboard_CallTheApplicationAndNoGrain()
    {
        var names = new Regex($@"\b({string.Join('|', GrainTypes().Select(type => type.Name).Where(name => name != nameof(GrainKeys)))})\b");
        var users = new[] { "Api", "Dashboard", "Export" }
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, "host", folder), "*.cs", SearchOption.AllDirectories))
            .Where(path => names.IsMatch(File.ReadAllText(path)))
            .Select(path => Path.GetRelativePath(Path.Combine(Root, "host"), path));

        Assert.Equal(["Dashboard/AccountStore.cs", "Dashboard/Sessions/SessionList.cs", "Dashboard/SignIn/PasswordReset.cs"], users.Order());
    }

    [Fact]
    public void Projects_Found_AreThoseOfTheSolution()
    {
        Assert.True(Product().Count() >= 8, "the rooms were not found");
        var solution = File.ReadAllText(Path.Combine(Root, "MtaSts.sln"));
        foreach (var project in Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories).Where(path => !path.Contains("/bin/", StringComparison.Ordinal)))
            Assert.Contains(Name(project) + ".csproj", solution, StringComparison.Ordinal);
    }

    /// <summary>What the simulator says is live is served by nobody: only the demo may begin it.</summary>
    [Fact]
    public void CloudflareSimulator_InTheHost_IsTheDemosAlone()
    {
        var users = Directory.EnumerateFiles(Path.Combine(Root, "host"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && File.ReadAllText(path).Contains("Cloudflare.Simulator", StringComparison.Ordinal))
            .Select(path => Path.GetRelativePath(Root, path));
        Assert.Equal(["host/Demo/DemoCloudflare.cs"], users);
    }

    /// <summary>Native calls have no type safety and differ between systems: the framework and the packages make them.</summary>
    [Fact]
    public void Product_CallsNoNativeLibrary()
    {
        var sources = new[] { "host", "grains", "modules", "web" }.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal)).ToArray();

        Assert.InRange(sources.Length, 200, int.MaxValue);
        Assert.DoesNotContain(sources, path => NativeCall().IsMatch(File.ReadAllText(path)));
    }

    [Fact]
    public void Versions_StandInOnePlace()
    {
        foreach (var project in Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories))
            Assert.DoesNotContain(XDocument.Load(project).Descendants("PackageReference"), reference => reference.Attribute("Version") is not null);
    }

    private static IEnumerable<Type> GrainTypes() =>
        typeof(GrainKeys).Assembly.GetTypes().Where(type => typeof(IAddressable).IsAssignableFrom(type)).Append(typeof(GrainKeys)).Append(typeof(IGrainFactory)).Append(typeof(IClusterClient));

    private static IEnumerable<string> Product() => new[] { "host", "grains", "modules", "web" }
        .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories));

    private static string Name(string path) => Path.GetFileNameWithoutExtension(path);

    private static string[] Items(string project, string item) =>
        [.. XDocument.Load(project).Descendants(item).Select(element => element.Attribute("Include")!.Value)];

    [GeneratedRegex(@"\b(DllImport|LibraryImport)\(|\bNativeLibrary\.")]
    private static partial Regex NativeCall();

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "MtaSts.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("MtaSts.sln was not found above the tests.");
        return folder;
    }
}
