using System.Globalization;
using System.Runtime.CompilerServices;
using MtaSts.Grains;
using MtaSts.Modules.Reports;

namespace MtaSts.Application.Reports;

/// <summary>The result of one report of an upload.</summary>
/// <param name="Name">The file that contained it, if known.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Id">The envelope's id; null when it was not accepted.</param>
/// <param name="Outcome">Null when it was not accepted, or was deleted before it was counted.</param>
/// <param name="IsNew">False: the same bytes were accepted before.</param>
/// <param name="Problem">Why it was not accepted, or why a part of it is neither counted nor in quarantine, and what to do.</param>
/// <param name="IsUnavailable">It was not accepted because storage is unavailable or too many reports are sent at once. A retry may succeed.</param>
/// <param name="IsTooLarge">It was not accepted because it exceeds a size limit.</param>
public sealed record UploadedItem(string? Name, long Size, string? Id, IngestionOutcome? Outcome, bool IsNew, string? Problem, bool IsUnavailable = false, bool IsTooLarge = false)
{
    /// <summary>The state to show. A counted report whose bytes had been received before is shown as a duplicate.</summary>
    public IngestionState? State => Id is null ? null
        : Outcome is null ? IngestionState.Stored
        : !IsNew && Outcome.State == IngestionState.Counted ? IngestionState.Duplicate : Outcome.State;
}

/// <summary>
/// Accepts files that members upload: one report in any form, or an mbox file or a zip archive of many reports. Each report becomes an envelope of its
/// own.
/// </summary>
public sealed class Uploads(IReportInbox inbox, IGrainFactory grains, TimeProvider clock)
{
    /// <summary>Largest mbox file: read mail by mail, so the limit bounds the time, not the memory.</summary>
    public const long MaxMailboxBytes = 256L * 1024 * 1024;

    /// <summary>Maximum number of reports of one upload; each is stored and counted before the next.</summary>
    public const int MaxItems = IQuarantineGrain.MaxItemsOfUploads;

    private const int MaxFileName = 255;
    private const string NoRoom = "The quarantine is full of uploaded reports. Replay or delete them, then upload the report again.";
    private static readonly string TooMany =
        string.Create(CultureInfo.InvariantCulture, $"Only the first {MaxItems:N0} reports of the file were read. Split the file and upload the rest; a report is counted only once.");

    /// <summary>Returns the result of each report as soon as it is processed. Stops at the first report that cannot be stored.</summary>
    /// <param name="file">Read once, from its current position.</param>
    public CommandResult<IAsyncEnumerable<UploadedItem>> Accept(Actor actor, Stream file, string? fileName, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return actor.Lacks(Permissions.ReportsWrite) is { } refusal ? refusal
            : CommandResult.Of(AcceptAsync(new Uploader(actor.WorkspaceId, actor.Name, fileName is { Length: > MaxFileName } ? fileName[..MaxFileName] : fileName), file, cancellationToken));
    }

    private async IAsyncEnumerable<UploadedItem> AcceptAsync(Uploader by, Stream file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var taken = 0;
        await foreach (var item in new UploadItems(by.WorkspaceId, clock).ReadAsync(file, by.FileName, cancellationToken))
        {
            if (taken++ == MaxItems)
            {
                yield return new UploadedItem(by.FileName, 0, null, null, false, TooMany);
                yield break;
            }
            var result = item.Problem is { } problem
                ? new UploadedItem(item.Name, item.Bytes.Length, null, null, false, problem.Text, problem.IsUnavailable, problem.IsTooLarge)
                : await StoreAsync(item, by);
            yield return result;
            if (result.IsUnavailable)
                yield break;
        }
    }

    // The caller's cancellation is not passed on: an accepted report is processed to the end.
    private async Task<UploadedItem> StoreAsync(UploadItem item, Uploader by)
    {
        var size = item.Bytes.Length;
        return await inbox.AcceptAsync(new Envelope(ReportSourceIds.Upload, clock.GetUtcNow(), item.Bytes, null, by.WorkspaceId, by.MemberName, item.Name), CancellationToken.None) switch
        {
            Receipt.Stored stored => await CompleteAsync(stored, item.Name, size, by),
            Receipt.Refused refused => new UploadedItem(item.Name, size, null, null, false, refused.Reason),
            Receipt.Unavailable unavailable => new UploadedItem(item.Name, size, null, null, false, unavailable.Reason + " Upload the whole file again; a report is counted only once.", IsUnavailable: true),
            var other => throw new InvalidOperationException($"The inbox answered {other.GetType().Name}."),
        };
    }

    private async Task<UploadedItem> CompleteAsync(Receipt.Stored stored, string? name, long size, Uploader by)
    {
        var outcome = await grains.Ingestion(stored.Id).Complete();
        if (outcome?.Reason is null || await grains.Quarantine(by.WorkspaceId).Has(stored.Id))
            return new UploadedItem(name, size, stored.Id, outcome, stored.IsNew, null);
        return outcome.State == IngestionState.Quarantined
            ? new UploadedItem(name, size, null, null, false, "The report could not be counted. " + NoRoom)
            : new UploadedItem(name, size, stored.Id, outcome, stored.IsNew, "A part of the report could not be counted. " + NoRoom);
    }

    private sealed record Uploader(string WorkspaceId, string? MemberName, string? FileName);
}
