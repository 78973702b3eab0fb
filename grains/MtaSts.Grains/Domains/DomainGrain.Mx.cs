namespace MtaSts.Grains.Domains;

/// <summary>The probes of the domain's MX hosts, which run in <see cref="IMxProbeGrain"/>.</summary>
internal sealed partial class DomainGrain
{
    private DateTimeOffset mxAskedAt = DateTimeOffset.MinValue;

    public Task CheckMx(string workspaceId)
    {
        var now = clock.GetUtcNow();
        if (Claims.Of(state, workspaceId) is not null && options.ProbeMx && !(state.MxWatch?.Last?.At + options.MxProbesApart > now))
            AskForMx(now, isAwaited: true);
        return Task.CompletedTask;
    }

    public ValueTask<bool> IsMxDue() => ValueTask.FromResult(MxWatch.DueAt(state, options) <= clock.GetUtcNow());

    public Task MxProbed(MxProbe? probe)
    {
        mxAskedAt = DateTimeOffset.MinValue;
        return Apply(now => lifecycle.MxProbed(state, probe, now, clock.Calendar));
    }

    public Task<MxView?> GetMx(string workspaceId)
    {
        if (Claims.Of(state, workspaceId) is not { } claim)
            return Task.FromResult<MxView?>(null);
        var seen = state.MxWatch?.Last;
        return Task.FromResult<MxView?>(new MxView(
            seen is null ? null : seen with { At = clock.ToCalendar(seen.At), Hosts = [.. seen.Hosts.Select(host => host with { At = clock.ToCalendar(host.At) })] },
            options.ProbeMx,
            state.Serving == ServingState.Off ? state.Elsewhere?.Content ?? claim.Draft : claim.Workspace == state.Holder ? PolicyVersions.Current(state)?.Content : claim.Draft));
    }

    private void AskForMx(DateTimeOffset now, bool isAwaited)
    {
        if (now - mxAskedAt < HandedOutFor || (state.Holder ?? state.Claims.FirstOrDefault()?.Workspace) is not { } workspace)
            return;
        mxAskedAt = now;
        GrainFactory.MxProbe().Probe(Domain, workspace, isAwaited).Ignore();
    }
}
