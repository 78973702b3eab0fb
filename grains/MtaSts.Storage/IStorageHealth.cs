namespace MtaSts.Storage;

/// <summary>Whether the store works now.</summary>
public interface IStorageHealth
{
    /// <summary>
    /// Writes and reads one row. May return the result of the last <see cref="StorageHealth.Freshness"/>, so that external callers cannot cause
    /// more frequent writes.
    /// </summary>
    /// <param name="cancellationToken">Cancels the caller's wait, not the check.</param>
    /// <returns>Null when it works.</returns>
    Task<StorageProblem?> CheckAsync(CancellationToken cancellationToken);
}

/// <summary>Why the store does not work.</summary>
/// <param name="Text">What is wrong and what to do, without secrets, paths or addresses: it is public.</param>
/// <param name="IsReadable">It can be read but not written: policies are served, changes and reports are refused.</param>
/// <param name="IsFull">Its disk is full.</param>
public sealed record StorageProblem(string Text, bool IsReadable = false, bool IsFull = false);
