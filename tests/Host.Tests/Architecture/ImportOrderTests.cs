using System.Text.RegularExpressions;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Host.Tests.Architecture;

/// <summary>The order of imports that <c>dotnet format</c> makes: System first, then by name. The compiler does not look at it.</summary>
public sealed partial class ImportOrderTests
{
    private const int Least = 300;

    [Fact]
    public void Imports_OfEveryFile_AreInOrder()
    {
        var files = Directory.GetFiles(RepositoryFolder.Path, "*.cs", SearchOption.AllDirectories).Where(IsSource).ToArray();
        Assert.InRange(files.Length, Least, int.MaxValue);
        Assert.All(files, static file =>
        {
            var imports = Import().Matches(File.ReadAllText(file)).Select(static match => match.Groups[1].Value).ToArray();
            Assert.Equal(imports.OrderBy(static name => name != "System" && !name.StartsWith("System.", StringComparison.Ordinal)).ThenBy(static name => name, StringComparer.OrdinalIgnoreCase), imports);
        });
    }

    private static bool IsSource(string file) =>
        !Path.GetRelativePath(RepositoryFolder.Path, file).Split(Path.DirectorySeparatorChar).Any(static part => part is "bin" or "obj" || part.StartsWith('.'));

    [GeneratedRegex(@"^using ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Import();
}
