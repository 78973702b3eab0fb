using System.Data.Common;
using DbUp.Builder;

namespace MtaSts.Host.Storage;

/// <summary>An engine: how to reach it, how to prepare it and how to change its schema while other processes do the same.</summary>
internal abstract class Store : IAsyncDisposable
{
    /// <summary>The name under which Orleans' ADO.NET providers know the driver.</summary>
    public abstract string Invariant { get; }

    /// <summary>Every connection of the service is opened here, Orleans' own too, so that an engine's settings hold for all.</summary>
    public abstract DbDataSource DataSource { get; }

    /// <summary>Where the store is, for logs and errors: no password in it.</summary>
    public abstract string Description { get; }

    /// <summary>The folder of the engine's schema scripts among this assembly's resources.</summary>
    public abstract string Scripts { get; }

    /// <summary>A statement that returns a row when the table of states exists.</summary>
    public abstract string StatesExist { get; }

    /// <summary>Whether the store is missing, determined without opening it.</summary>
    public virtual bool IsMissing => false;

    /// <summary>Waits, without end, while the store is not there at all; returns when waiting helps no more, whatever else may be wrong with it.</summary>
    public virtual Task UntilThereAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Opens the store and locks it for this process, waiting where that can help. Throws <see cref="StoreException"/> if it cannot. A repeated call does nothing.
    /// </summary>
    public abstract Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Keeps other processes from changing the schema until disposed. Released by the engine when this process dies.</summary>
    public abstract Task<IAsyncDisposable> LockSchemaAsync(CancellationToken cancellationToken);

    /// <summary>Makes sure that the store is still this process's own, as <see cref="PrepareAsync"/> made it.</summary>
    /// <returns>Null, or why this process must end.</returns>
    public virtual Task<string?> KeepAsync(CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <summary>Removes what deleted rows have left in files that the engine does not clean by itself.</summary>
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

    /// <summary>The engine's migration builder, its journal in the table <c>SchemaStep</c>.</summary>
    public abstract UpgradeEngineBuilder Migrations();

    public virtual ValueTask DisposeAsync() => DataSource.DisposeAsync();
}

/// <summary>The store cannot be used; the message says why and what to do, without secrets.</summary>
internal sealed class StoreException(string message, Exception? cause = null) : Exception(message, cause);
