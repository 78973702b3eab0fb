using MtaSts.Grains;
using MtaSts.Host.Storage;

namespace MtaSts.Host.Gateway;

/// <summary>Whether this process can do its work: started, and storage answers.</summary>
internal sealed class Readiness(IStorageHealth storage, IReportSpool spool, IHostApplicationLifetime lifetime)
{
    /// <summary>What the operator should know besides, whether the process is ready or not.</summary>
    public string? Hint => spool.Now.Hint;

    public async ValueTask<string?> CheckAsync(CancellationToken cancellationToken)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return "The service is stopping.";
        return lifetime.ApplicationStarted.IsCancellationRequested ? await storage.CheckAsync(cancellationToken) : "The service is starting.";
    }
}
