using Microsoft.Data.Sqlite;
using Npgsql;

namespace MtaSts.Storage;

/// <summary>Recognises a full disk, an exhausted quota and a file at its size limit in the exceptions of drivers and the system.</summary>
internal static class DiskFull
{
    private const int SqliteFull = 13; // SQLITE_FULL

    /// <summary>Result codes of Unix and Windows: ENOSPC; EDQUOT of Linux and macOS; EFBIG; ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL.</summary>
    private static readonly int[] FullResults = [28, 122, 69, 27, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    public static bool Is(Exception? exception) => exception switch
    {
        null => false,
        AggregateException many when many.InnerExceptions.Any(Is) => true,
        SqliteException { SqliteErrorCode: SqliteFull } => true,
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => true,
        IOException { HResult: var result } when FullResults.Contains(result) => true,
        // An exception from another silo keeps its message but loses its type.
        _ when IsTold(exception.Message) => true,
        _ => Is(exception.InnerException),
    };

    private static bool IsTold(string message) =>
        message.Contains("SQLite Error 13:", StringComparison.Ordinal) || message.Contains(PostgresErrorCodes.DiskFull + ": ", StringComparison.Ordinal);
}
