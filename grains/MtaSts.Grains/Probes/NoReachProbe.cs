namespace MtaSts.Grains.Probes;

/// <summary>Used when there is no reachable gateway.</summary>
internal sealed class NoReachProbe(TimeProvider clock) : IReachProbe
{
    public Task<Reach> ReachAsync(string domain, CancellationToken cancellationToken) =>
        Task.FromResult(new Reach(clock.GetUtcNow(), false, new FetchFault(MtaSts.Protocol.FetchFaultKind.NotTried), []));
}
