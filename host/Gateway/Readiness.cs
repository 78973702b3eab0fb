using MtaSts.Grains;
using MtaSts.Host.Gateway.Tls;
using MtaSts.Host.Storage;

namespace MtaSts.Host.Gateway;

/// <summary>
/// Whether senders are to be led to this process. Once it has been ready it stays so until it stops: policies are served from memory and reports
/// kept on the disk while storage is away, and a load balancer that took every silo out would turn that into no policy at all.
/// </summary>
/// <param name="storage">Whether it works.</param>
/// <param name="spool">What waits on the disk.</param>
/// <param name="lifetime">Whether the service runs.</param>
/// <param name="keys">The names of hosted domains: until they are read, a flood of made-up names would delay them. Null where there are none to wait for.</param>
/// <param name="tls">The certificate of the gateway, or null where it has none: what is wrong with it is added to the text.</param>
/// <param name="clock">What is wrong with the clock of the machine, or null.</param>
internal sealed class Readiness(IStorageHealth storage, IReportSpool spool, IHostApplicationLifetime lifetime, LiveKeys? keys = null, GatewayTls? tls = null, IClockStatus? clock = null)
{
    private volatile bool hasBeenReady;

    public async ValueTask<(bool IsReady, string Text)> CheckAsync(CancellationToken cancellationToken)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return (false, "The service is stopping.\n");
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
            return (false, "The service is starting.\n");
        var more = string.Concat(new[] { spool.Now.Hint, tls?.Note, clock?.Problem }.OfType<string>().Select(hint => hint + "\n"));
        if (await storage.CheckAsync(cancellationToken) is { } problem)
        {
            // What can be read is served: a full disk takes changes and reports away, and policies need neither.
            hasBeenReady |= problem.IsReadable && (keys is null or { IsLoaded: true });
            return (hasBeenReady, (hasBeenReady ? "degraded: " : "") + problem.Text + "\n" + more);
        }
        if (keys is { IsLoaded: false } && !hasBeenReady)
            return (false, "The names of hosted domains have not been read yet.\n" + more);
        hasBeenReady = true;
        return (true, "ok\n" + more);
    }
}
