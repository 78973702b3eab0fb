namespace MtaSts.Peers;

/// <summary>The folder of the sources.</summary>
public static class RepositoryFolder
{
    /// <summary>The folder that holds MtaSts.sln, above the running test's assembly.</summary>
    public static string Path { get; } = Find();

    /// <summary>The configuration of the running test's build, <c>Debug</c> or <c>Release</c>.</summary>
    public static string Configuration { get; } =
        AppContext.BaseDirectory.Contains($"{System.IO.Path.DirectorySeparatorChar}Release{System.IO.Path.DirectorySeparatorChar}", StringComparison.Ordinal) ? "Release" : "Debug";

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "MtaSts.sln")))
                return folder.FullName;
        }
        throw new InvalidOperationException($"No MtaSts.sln above {AppContext.BaseDirectory}: run the tests from their build folder in the repository.");
    }
}
