using MtaSts.Peers;
using Xunit;

namespace MtaSts.Host.Tests.Architecture;

/// <summary>A file is one thing: what is longer than this is two.</summary>
public sealed class FileLengthTests
{
    private const int MaxLines = 400;

    /// <summary>Fewer files than this would mean that the repository was not found.</summary>
    private const int Least = 600;

    private static readonly string[] Kinds = [".cs", ".razor", ".css", ".js", ".sql"];

    [Fact]
    public void Files_OfTheRepository_AreShort()
    {
        var files = Directory.EnumerateFiles(RepositoryFolder.Path, "*", SearchOption.AllDirectories).Where(IsSource).ToArray();
        Assert.InRange(files.Length, Least, int.MaxValue);
        Assert.All(files, static file => Assert.True(File.ReadLines(file).Count() <= MaxLines, $"{file} has more than {MaxLines} lines."));
    }

    private static bool IsSource(string file) =>
        Kinds.Contains(Path.GetExtension(file)) && !Path.GetRelativePath(RepositoryFolder.Path, file).Split(Path.DirectorySeparatorChar).Any(static part => part is "bin" or "obj" or "node_modules" || part.StartsWith('.'));
}
