namespace MtaSts.Grains.Probes;

/// <summary>Where there is no gateway that could be reached.</summary>
internal sealed class NoReachProbe(TimeProvider clock) : IReachProbe
{
    public Task<Reach> ReachAsync(string domain, CancellationToken cancellationToken) =>
        Task.FromResult(new Reach(clock.GetUtcNow(), false, "This service does not try names.", []));
}
