using MtaSts.Grains;
using MtaSts.Grains.Storage;
using MtaSts.Host.Gateway.Tls;
using MtaSts.Storage;

namespace MtaSts.Host.Gateway;

/// <summary>
/// Whether this process accepts requests of senders. Once ready it stays ready until it stops: policies are served from memory and reports kept on
/// the disk while storage is unavailable, and a load balancer that removed every silo would cause an outage of policies.
/// </summary>
/// <param name="storage">State of storage.</param>
/// <param name="spool">State of the spool.</param>
/// <param name="lifetime">Whether the service runs.</param>
/// <param name="keys">The names of hosted domains: until they are read, a flood of invented names would delay them. Null where there are none to wait for.</param>
/// <param name="tls">The certificate of the gateway, or null where it has none: its problem is added to the text.</param>
/// <param name="clock">The problem of the machine's clock, or null.</param>
internal sealed class Readiness(IStorageHealth storage, IReportSpool spool, IHostApplicationLifetime lifetime, LiveKeys? keys = null, GatewayTls? tls = null, IClockStatus? clock = null)
{
    private volatile bool hasBeenReady;

    public async ValueTask<(bool IsReady, string Text)> CheckAsync(CancellationToken cancellationToken)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return (false, "The service is stopping.\n");
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
            return (false, "The service is starting.\n");
        hasBeenReady |= keys is { IsLoaded: true }; // They were read from storage: from now on policies are served from memory, also without storage.
        var more = string.Concat(new[] { spool.Now.Hint, tls?.Note, clock?.Problem }.OfType<string>().Select(hint => hint + "\n"));
        if (await storage.CheckAsync(cancellationToken) is { } problem)
        {
            // A full disk prevents only changes and reports; policies can still be read and served.
            hasBeenReady |= problem.IsReadable && keys is null;
            return (hasBeenReady, (hasBeenReady ? "degraded: " : "") + problem.Text + "\n" + more);
        }
        if (keys is { IsLoaded: false })
            return (false, "The names of hosted domains have not been read yet.\n" + more);
        hasBeenReady = true;
        return (true, "ok\n" + more);
    }
}
