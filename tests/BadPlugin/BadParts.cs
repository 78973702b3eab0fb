using Microsoft.Extensions.Hosting;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Modules.Reports;

namespace MtaSts.BadPlugin;

/// <summary>A provider that misbehaves.</summary>
public sealed class BadProvider : IHostnameProvider, IDnsProvider
{
    /// <summary>Constructs it.</summary>
    public BadProvider()
    {
        if (BadModule.Mode == "create-hangs")
            BadModule.Hang();
        if (BadModule.Mode == "create-throws")
            throw new InvalidOperationException("vendor's provider");
    }

    /// <inheritdoc cref="IHostnameProvider.Id"/>
    public string Id => BadModule.Mode == "provider-id-null" ? null! : "bad." + BadModule.Mode;

    /// <inheritdoc/>
    public Task<HostnameProgress> EnsureAsync(HostnameRequest request, CancellationToken cancellationToken) => Call<HostnameProgress>(new HostnameProgress.Live(null));

    /// <inheritdoc/>
    public Task<HostnameRemoval> RemoveAsync(HostnameRequest request, CancellationToken cancellationToken) => Call<HostnameRemoval>(new HostnameRemoval.Removed());

    /// <inheritdoc/>
    public Task<DnsChange> ReplaceAsync(DnsRecordSet set, CancellationToken cancellationToken) => Call<DnsChange>(new DnsChange.Done(300));

    /// <inheritdoc/>
    public Task<DnsChange> DeleteAsync(string name, DnsType type, CancellationToken cancellationToken) => Call<DnsChange>(new DnsChange.Done(300));

    private static async Task<T> Call<T>(T answer)
    {
        switch (BadModule.Mode)
        {
            case "calls-block":
                BadModule.Hang();
                break;
            case "calls-hang":
                await new TaskCompletionSource().Task;
                break;
            case "calls-throw":
                throw new BadException();
            case "calls-null":
                return default!;
        }
        return answer;
    }
}

/// <summary>A source that misbehaves.</summary>
public sealed class BadSource : IReportSource, IDisposable
{
    /// <summary>Constructs it.</summary>
    public BadSource()
    {
        if (BadModule.Mode == "source-create-hangs")
            BadModule.Hang();
        if (BadModule.Mode == "source-create-throws")
            throw new InvalidOperationException("vendor's source");
    }

    /// <inheritdoc/>
    public string Id => BadModule.Mode == "source-id-throws" ? throw new InvalidOperationException("vendor's source id") : "bad." + BadModule.Mode;

    /// <inheritdoc/>
    public ReportSourceStatus Status => BadModule.Mode switch
    {
        "source-status-hangs" => new ReportSourceStatus.Working(BadModule.Hang()),
        "source-status-throws" => throw new InvalidOperationException("vendor's status"),
        "source-status-null" => null!,
        _ => new ReportSourceStatus.Working("at work"),
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        if (BadModule.Mode == "source-dispose-hangs")
            BadModule.Hang();
        if (BadModule.Mode == "source-dispose-throws")
            throw new InvalidOperationException("vendor's end");
    }

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken stop)
    {
        if (BadModule.Mode == "source-run-blocks")
            BadModule.Hang();
        if (BadModule.Mode == "source-run-throws")
            throw new BadException();
        if (BadModule.Mode == "source-thread-throws")
            new Thread(() => throw new InvalidOperationException("vendor's thread")).Start();
        if (BadModule.Mode == "source-pool-throws")
            ThreadPool.UnsafeQueueUserWorkItem(_ => throw new InvalidOperationException("vendor's callback"), null);
        if (BadModule.Mode == "source-thread-stays")
            new Thread(() => BadModule.Hang()) { IsBackground = false }.Start();
        if (BadModule.Mode.StartsWith("source-pool-blocks-", StringComparison.Ordinal))
        {
            for (var i = int.Parse(BadModule.Mode["source-pool-blocks-".Length..], System.Globalization.CultureInfo.InvariantCulture); i > 0; i--)
                ThreadPool.UnsafeQueueUserWorkItem(_ => BadModule.Hang(), null);
        }
        if (BadModule.Mode == "source-console-locked")
            new Thread(() => HoldConsole()) { IsBackground = true }.Start();
        if (BadModule.Mode == "source-stop-ignored")
            await new TaskCompletionSource().Task;
        await Task.Delay(Timeout.Infinite, stop);
    }

    private static void HoldConsole()
    {
        lock (Console.Out)
            BadModule.Hang();
    }
}

/// <summary>A source that works.</summary>
public sealed class GoodSource : IReportSource
{
    /// <inheritdoc/>
    public string Id => "source.good";

    /// <inheritdoc/>
    public ReportSourceStatus Status => new ReportSourceStatus.Working("at work");

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken stop) => Task.Delay(Timeout.Infinite, stop);
}

/// <summary>Tells what it was given.</summary>
public sealed class SharedSource(TimeProvider clock, IReportInbox inbox, IDnsLookup dns) : IReportSource
{
    /// <inheritdoc/>
    public string Id => "source.shared";

    /// <inheritdoc/>
    public ReportSourceStatus Status => new ReportSourceStatus.Working($"{clock.GetType().Name} {inbox.GetType().Name} {dns.GetType().Name}");

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken stop) => Task.Delay(Timeout.Infinite, stop);
}

/// <summary>A hosted service that misbehaves.</summary>
public sealed class BadService : BackgroundService
{
    /// <summary>Constructs it.</summary>
    public BadService()
    {
        if (BadModule.Mode == "hosted-constructor-throws")
            throw new InvalidOperationException("vendor's service");
        if (BadModule.Mode == "hosted-constructor-hangs")
            BadModule.Hang();
    }

    /// <inheritdoc/>
    public override Task StartAsync(CancellationToken cancellationToken)
    {
        if (BadModule.Mode == "hosted-start-hangs")
            BadModule.Hang();
        if (BadModule.Mode == "hosted-start-throws")
            throw new InvalidOperationException("vendor's start");
        return base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override Task StopAsync(CancellationToken cancellationToken)
    {
        if (BadModule.Mode == "hosted-stop-hangs")
            BadModule.Hang();
        if (BadModule.Mode == "hosted-stop-throws")
            throw new InvalidOperationException("vendor's stop");
        return base.StopAsync(cancellationToken);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        if (BadModule.Mode == "hosted-execute-throws")
            throw new InvalidOperationException("vendor's work");
        await Task.Delay(Timeout.Infinite, stoppingToken);
    }
}
