using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace MtaSts.Storage;

/// <summary>
/// Groups concurrent changes into one transaction, because each commit waits for the disk. Changes that arrive during a commit are written by the next one. A change is never
/// delayed to form a group.
/// </summary>
internal sealed class StoreWriter(Store store)
{
    /// <summary>Changes of one transaction.</summary>
    public const int MaxChanges = 256;

    /// <summary>Bytes of one transaction, beyond which it takes no further change.</summary>
    public const long MaxBytes = 4L * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly Queue<Change> waiting = new();
    private int running;

    /// <summary>
    /// Makes a change durable: all of its statements or none. The change may be executed twice: if another change makes the transaction fail, each is retried in a transaction of
    /// its own.
    /// </summary>
    /// <param name="key">Orders the changes of a transaction, so that two processes that change the same rows never deadlock.</param>
    /// <param name="statements">Executed in this order.</param>
    /// <returns>How many rows the first statement changed. Throws the engine's exception when the write failed; if the connection was lost, the change may still have been made.</returns>
    public Task<int> WriteAsync(string key, params StoreStatement[] statements)
    {
        var change = new Change(key, statements);
        lock (gate)
        {
            waiting.Enqueue(change);
            if (running < store.Writers)
            {
                running++;
                _ = Task.Run(WriteAllAsync);
            }
        }
        return change.Done.Task;
    }

    private async Task WriteAllAsync()
    {
        while (Next() is { Count: > 0 } batch)
        {
            try
            {
                await WriteAsync(batch);
            }
            catch (Exception exception) when (batch.Count > 1 && IsAboutOne(exception))
            {
                foreach (var change in batch)
                    await WriteAloneAsync(change);
            }
            catch (Exception exception)
            {
                foreach (var change in batch)
                    change.Done.TrySetException(exception);
            }
        }
    }

    private async Task WriteAloneAsync(Change change)
    {
        try
        {
            await WriteAsync([change]);
        }
        catch (Exception exception)
        {
            change.Done.TrySetException(exception);
        }
    }

    private List<Change> Next()
    {
        var batch = new List<Change>();
        lock (gate)
        {
            var bytes = 0L;
            while (batch.Count < MaxChanges && waiting.TryPeek(out var change) && (batch.Count == 0 || bytes + change.Bytes <= MaxBytes))
            {
                batch.Add(waiting.Dequeue());
                bytes += change.Bytes;
            }
            if (batch.Count == 0)
                running--;
        }
        return batch;
    }

    private async Task WriteAsync(List<Change> batch)
    {
        batch.Sort(static (one, other) => string.CompareOrdinal(one.Key, other.Key));
        var rows = new int[batch.Count];
        await using (var connection = await store.DataSource.OpenConnectionAsync())
        {
            if (connection.CanCreateBatch)
                await WriteAtOnceAsync(connection, batch, rows);
            else
                WriteOneByOne(connection, batch, rows);
        }
        for (var i = 0; i < batch.Count; i++)
            batch[i].Done.TrySetResult(rows[i]);
    }

    /// <summary>One round trip; the engine executes a batch as a transaction.</summary>
    private static async Task WriteAtOnceAsync(DbConnection connection, List<Change> batch, int[] rows)
    {
        await using var commands = connection.CreateBatch();
        foreach (var statement in batch.SelectMany(change => change.Statements))
        {
            var command = commands.CreateBatchCommand();
            command.CommandText = statement.Sql;
            foreach (var (name, value) in statement.Parameters)
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.Value) = (name, value);
                command.Parameters.Add(parameter);
            }
            commands.BatchCommands.Add(command);
        }
        await commands.ExecuteNonQueryAsync();
        var at = 0;
        for (var i = 0; i < batch.Count; i++)
        {
            rows[i] = commands.BatchCommands[at].RecordsAffected;
            at += batch[i].Statements.Length;
        }
    }

    private static void WriteOneByOne(DbConnection connection, List<Change> batch, int[] rows)
    {
        using var transaction = connection.BeginTransaction();
        var prepared = new Dictionary<string, DbCommand>(StringComparer.Ordinal);
        try
        {
            for (var i = 0; i < batch.Count; i++)
            {
                for (var j = 0; j < batch[i].Statements.Length; j++)
                {
                    var changed = Execute(connection, transaction, prepared, batch[i].Statements[j]);
                    if (j == 0)
                        rows[i] = changed;
                }
            }
            transaction.Commit();
        }
        finally
        {
            foreach (var command in prepared.Values)
                command.Dispose();
        }
    }

    private static int Execute(DbConnection connection, DbTransaction transaction, Dictionary<string, DbCommand> prepared, StoreStatement statement)
    {
        if (!prepared.TryGetValue(statement.Sql, out var command))
        {
            prepared[statement.Sql] = command = connection.CreateCommand();
            command.Transaction = transaction;
            command.CommandText = statement.Sql;
            foreach (var (name, value) in statement.Parameters)
                command.Add(name, value);
            return command.ExecuteNonQuery();
        }
        foreach (var (name, value) in statement.Parameters)
            command.Parameters[name].Value = value;
        return command.ExecuteNonQuery();
    }

    /// <summary>True if the engine or its driver rejected one statement, so that the other changes may succeed alone. False for a full disk or an unavailable server.</summary>
    private static bool IsAboutOne(Exception exception) =>
        exception is Npgsql.PostgresException { IsTransient: false } or Npgsql.PostgresException { SqlState: Npgsql.PostgresErrorCodes.DeadlockDetected or Npgsql.PostgresErrorCodes.SerializationFailure }
        || exception is ArgumentException or InvalidCastException or FormatException or OverflowException or NotSupportedException
        || (exception is SqliteException { SqliteErrorCode: 18 or 19 } && !DiskFull.Is(exception)); // SQLITE_TOOBIG, SQLITE_CONSTRAINT

    private sealed class Change(string key, StoreStatement[] statements)
    {
        public string Key => key;

        public StoreStatement[] Statements => statements;

        public long Bytes { get; } = statements.Sum(statement => statement.Parameters.Sum(parameter => parameter.Value is byte[] bytes ? bytes.LongLength : 0));

        public TaskCompletionSource<int> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
