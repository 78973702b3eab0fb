using System.Data.Common;
using DbUp.Builder;

namespace MtaSts.Storage;

/// <summary>An engine: connects to it, prepares it and changes its schema concurrently with other processes.</summary>
internal abstract class Store : IAsyncDisposable
{
    /// <summary>Part of every stored row's key and of every session's key: never changes.</summary>
    public const string ServiceId = "mtasts";

    /// <summary>The name under which Orleans' ADO.NET providers know the driver.</summary>
    public abstract string Invariant { get; }

    /// <summary>Opens every connection of the service, including Orleans' own, so that an engine's settings apply to all.</summary>
    public abstract DbDataSource DataSource { get; }

    /// <summary>Concurrent transactions of grouped changes: one, if the engine has one writer.</summary>
    public abstract int Writers { get; }

    /// <summary>Location of the store for logs and errors, without password.</summary>
    public abstract string Description { get; }

    /// <summary>The folder of the engine's schema scripts among this assembly's resources.</summary>
    public abstract string Scripts { get; }

    /// <summary>A statement that returns a row when the table of states exists.</summary>
    public abstract string StatesExist { get; }

    /// <summary>Why there is no store yet, without opening it: completes "the store …". Null when there is one, or when this is unknown.</summary>
    public virtual string? Absence => null;

    /// <summary>Waits, without time limit, while the store is unreachable; returns when more waiting cannot help, even if the store has another problem.</summary>
    public virtual Task UntilThereAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Opens the store and locks it for this process, waiting where this can help. Throws <see cref="StoreException"/> if it cannot. A repeated call does nothing.
    /// </summary>
    public abstract Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Prevents other processes from changing the schema until disposed. The engine releases it when this process ends.</summary>
    public abstract Task<IAsyncDisposable> LockSchemaAsync(CancellationToken cancellationToken);

    /// <summary>Verifies that this process still owns the store, as acquired by <see cref="PrepareAsync"/>.</summary>
    /// <returns>Null, or why this process must end.</returns>
    public virtual Task<string?> KeepAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>Removes remains of deleted rows from files that the engine does not clean automatically.</summary>
    public virtual Task ForgetDeletedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>True when no state was ever stored. The store must be prepared.</summary>
    public async Task<bool> IsEmptyAsync(CancellationToken cancellationToken)
    {
        await using var connection = await DataSource.OpenConnectionAsync(cancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = StatesExist;
        if (await command.ExecuteScalarAsync(cancellationToken) is null)
            return true;
        command.CommandText = "SELECT 1 FROM GrainState LIMIT 1";
        return await command.ExecuteScalarAsync(cancellationToken) is null;
    }

    /// <summary>The engine's migration builder, with its journal in the table <c>SchemaStep</c>.</summary>
    public abstract UpgradeEngineBuilder Migrations();

    public virtual ValueTask DisposeAsync() => DataSource.DisposeAsync();
}

/// <summary>The store cannot be used; the message states the cause and what to do, without secrets.</summary>
internal sealed class StoreException(string message, Exception? cause = null) : Exception(message, cause);
