using Microsoft.Extensions.Logging;
using MtaSts.Grains.Storage;
using Orleans.Concurrency;
using Orleans.Storage;

namespace MtaSts.Grains.Reports;

/// <remarks>
/// One activation on each silo. Its calls interleave: each waits for the store most of the time, and calls that wait at the same time share a transaction. It keeps an
/// envelope only during processing; an idle activation is kept, because its envelopes are counted after the response to their senders.
/// </remarks>
[GrainType("report-intake"), StatelessWorker(1, removeIdleWorkers: false), Reentrant]
internal sealed partial class ReportIntakeGrain(EnvelopeIntake intake, EnvelopeCompletion completion, EnvelopeStorage storage, OpenEnvelopes open, ILogger<ReportIntakeGrain> logger)
    : Grain, IReportIntakeGrain
{
    public async Task<AcceptOutcome> Accept(string id, EnvelopeMessage envelope)
    {
        // The envelope's own grain handles content that needs an exclusive turn, envelopes without room, and copies.
        if (envelope.Raw.Length > IReportIntakeGrain.MaxBytes
            || await intake.ReadLight(envelope, id) is not { } read
            || await intake.Admit(read, envelope.IsPromised) is not { } record)
        {
            return await GrainFactory.Ingestion(id).Accept(envelope);
        }
        var stored = new StoredEnvelope(storage, id, record);
        // An envelope with a signature to check waits for the DNS: it must not delay others.
        var hasPlace = !record.DkimDue;
        if (hasPlace)
            await open.Places.WaitAsync();
        var isNew = false;
        try
        {
            isNew = await stored.Insert();
        }
        catch
        {
            open.CompleteLater(id); // It may be stored although the sender gets an error.
            throw;
        }
        finally
        {
            if (!isNew && hasPlace)
                open.Places.Release();
        }
        if (!isNew)
        {
            await intake.GiveBack(record);
            return await GrainFactory.Ingestion(id).Accept(envelope);
        }
        _ = Complete(stored, hasPlace);
        return AcceptOutcome.New;
    }

    private async Task Complete(StoredEnvelope stored, bool hasPlace)
    {
        try
        {
            await completion.Complete(stored);
        }
        catch (InconsistentStateException)
        {
            open.CompleteLater(stored.Id); // A copy's delivery completes it at the same time; this finds it completed.
        }
        catch (Exception exception)
        {
            LogNotCompleted(exception, stored.Id, OpenEnvelopes.RetryAfter);
            open.CompleteLater(stored.Id);
        }
        finally
        {
            if (hasPlace)
                open.Places.Release();
        }
    }

    [LoggerMessage(1518, LogLevel.Warning, "Envelope {EnvelopeId} not counted; it is retried in {Pause}")]
    private partial void LogNotCompleted(Exception exception, string envelopeId, TimeSpan pause);
}
