using System.Runtime.CompilerServices;
using MtaSts.Modules.Reports;

namespace MtaSts.Grains;

/// <summary>What became of one report of an upload.</summary>
/// <param name="Name">The file it was in, where it is known.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Id">The envelope's id; null when it was not taken.</param>
/// <param name="Outcome">Null when it was not taken, or is counted after this answer.</param>
/// <param name="IsNew">False: the same bytes had been taken before.</param>
/// <param name="Problem">Why it was not taken, and what to do.</param>
/// <param name="IsUnavailable">It was not taken because the storage does not answer or too much is sent at once: send it again.</param>
/// <param name="IsTooLarge">It was not taken because it is over a limit of size.</param>
public sealed record UploadedItem(string? Name, long Size, string? Id, IngestionOutcome? Outcome, bool IsNew, string? Problem, bool IsUnavailable = false, bool IsTooLarge = false)
{
    /// <summary>What to tell: a report that the same bytes had brought before is a duplicate.</summary>
    public IngestionState? State => Id is null ? null
        : Outcome is null ? IngestionState.Stored
        : !IsNew && Outcome.State == IngestionState.Counted ? IngestionState.Duplicate : Outcome.State;
}

/// <summary>
/// Takes what a member uploads: one report in any form, or an mbox file or a zip archive of many, each of which becomes an envelope of its own.
/// </summary>
public sealed class Uploads(IReportInbox inbox, IGrainFactory grains, TimeProvider clock)
{
    /// <summary>Permanent id of this source.</summary>
    public const string Source = "source.upload";

    /// <summary>Largest mbox file: read mail by mail, so it is bounded for the time it takes.</summary>
    public const long MaxMailboxBytes = 256L * 1024 * 1024;

    /// <summary>Reports of one upload; each is stored and counted before the next.</summary>
    public const int MaxItems = 1_000;

    private const int MaxFileName = 255;
    private const string TooMany = "Only the first 1,000 reports of the file were taken. Split it, and send the rest; what was taken is not counted again.";

    /// <summary>Each report as soon as it is done. Nothing is taken after the storage failed to answer.</summary>
    /// <param name="file">Read once, from where it stands.</param>
    public async IAsyncEnumerable<UploadedItem> TakeAsync(Stream file, string? fileName, string workspaceId, string? peer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        var by = new Uploader(workspaceId, peer, fileName is { Length: > MaxFileName } ? fileName[..MaxFileName] : fileName);
        var taken = 0;
        await foreach (var item in new UploadItems(workspaceId, clock).ReadAsync(file, by.FileName, cancellationToken))
        {
            if (taken++ == MaxItems)
            {
                yield return new UploadedItem(by.FileName, 0, null, null, false, TooMany);
                yield break;
            }
            var result = item.Problem is { } problem
                ? new UploadedItem(item.Name, item.Bytes.Length, null, null, false, problem.Text, problem.IsUnavailable, problem.IsTooLarge)
                : await Deliver(item, by);
            yield return result;
            if (result.IsUnavailable)
                yield break;
        }
    }

    // Not tied to the caller: what has been taken is carried through.
    private async Task<UploadedItem> Deliver(UploadItem item, Uploader by)
    {
        var size = item.Bytes.Length;
        return await inbox.AcceptAsync(new Envelope(Source, clock.GetUtcNow(), item.Bytes, null, by.WorkspaceId, by.Peer, item.Name), CancellationToken.None) switch
        {
            Receipt.Stored stored => new UploadedItem(item.Name, size, stored.Id, await grains.Ingestion(stored.Id).Complete(), stored.IsNew, null),
            Receipt.Refused refused => new UploadedItem(item.Name, size, null, null, false, refused.Reason),
            Receipt.Unavailable unavailable => new UploadedItem(item.Name, size, null, null, false, unavailable.Reason + " Send it again; what was taken is not counted twice.", IsUnavailable: true),
            var other => throw new InvalidOperationException($"The inbox answered {other.GetType().Name}."),
        };
    }

    private sealed record Uploader(string WorkspaceId, string? Peer, string? FileName);
}
