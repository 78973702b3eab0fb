using MtaSts.Grains;
using MtaSts.Host.Storage;

namespace MtaSts.Host.Gateway;

/// <summary>
/// Whether senders are to be led to this process. Once it has been ready it stays so until it stops: policies are served from memory and reports
/// kept on the disk while storage is away, and a load balancer that took every silo out would turn that into no policy at all.
/// </summary>
internal sealed class Readiness(IStorageHealth storage, IReportSpool spool, IHostApplicationLifetime lifetime, IClockStatus? clock = null)
{
    private volatile bool hasBeenReady;

    public async ValueTask<(bool IsReady, string Text)> CheckAsync(CancellationToken cancellationToken)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return (false, "The service is stopping.\n");
        if (!lifetime.ApplicationStarted.IsCancellationRequested)
            return (false, "The service is starting.\n");
        var more = string.Concat(new[] { spool.Now.Hint, clock?.Problem }.OfType<string>().Select(hint => hint + "\n"));
        if (await storage.CheckAsync(cancellationToken) is { } problem)
            return (hasBeenReady, (hasBeenReady ? "degraded: " : "") + problem + "\n" + more);
        hasBeenReady = true;
        return (true, "ok\n" + more);
    }
}
