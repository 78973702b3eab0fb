namespace MtaSts.Peers;

/// <summary>
/// Real reports, which belong to their senders and are not in the repository: in <c>../shared/corpus</c> beside it, or the folder in the environment
/// variable <c>MTASTS_CORPUS</c>.
/// </summary>
public static class CorpusFolder
{
    /// <summary>The folder, or null if it does not exist.</summary>
    public static string? Find()
    {
        var set = Environment.GetEnvironmentVariable("MTASTS_CORPUS");
        var folder = string.IsNullOrEmpty(set) ? Path.GetFullPath(Path.Combine(RepositoryFolder.Path, "..", "shared", "corpus")) : set;
        return Directory.Exists(folder) ? folder : null;
    }

    /// <summary>The folder; the test is skipped without it.</summary>
    /// <remarks>Also skipped under <c>CI=true</c>: only its owners have the corpus.</remarks>
    public static string Require()
    {
        var folder = Find();
        Xunit.Assert.SkipWhen(folder is null, "No real reports here: set MTASTS_CORPUS to their folder. They belong to their senders and are not in the repository, so this is skipped under CI=true too.");
        return folder!;
    }
}
