namespace MtaSts.Grains.Probes;

/// <summary>Used when this service does not connect to MX hosts.</summary>
internal sealed class NoMxProbe : IMxProbe
{
    public Task<MxProbe?> ProbeAsync(string domain, string workspaceId, bool isAwaited, CancellationToken cancellationToken) => Task.FromResult<MxProbe?>(null);
}

/// <summary>Used when this service does not connect to MX hosts.</summary>
internal sealed class NoPort25Status : IPort25Status
{
    public Port25Block Blocked => Port25Block.None;

    public string? Problem => null;
}
