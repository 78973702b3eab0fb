namespace MtaSts.Grains.Workspaces;

/// <summary>Plan changes and their effects in bounded slices: continued by a reminder until every hosted domain is notified.</summary>
internal sealed partial class WorkspaceGrain
{
    private const string LapseReminder = "lapse";

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.Lapse is not null)
            ContinueSoon();
        return Task.CompletedTask;
    }

    public async Task SetPlan(Plan plan, string by)
    {
        if (!stored.RecordExists)
            return;
        var lapses = plan == Plan.Free && !State.Domains.IsEmpty;
        // Register the reminder first: without it some domains would stay hosted after a crash. A reminder without work removes itself.
        if (lapses)
            await this.RegisterOrUpdateReminder(LapseReminder, LookEvery, LookEvery);
        await Store(State with { Plan = plan, Lapse = lapses ? new StoredLapse { By = by } : null });
        if (lapses)
            await Lapse();
    }

    /// <summary>Notifies the next domains. Repeated notification changes nothing.</summary>
    private async Task Lapse()
    {
        var page = await ListDomains(State.Lapse!.After, DomainsAtOnce);
        foreach (var domain in page.Items)
            await GrainFactory.Domain(domain).DisableHosting(Id, State.Lapse.By);
        await Store(State with { Lapse = page.Next is { } last ? State.Lapse with { After = last } : null });
        if (State.Lapse is not null)
            ContinueSoon();
        else
            await Forget(LapseReminder);
    }
}
