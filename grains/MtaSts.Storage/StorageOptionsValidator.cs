using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MtaSts.Storage;

/// <summary>Refuses settings that cannot work before anything is opened. No message contains a connection string: it may contain a password.</summary>
internal sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    /// <summary>Service managers abort a start that takes longer.</summary>
    private static readonly TimeSpan LongestOwnerTimeout = TimeSpan.FromMinutes(10);

    /// <summary>A longer outage of the database needs an operator.</summary>
    private static readonly TimeSpan LongestStartTimeout = TimeSpan.FromDays(1);

    /// <summary>Timeout of one command. Bounds a start or a stop that waits for it.</summary>
    private const int MostSeconds = 600;

    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        if (options.StartTimeout < TimeSpan.Zero || options.StartTimeout > LongestStartTimeout)
            return ValidateOptionsResult.Fail("Storage:StartTimeout must be between 0 and 1 day (1.00:00:00).");
        if (options.OwnerTimeout < TimeSpan.Zero || options.OwnerTimeout > LongestOwnerTimeout)
            return ValidateOptionsResult.Fail("Storage:OwnerTimeout must be between 0 and 10 minutes (00:10:00).");
        var problem = options.Provider switch
        {
            StorageProvider.Sqlite => Sqlite(options.ConnectionString ?? StorageOptions.DefaultSqlite),
            StorageProvider.PostgreSql => PostgreSql(options.ConnectionString),
            _ => "Storage:Provider must be Sqlite or PostgreSql.",
        };
        return problem is null ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problem);
    }

    private static string? Sqlite(string connectionString)
    {
        SqliteConnectionStringBuilder parsed;
        try
        {
            parsed = new SqliteConnectionStringBuilder(connectionString);
        }
        catch (ArgumentException exception)
        {
            return $"Storage:ConnectionString is not a SQLite connection string ({exception.Message}) Example: {StorageOptions.DefaultSqlite}";
        }
        if (parsed.DataSource.Length == 0)
            return $"Storage:ConnectionString names no file. Example: {StorageOptions.DefaultSqlite}";
        if (parsed.DataSource == ":memory:" || parsed.Mode == SqliteOpenMode.Memory)
            return "Storage:ConnectionString names a database in memory: every connection would see its own, and nothing would be kept. Name a file.";
        if (parsed.Mode == SqliteOpenMode.ReadOnly)
            return "Storage:ConnectionString opens the file for reading only; the service must write.";
        if (parsed.DefaultTimeout is < 1 or > MostSeconds)
            return $"Storage:ConnectionString: Default Timeout must be 1 to {MostSeconds} seconds; with 0 a command would wait without end.";
        if (parsed.Password.Length > 0)
            return "Storage:ConnectionString has a Password. The service does not encrypt the SQLite file: leave Password out, and encrypt the disk if that is needed.";
        if (SqliteFile.Problem(parsed.DataSource) is { } problem)
            return problem;
        var path = SqliteFile.PathOf(connectionString);
        return PseudoFiles.Holds(path) ? "Storage:ConnectionString names a device or one of the kernel's files. Name a file on a disk."
            : Directory.Exists(path) || Path.EndsInDirectorySeparator(path) ? $"Storage:ConnectionString names the folder {path}. Name a file in it."
            : null;
    }

    private static string? PostgreSql(string? connectionString)
    {
        const string example = "Example: Host=db.internal;Database=mtasts;Username=mtasts;Password=…";
        if (string.IsNullOrWhiteSpace(connectionString))
            return $"Storage:Provider is PostgreSql, so Storage:ConnectionString must be set. {example}";
        try
        {
            var parsed = new NpgsqlConnectionStringBuilder(connectionString);
            return string.IsNullOrEmpty(parsed.Host) ? $"Storage:ConnectionString names no Host. {example}" : null;
        }
        catch (ArgumentException exception)
        {
            return $"Storage:ConnectionString is not a PostgreSQL connection string ({exception.Message}) {example}";
        }
    }
}
