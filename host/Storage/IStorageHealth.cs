namespace MtaSts.Host.Storage;

/// <summary>Whether the store works now.</summary>
public interface IStorageHealth
{
    /// <summary>
    /// Writes and reads one row. May answer from the last <see cref="StorageHealth.Freshness"/>: callers from outside cannot make it write
    /// more often than that.
    /// </summary>
    /// <param name="cancellationToken">Ends the caller's wait, not the check.</param>
    /// <returns>Null when it works; otherwise what is wrong, for the operator, without secrets.</returns>
    Task<string?> CheckAsync(CancellationToken cancellationToken);
}
