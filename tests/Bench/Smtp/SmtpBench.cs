using MtaSts.Bench.Ingest;
using MtaSts.Bench.Measuring;
using MtaSts.Peers;

namespace MtaSts.Bench.Smtp;

/// <summary>
/// Mails of reports taken in per second by SMTP over loopback, durable and counted, beside the same reports POSTed to the same host: what
/// the mail protocol costs, three replies a mail instead of one answer.
/// </summary>
internal static class SmtpBench
{
    private const int Reports = 1_000;
    private const int SmokeReports = 50;

    public static async IAsyncEnumerable<Comparison> RunAsync(Settings settings)
    {
        var reports = settings.Smoke ? SmokeReports : Reports;
        await using (var store = TempStore.Sqlite())
            yield return await MeasureAsync("SQLite", store, settings, reports);
        PeerMissingException.ThrowIf(PostgresServer.Missing);
        await using var server = await PostgresServer.StartAsync(durable: true);
        yield return await MeasureAsync("PostgreSQL, fsync on", new OwnDatabase(await server.CreateDatabaseAsync()), settings, reports);
    }

    private static async Task<Comparison> MeasureAsync(string name, TempStore store, Settings settings, int reports)
    {
        await using var host = await IngestHost.StartAsync(store, withSmtp: true);
        var rounds = await Rounds.Alternate(settings, () => host.MeasureMailsAsync(reports), () => host.MeasureAsync(reports));
        return new($"reports mailed by SMTP, durable and counted/s, {name}", "the same by HTTP POST", rounds[0], rounds[1]) { Note = $"{IngestHost.Clients} clients, {reports} mails a round" };
    }
}
