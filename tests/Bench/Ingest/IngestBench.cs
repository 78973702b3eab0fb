using MtaSts.Bench.Measuring;
using MtaSts.Peers;

namespace MtaSts.Bench.Ingest;

/// <summary>
/// Reports taken in per second through the gateway of the built host, durable and counted, beside what the same store commits of single rows. A report
/// is more than one row: the envelope, the counts, the end of its work.
/// </summary>
internal static class IngestBench
{
    private const int Clients = IngestHost.Clients;
    private const int Reports = 1_000;
    private const int SmokeReports = 50;

    /// <summary>Reports a busy domain has of the month before it is measured.</summary>
    private const int BusyReports = 5_000;

    public static async IAsyncEnumerable<Comparison> RunAsync(Settings settings)
    {
        var reports = settings.Smoke ? SmokeReports : Reports;
        yield return await SqliteAsync(settings, reports);
        yield return await BusyAsync(settings, reports);
        PeerMissingException.ThrowIf(PostgresServer.Missing ?? SingleCommits.PgBenchMissing);
        yield return await PostgresAsync(settings, reports);
    }

    private static async Task<Comparison> SqliteAsync(Settings settings, int reports)
    {
        using var folder = new TempFolder();
        await using var store = TempStore.Sqlite();
        await using var host = await IngestHost.StartAsync(store);
        var rounds = await Rounds.Alternate(settings, () => host.MeasureAsync(reports), () => SingleCommits.SqliteAsync(folder.Path, settings.Round));
        return Compare("SQLite", "single-row commits, Microsoft.Data.Sqlite", rounds, reports);
    }

    /// <summary>A domain with thousands of reports a month beside one with its first: what a report costs must not grow with those before it.</summary>
    private static async Task<Comparison> BusyAsync(Settings settings, int reports)
    {
        await using var store = TempStore.Sqlite();
        await using var other = TempStore.Sqlite();
        await using var busy = await IngestHost.StartAsync(store);
        await using var fresh = await IngestHost.StartAsync(other);
        await busy.MeasureAsync(settings.Smoke ? reports : BusyReports);
        var rounds = await Rounds.Alternate(settings, () => busy.MeasureAsync(reports / 2), async () =>
        {
            await fresh.NewDomainAsync();
            return await fresh.MeasureAsync(reports / 2);
        });
        return new("reports counted/s of a busy domain, SQLite", "a domain's first reports", rounds[0], rounds[1]) { Note = $"{BusyReports} reports of the same month before" };
    }

    private static async Task<Comparison> PostgresAsync(Settings settings, int reports)
    {
        await using var server = await PostgresServer.StartAsync(durable: true);
        var other = await server.CreateDatabaseAsync();
        await using var host = await IngestHost.StartAsync(new OwnDatabase(await server.CreateDatabaseAsync()));
        var rounds = await Rounds.Alternate(settings, () => host.MeasureAsync(reports), () => SingleCommits.PgBenchAsync(other, Clients, settings.Round));
        return Compare("PostgreSQL, fsync on", $"single-row commits, pgbench -c {Clients}", rounds, reports);
    }

    private static Comparison Compare(string store, string beside, IReadOnlyList<double>[] rounds, int reports) =>
        new($"reports POSTed, durable and counted/s, {store}", beside, rounds[0], rounds[1]) { Note = $"{Clients} clients, {reports} reports a round" };
}
