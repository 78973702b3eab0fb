using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>Published shapes kept in git: a change is seen as a diff, and made on purpose with <c>UPDATE_GOLDEN=1</c>.</summary>
internal static class Golden
{
    public static void Check(string name, string actual)
    {
        var file = Path.Combine(RepositoryFolder.Path, "tests", "EndToEnd", "Golden", name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, actual);
        }
        Assert.True(File.Exists(file), $"{file} is missing: run with UPDATE_GOLDEN=1.");
        Assert.Equal(File.ReadAllText(file), actual);
    }
}
