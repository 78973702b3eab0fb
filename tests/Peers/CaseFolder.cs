namespace MtaSts.Peers;

/// <summary>Small inputs of kinds that were once read wrongly: <c>../shared/cases</c> beside the repository, or the folder in the environment variable <c>MTASTS_CASES</c>.</summary>
public static class CaseFolder
{
    /// <summary>The folder; the test is skipped without it. Fixtures that tests make themselves hold the same kinds.</summary>
    public static string Require()
    {
        var set = Environment.GetEnvironmentVariable("MTASTS_CASES");
        var folder = string.IsNullOrEmpty(set) ? Path.GetFullPath(Path.Combine(RepositoryFolder.Path, "..", "shared", "cases")) : set;
        Xunit.Assert.SkipUnless(Directory.Exists(folder), "No cases here: set MTASTS_CASES to their folder. They are not in the repository, so this is skipped under CI=true too.");
        return folder;
    }
}
