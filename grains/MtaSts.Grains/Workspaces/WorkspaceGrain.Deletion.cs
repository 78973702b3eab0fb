using Microsoft.Extensions.Logging;
using MtaSts.Grains.Reports;

namespace MtaSts.Grains.Workspaces;

/// <summary>Deletion of a workspace in bounded slices: requested once, continued by a reminder until nothing is left.</summary>
internal sealed partial class WorkspaceGrain
{
    private const string DeleteReminder = "delete";

    /// <summary>Domains notified per turn; other calls run in between.</summary>
    private const int DomainsAtOnce = 50;

    private static readonly TimeSpan LookEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan PauseBetweenSlices = TimeSpan.FromMilliseconds(100);
    private static readonly Refusal BeingDeleted = new(RefusalCodes.NotPossibleNow, "This workspace is being deleted. To use it, keep it first.");

    private IGrainTimer? timer;

    /// <summary>The last domain notified in this activation.</summary>
    private string? told;

    public async Task<CommandResult> Delete(string by)
    {
        if (!stored.RecordExists)
            return CommandResult.Refused(RefusalCodes.NotFound, "This workspace does not exist.");
        if (State.Deletion is null)
        {
            // Register the reminder first: without it a deletion would not continue after a crash. A reminder without work removes itself.
            await this.RegisterOrUpdateReminder(DeleteReminder, LookEvery, LookEvery);
            await Store(State with { Deletion = new StoredDeletion { At = clock.GetUtcNow(), By = by } });
        }
        await RevokeTokens();
        ContinueSoon();
        return CommandResult.Done;
    }

    public async Task<CommandResult> Keep(string by)
    {
        if (!stored.RecordExists)
            return CommandResult.Refused(RefusalCodes.NotFound, "This workspace does not exist.");
        if (State.Deletion is not null)
        {
            await Store(State with { Deletion = null });
            LogKept(Id, by);
        }
        return CommandResult.Done;
    }

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        told = null;
        return Continue(CancellationToken.None);
    }

    private void ContinueSoon()
    {
        timer?.Dispose();
        timer = this.RegisterGrainTimer(Continue, new GrainTimerCreationOptions(PauseBetweenSlices, Timeout.InfiniteTimeSpan) { KeepAlive = true });
    }

    private async Task Continue(CancellationToken cancellationToken)
    {
        timer?.Dispose();
        timer = null;
        try
        {
            if (!stored.RecordExists || State is { Deletion: null, Lapse: null })
            {
                await Forget(DeleteReminder);
                await Forget(LapseReminder);
            }
            else if (State.Deletion is null)
            {
                await Lapse();
            }
            else if (!State.Domains.IsEmpty)
            {
                await RevokeTokens();
                await GiveUpDomains();
            }
            else if (await EraseRest())
            {
                LogDeleted(Id);
            }
        }
        catch (Exception exception)
        {
            LogBrokeOff(exception, Id); // The next reminder continues.
        }
    }

    /// <summary>Revokes each token first, then removes it from the state.</summary>
    private async Task RevokeTokens()
    {
        if (State.Tokens.IsEmpty)
            return;
        foreach (var token in State.Tokens)
            await GrainFactory.ApiToken(token.Hash).Clear();
        await Store(State with { Tokens = [] });
    }

    /// <summary>Removes the claims. Each is removed from the list after its retirement; the last one completes the deletion.</summary>
    private async Task GiveUpDomains()
    {
        foreach (var domain in (await ListDomains(told, DomainsAtOnce)).Items)
        {
            await RemoveDomain(domain, State.Deletion!.By);
            told = domain;
        }
        if (State.Domains.IsEmpty || (told is not null && string.CompareOrdinal(told, State.Domains[^1]) < 0))
            ContinueSoon();
    }

    /// <returns>False: some data is still being deleted.</returns>
    private async Task<bool> EraseRest()
    {
        await RevokeTokens();
        await ReportErasure.EraseQuarantine(GrainFactory, Id, null);
        if (!await GrainFactory.Quarantine(Id).Close())
        {
            ContinueSoon();
            return false;
        }
        await GrainFactory.WorkspaceAlerts(Id).Erase();
        await GrainFactory.Notifications(Id).Erase();
        foreach (var member in State.Members)
            await GrainFactory.Account(member).Leave(Id);
        await Forget(DeleteReminder);
        await Forget(LapseReminder);
        await stored.ClearStateAsync();
        DeactivateOnIdle();
        return true;
    }

    private Task Forget(string name) => this.RemoveReminder(name);

    [LoggerMessage(1381, LogLevel.Information, "Workspace {Workspace} deleted with all its data")]
    private partial void LogDeleted(string workspace);

    [LoggerMessage(1382, LogLevel.Information, "Deletion of workspace {Workspace} cancelled by {By}")]
    private partial void LogKept(string workspace, string by);

    [LoggerMessage(1383, LogLevel.Warning, "Workspace {Workspace}: calls to its domains failed; they are repeated within the hour")]
    private partial void LogBrokeOff(Exception exception, string workspace);
}
