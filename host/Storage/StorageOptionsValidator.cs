using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using Npgsql;

namespace MtaSts.Host.Storage;

/// <summary>Refuses settings that cannot work before anything is opened. No message repeats a connection string: it may hold a password.</summary>
internal sealed class StorageOptionsValidator : IValidateOptions<StorageOptions>
{
    /// <summary>A service manager gives up on a start that takes longer.</summary>
    private static readonly TimeSpan LongestOwnerTimeout = TimeSpan.FromMinutes(10);

    public ValidateOptionsResult Validate(string? name, StorageOptions options)
    {
        if (options.StartTimeout < TimeSpan.Zero)
            return ValidateOptionsResult.Fail("Storage:StartTimeout must not be negative.");
        if (options.OwnerTimeout < TimeSpan.Zero || options.OwnerTimeout > LongestOwnerTimeout)
            return ValidateOptionsResult.Fail("Storage:OwnerTimeout must lie between 0 and 10 minutes (00:10:00).");
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
        return SqliteFile.Problem(parsed.DataSource);
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
