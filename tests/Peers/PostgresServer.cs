using System.Diagnostics;
using Npgsql;

namespace MtaSts.Peers;

/// <summary>
/// A PostgreSQL server for tests: a new cluster in a temporary folder, on a loopback port. One for each test process, see <see cref="Shared"/>.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string User = "mtasts";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly Lazy<Task<PostgresServer>> SharedServer = new(() => StartAsync());
    private static int databases;

    private readonly TempFolder folder;
    private readonly int port;
    private readonly bool durable;
    private ChildProcess? process;

    private PostgresServer(TempFolder folder, int port, bool durable)
    {
        this.folder = folder;
        this.port = port;
        this.durable = durable;
    }

    /// <summary>Why a server cannot be started here; null when it can.</summary>
    public static string? Missing =>
        Programs is null ? "PostgreSQL is not installed (Debian package postgresql)."
        : IsRoot && Peer.FindProgram("setpriv") is null ? "PostgreSQL refuses to run as root and setpriv is not installed (Debian package util-linux)."
        : null;

    /// <summary>The shared server of this test process; ends with the process. It does not wait for the disk: tests of durability start their own.</summary>
    public static Task<PostgresServer> Shared
    {
        get
        {
            Peer.Require(Missing is null, Missing ?? "");
            return SharedServer.Value;
        }
    }

    private static bool IsRoot => Environment.UserName == "root";

    private static string? Programs { get; } = !Directory.Exists("/usr/lib/postgresql") ? null
        : Directory.GetDirectories("/usr/lib/postgresql")
            .OrderByDescending(version => double.TryParse(Path.GetFileName(version), out var number) ? number : 0)
            .Select(version => Path.Combine(version, "bin"))
            .FirstOrDefault(bin => File.Exists(Path.Combine(bin, "postgres")));

    /// <summary>Starts a server.</summary>
    /// <param name="durable">Whether a commit waits for the disk (fsync); slower. Only such a server can be started again.</param>
    public static async Task<PostgresServer> StartAsync(bool durable = false)
    {
        Peer.Require(Missing is null, Missing ?? "");
        var folder = new TempFolder();
        var data = folder["data"];
        if (IsRoot)
            await RunAsync("chown", ["postgres", folder.Path]);
        await RunAsync(AsServer(Path.Combine(Programs!, "initdb"), "-D", data, "-U", User, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"));
        var server = new PostgresServer(folder, FreePort.Next(), durable);
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Restarts it after <see cref="KillAsync"/> or <see cref="StopAsync"/>: same data, same port.</summary>
    public async Task StartAgainAsync()
    {
        var sync = durable ? "on" : "off";
        var (file, arguments) = AsServer(Path.Combine(Programs!, "postgres"), "-D", folder["data"], "-p", $"{port}", "-h", "127.0.0.1", "-k", folder.Path,
            "-c", $"fsync={sync}", "-c", $"synchronous_commit={sync}", "-c", $"full_page_writes={sync}", "-c", "max_connections=200", "-c", "shared_buffers=64MB");
        if (process is not null)
            await process.DisposeAsync();
        process = await ChildProcess.StartAsync(file, arguments, folder.Path, stopSignal: "INT", removeAfter: durable ? null : folder.Path);
        try
        {
            await Poll.Until(AnswersAsync, StartLimit, "PostgreSQL answers");
        }
        catch
        {
            var output = process.Output;
            await DisposeAsync();
            throw new InvalidOperationException($"PostgreSQL did not start:\n{output}");
        }
    }

    /// <summary>A new, empty database's connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"t{Interlocked.Increment(ref databases)}";
        await ExecuteAsync($"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    /// <summary>Ends every connection and drops the database.</summary>
    public Task DropDatabaseAsync(string connectionString)
    {
        using (var pooled = new NpgsqlConnection(connectionString))
            NpgsqlConnection.ClearPool(pooled);
        return ExecuteAsync($"DROP DATABASE IF EXISTS {new NpgsqlConnectionStringBuilder(connectionString).Database} WITH (FORCE)");
    }

    /// <summary>kill -9 of the whole server, as a crash would.</summary>
    public Task KillAsync() => process?.KillAsync() ?? Task.CompletedTask;

    /// <summary>Stops it in an orderly way; connections are closed.</summary>
    public Task StopAsync() => process?.StopAsync() ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
        folder.Dispose();
    }

    private string ConnectionString(string database) => $"Host=127.0.0.1;Port={port};Database={database};Username={User}";

    private async Task<bool> AnswersAsync()
    {
        if (process!.HasExited)
            throw new InvalidOperationException("it has ended");
        await ExecuteAsync("SELECT 1");
        return true;
    }

    private async Task ExecuteAsync(string statement)
    {
        await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(statement, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The command as a user whom PostgreSQL accepts.</summary>
    private static (string File, string[] Arguments) AsServer(string program, params string[] arguments) =>
        IsRoot ? (Peer.FindProgram("setpriv")!, ["--reuid=postgres", "--regid=postgres", "--init-groups", program, .. arguments]) : (program, arguments);

    private static Task RunAsync((string File, string[] Arguments) command) => RunAsync(command.File, command.Arguments);

    private static async Task RunAsync(string file, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{Path.GetFileName(file)} ended with {process.ExitCode}: {await output}{await error}");
    }
}
