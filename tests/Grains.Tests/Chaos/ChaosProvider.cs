using System.Collections.Concurrent;
using MtaSts.Modules.Hostnames;

namespace MtaSts.Grains.Tests.Chaos;

/// <summary>A hostname provider outside the silos: it outlives them, is unwell at random, and loses hostnames when told.</summary>
internal sealed class ChaosProvider(Random random, Action<string> removing) : IHostnameProvider, IHostnameProviders
{
    private readonly ConcurrentDictionary<string, bool> hostnames = new(StringComparer.Ordinal);
    private readonly Lock gate = new();

    public string Id => "hostname.chaos";

    public IHostnameProvider Configured => this;

    /// <summary>How many calls of a hundred do not do what was asked.</summary>
    public int Unwell { get; set; } = 30;

    public ICollection<string> Hostnames => hostnames.Keys;

    public IHostnameProvider? Find(string id) => id == Id ? this : null;

    public void Lose(string hostname) => hostnames.TryRemove(hostname, out _);

    public Task<HostnameProgress> EnsureAsync(HostnameRequest request, CancellationToken cancellationToken)
    {
        var dice = Roll();
        if (dice >= Unwell / 2)
            hostnames[request.PolicyHost] = true; // Some of the answers that follow are lost all the same.
        return Task.FromResult<HostnameProgress>(
            dice >= Unwell ? new HostnameProgress.Live(null)
            : dice % 3 == 0 ? throw new IOException("The connection was reset.")
            : dice % 3 == 1 ? new HostnameProgress.Pending("The certificate is being issued.", null, TimeSpan.FromSeconds(10))
            : new HostnameProgress.Failed("It does not want to.", null));
    }

    public Task<HostnameRemoval> RemoveAsync(HostnameRequest request, CancellationToken cancellationToken)
    {
        removing(request.PolicyHost);
        var dice = Roll();
        if (dice >= Unwell / 2)
            hostnames.TryRemove(request.PolicyHost, out _);
        return Task.FromResult<HostnameRemoval>(
            dice >= Unwell ? new HostnameRemoval.Removed()
            : dice % 3 == 0 ? throw new IOException("The connection was reset.")
            : dice % 3 == 1 ? new HostnameRemoval.Pending(TimeSpan.FromSeconds(10))
            : new HostnameRemoval.Failed("It does not want to."));
    }

    private int Roll()
    {
        lock (gate)
            return random.Next(100);
    }
}
