namespace MtaSts.Grains.Workspaces;

/// <summary>The plan and what its end brings with it, in bounded slices: carried on by a reminder until every hosted domain was told.</summary>
internal sealed partial class WorkspaceGrain
{
    private const string LapseReminder = "lapse";

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!State.Lapsing.IsEmpty)
            CarryOnSoon();
        return Task.CompletedTask;
    }

    public async Task SetPlan(Plan plan, string by)
    {
        if (!stored.RecordExists)
            return;
        var lapses = plan == Plan.Free && !State.Domains.IsEmpty;
        // The reminder first: without it a crash would leave domains hosted that nobody tells. One with nothing to do goes by itself.
        if (lapses)
            await this.RegisterOrUpdateReminder(LapseReminder, LookEvery, LookEvery);
        await Store(State with { Plan = plan, Lapsing = lapses ? [.. State.Domains] : [], LapsingBy = lapses ? by : null });
        if (lapses)
            await Lapse();
    }

    /// <summary>Tells the next domains. Telling one twice changes nothing.</summary>
    private async Task Lapse()
    {
        foreach (var domain in State.Lapsing.Take(DomainsAtOnce))
            await GrainFactory.Domain(domain).DisableHosting(Id, State.LapsingBy ?? Id);
        var rest = State.Lapsing.RemoveRange(0, Math.Min(DomainsAtOnce, State.Lapsing.Length));
        await Store(State with { Lapsing = rest, LapsingBy = rest.IsEmpty ? null : State.LapsingBy });
        if (!rest.IsEmpty)
            CarryOnSoon();
        else
            await Forget(LapseReminder);
    }
}
