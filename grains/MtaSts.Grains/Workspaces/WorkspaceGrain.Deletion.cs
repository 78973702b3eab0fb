using Microsoft.Extensions.Logging;

namespace MtaSts.Grains.Workspaces;

/// <summary>The end of a workspace, in bounded slices: asked for once, carried on by a reminder until nothing is left.</summary>
internal sealed partial class WorkspaceGrain
{
    private const string DeleteReminder = "delete";

    /// <summary>Domains told in one turn; other calls come in between.</summary>
    private const int DomainsAtOnce = 50;

    private static readonly TimeSpan LookEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);
    private static readonly Refusal BeingDeleted = new(RefusalCodes.NotPossibleNow, "This workspace is being deleted. To go on with it, keep it first.");

    private IGrainTimer? timer;

    /// <summary>The last domain that was told in this activation.</summary>
    private string? told;

    public async Task<CommandResult> Delete(string by)
    {
        if (!stored.RecordExists)
            return CommandResult.Refused(RefusalCodes.NotFound, "This workspace does not exist.");
        if (State.Deletion is null)
        {
            // The reminder first: without it a crash would leave a deletion that nobody carries on. One with nothing to do goes by itself.
            await this.RegisterOrUpdateReminder(DeleteReminder, LookEvery, LookEvery);
            await Store(State with { Deletion = new StoredDeletion { At = clock.GetUtcNow(), By = by } });
        }
        await RevokeTokens();
        CarryOnSoon();
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
        return CarryOn(CancellationToken.None);
    }

    private void CarryOnSoon()
    {
        timer?.Dispose();
        timer = this.RegisterGrainTimer(CarryOn, new GrainTimerCreationOptions(Breath, Timeout.InfiniteTimeSpan) { KeepAlive = true });
    }

    private async Task CarryOn(CancellationToken cancellationToken)
    {
        timer?.Dispose();
        timer = null;
        try
        {
            if (!stored.RecordExists || State is { Deletion: null, Lapsing.IsEmpty: true })
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
            LogBrokeOff(exception, Id); // The next reminder goes on.
        }
    }

    /// <summary>Useless first, forgotten then.</summary>
    private async Task RevokeTokens()
    {
        if (State.Tokens.IsEmpty)
            return;
        foreach (var token in State.Tokens)
            await GrainFactory.ApiToken(token.Hash).Clear();
        await Store(State with { Tokens = [] });
    }

    /// <summary>Each lets go when it has retired, and is then taken off the list; the last one brings the end.</summary>
    private async Task GiveUpDomains()
    {
        foreach (var domain in (await ListDomains(told, DomainsAtOnce)).Items)
        {
            await RemoveDomain(domain, State.Deletion!.By);
            told = domain;
        }
        if (State.Domains.IsEmpty || (told is not null && string.CompareOrdinal(told, State.Domains[^1]) < 0))
            CarryOnSoon();
    }

    /// <returns>False: something is still on its way out.</returns>
    private async Task<bool> EraseRest()
    {
        await RevokeTokens();
        await ScorecardQuery.EraseQuarantine(GrainFactory, Id, null);
        if (!await GrainFactory.Quarantine(Id).Close())
        {
            CarryOnSoon();
            return false;
        }
        foreach (var member in State.Members)
            await GrainFactory.Account(member).Leave(Id);
        await Forget(DeleteReminder);
        await Forget(LapseReminder);
        await stored.ClearStateAsync();
        DeactivateOnIdle();
        return true;
    }

    private async Task Forget(string name)
    {
        if (await this.GetReminder(name) is { } reminder)
            await this.UnregisterReminder(reminder);
    }

    [LoggerMessage(1381, LogLevel.Information, "The workspace {Workspace} was deleted with everything in it")]
    private partial void LogDeleted(string workspace);

    [LoggerMessage(1382, LogLevel.Information, "The workspace {Workspace} is kept, by {By}")]
    private partial void LogKept(string workspace, string by);

    [LoggerMessage(1383, LogLevel.Warning, "What the workspace {Workspace} has still to tell its domains broke off; it goes on within the hour")]
    private partial void LogBrokeOff(Exception exception, string workspace);
}
