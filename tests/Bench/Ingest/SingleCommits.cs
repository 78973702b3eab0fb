using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using MtaSts.Peers;
using Npgsql;

namespace MtaSts.Bench.Ingest;

/// <summary>The measure of a store: how many transactions of one inserted row it commits per second, waiting for the disk as the service does.</summary>
internal static partial class SingleCommits
{
    /// <summary>About what the envelope of a small report takes.</summary>
    private const int RowBytes = 600;

    /// <summary>SQLite in a new file of the folder, with the settings of the service's own connections. One writer: more would wait for each other.</summary>
    public static async Task<double> SqliteAsync(string folder, TimeSpan duration)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "commits.db")};Pooling=false");
        await connection.OpenAsync();
        await ExecuteAsync("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE IF NOT EXISTS row (id INTEGER PRIMARY KEY, body BLOB NOT NULL)");
        await using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO row (body) VALUES ($body)";
        insert.Parameters.AddWithValue("$body", new byte[RowBytes]);
        var count = 0;
        var watch = Stopwatch.StartNew();
        for (; watch.Elapsed < duration; count++)
            insert.ExecuteNonQuery();
        return count / watch.Elapsed.TotalSeconds;

        async Task ExecuteAsync(string statement)
        {
            await using var command = connection.CreateCommand();
            command.CommandText = statement;
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>Why pgbench cannot run here; null when it can.</summary>
    public static string? PgBenchMissing => PgBench is null ? "pgbench is not installed (Debian package postgresql)." : null;

    private static string? PgBench { get; } = Peer.FindProgram("pgbench") ?? (Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetFiles("/usr/lib/postgresql", "pgbench", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 2 }).FirstOrDefault()
        : null);

    /// <summary>In less pgbench hardly ends a transaction on a machine that does other work. It reports no rate when it ended none, which is 0 here.</summary>
    private const int LeastSeconds = 3;

    /// <summary>pgbench with as many clients as there are senders, on a table of its own in a database of the same server.</summary>
    public static async Task<double> PgBenchAsync(string connectionString, int clients, TimeSpan duration)
    {
        await using (var connection = new NpgsqlConnection(connectionString + ";Pooling=false"))
        {
            await connection.OpenAsync();
            await using var table = new NpgsqlCommand("CREATE TABLE IF NOT EXISTS row (id bigserial PRIMARY KEY, body bytea NOT NULL)", connection);
            await table.ExecuteNonQueryAsync();
        }
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["insert.sql"], $"INSERT INTO row (body) VALUES (decode(repeat('00', {RowBytes}), 'hex'));\n");
        var to = new NpgsqlConnectionStringBuilder(connectionString);
        var output = await RunAsync("-n", "-f", folder["insert.sql"], "-c", $"{clients}", "-j", "1", "-M", "prepared", "-T", string.Create(CultureInfo.InvariantCulture, $"{Math.Max(LeastSeconds, Math.Ceiling(duration.TotalSeconds))}"),
            "-h", to.Host!, "-p", $"{to.Port}", "-U", to.Username!, to.Database!);
        return Rate().Match(output) is { Success: true } rate ? double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(PgBench!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"pgbench ended with {process.ExitCode}:\n{output}{await error}");
    }

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Rate();
}
