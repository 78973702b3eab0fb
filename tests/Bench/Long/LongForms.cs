using System.Diagnostics;
using MtaSts.Peers;

namespace MtaSts.Bench.Long;

/// <summary>The full forms of tests whose short forms run with all others: 200 kills during ingestion of 2,000 reports, five
/// minutes without storage under streams of reports and mails, 10,000 reports by all ways through 100 kills and storage that fails, on both
/// stores. Takes an hour, and more on a busy machine.</summary>
internal static class LongForms
{
    private static readonly string[] Classes = ["MtaSts.EndToEnd.CrashTests", "MtaSts.EndToEnd.SpoolTests", "MtaSts.EndToEnd.Fire.SqliteFireTests", "MtaSts.EndToEnd.Fire.PostgresFireTests"];

    /// <returns>The runner's exit code: 0 when all passed.</returns>
    public static async Task<int> RunAsync()
    {
        var tests = Path.Combine(RepositoryFolder.Path, "tests", "EndToEnd", "bin", RepositoryFolder.Configuration, "net10.0", "MtaSts.EndToEnd.dll");
        if (!File.Exists(tests))
        {
            Console.Error.WriteLine($"{tests} is not built: run \"dotnet build MtaSts.sln -c {RepositoryFolder.Configuration}\" first.");
            return 2;
        }
        var start = new ProcessStartInfo("dotnet", [tests, "-noLogo", "-noColor", "-showLiveOutput", .. Classes.SelectMany(name => new[] { "-class", name })]) { Environment = { ["MTASTS_LONG"] = "1" } };
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
