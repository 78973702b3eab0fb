using System.Globalization;
using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;
using MtaSts.Storage;

namespace MtaSts.Grains.Reports;

[GrainType("ingestion-lane")]
internal sealed partial class IngestionLaneGrain(EnvelopeTable table, OpenEnvelopes envelopes, ServiceClock clock, ILogger<IngestionLaneGrain> logger) : Grain, IIngestionLaneGrain, IRemindable
{
    private const string WakeReminder = "wake";

    /// <summary>Maximum number of open envelopes listed in one pass: far more than arrive while storage recovers. The rest is listed in the next.</summary>
    private const int MaxOpen = 10_000;

    /// <summary>Maximum number of repeated checks of signatures at one tick; the others are due at the next.</summary>
    private const int MaxChecks = 1_000;

    /// <summary>Concurrent checks.</summary>
    private const int ChecksAtOnce = 8;

    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan WakeEvery = TimeSpan.FromMinutes(5);

    private HashSet<string> openAtLastTick = [];
    private IGrainTimer? timer;
    private bool isRead;
    private bool isWorking;
    private bool isChecking;

    private int Number => int.Parse(this.GetPrimaryKeyString()["lane-".Length..], CultureInfo.InvariantCulture);

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        WorkIn(Soon);
        if (await this.GetReminder(WakeReminder, cancellationToken) is null)
            await this.RegisterOrUpdateReminder(WakeReminder, WakeEvery, WakeEvery, cancellationToken);
    }

    public Task Wake()
    {
        if (!isWorking)
            WorkIn(Soon);
        return Task.CompletedTask;
    }

    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        // Open at two consecutive ticks: the grain that processed it has probably ended, for example with its silo.
        var open = await table.ListOpenAsync(Number, MaxOpen);
        var left = open.Where(openAtLastTick.Contains).ToArray();
        openAtLastTick = [.. open];
        _ = envelopes.Complete(left); // The reminder does not wait for it.
        if (!isChecking)
            _ = CheckDkimAgain(); // Waits for the DNS.
        await Wake();
    }

    private async Task CheckDkimAgain()
    {
        isChecking = true;
        try
        {
            foreach (var batch in (await table.ListRetriesAsync(Number, clock.GetUtcNow(), MaxChecks)).Chunk(ChecksAtOnce))
                await Task.WhenAll(batch.Select(CheckDkimAgain));
        }
        catch (Exception exception)
        {
            LogNotListed(exception, Number);
        }
        finally
        {
            isChecking = false;
        }
    }

    private async Task CheckDkimAgain(string id)
    {
        try
        {
            await GrainFactory.Ingestion(id).CheckDkimAgain();
        }
        catch (Exception exception)
        {
            LogNotChecked(exception, id);
        }
    }

    /// <summary>Interleaves with calls, because a pass may take long.</summary>
    private void WorkIn(TimeSpan pause)
    {
        timer?.Dispose();
        timer = this.RegisterGrainTimer(Work, new GrainTimerCreationOptions(pause, Timeout.InfiniteTimeSpan) { KeepAlive = true, Interleave = true });
    }

    private async Task Work(CancellationToken cancellationToken)
    {
        if (isWorking)
            return;
        isWorking = true;
        try
        {
            if (!isRead)
            {
                var open = await table.ListOpenAsync(Number, MaxOpen);
                isRead = open.Count < MaxOpen;
                await envelopes.Complete(open);
            }
        }
        catch (Exception exception)
        {
            LogNotRead(exception, Number, OpenEnvelopes.RetryAfter);
        }
        finally
        {
            isWorking = false;
        }
        if (!isRead)
            WorkIn(OpenEnvelopes.RetryAfter);
    }

    [LoggerMessage(1514, LogLevel.Warning, "The envelopes of lane {Lane} whose signatures must be checked again were not listed; they are listed at the next tick")]
    private partial void LogNotListed(Exception exception, int lane);

    [LoggerMessage(1515, LogLevel.Warning, "Envelope {EnvelopeId}: the repeated check of its signatures failed; it is repeated at the next tick")]
    private partial void LogNotChecked(Exception exception, string envelopeId);

    [LoggerMessage(1517, LogLevel.Warning, "Open envelopes of lane {Lane} not listed; the query is retried in {Pause}")]
    private partial void LogNotRead(Exception exception, int lane, TimeSpan pause);
}
