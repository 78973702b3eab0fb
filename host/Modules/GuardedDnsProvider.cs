using MtaSts.Modules.Dns;

namespace MtaSts.Host.Modules;

/// <summary>
/// The boundary around a module's DNS provider: it gets no longer than its budget and no more than a few calls at once, and what it throws becomes a failure that names
/// it. Nothing of a plug-in crosses into the grains but the contract's own answers.
/// </summary>
internal sealed partial class GuardedDnsProvider(IDnsProvider inner, TimeProvider clock, ILogger<GuardedDnsProvider> logger) : IDnsProvider, IDisposable
{
    /// <summary>A provider that ignores its cancellation is left behind after this.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(20);

    /// <summary>Calls under way in this process. A thousand domains whose records fall due at once do not become a thousand connections.</summary>
    public const int MaxCalls = 8;

    private static readonly TimeSpan AfterCrowd = TimeSpan.FromSeconds(15);

    private readonly SemaphoreSlim places = new(MaxCalls, MaxCalls);

    public string Id => inner.Id;

    public IDnsProvider Inner => inner;

    public Task<DnsChange> ReplaceAsync(DnsRecordSet set, CancellationToken cancellationToken) => Guard(token => inner.ReplaceAsync(set, token), cancellationToken);

    public Task<DnsChange> DeleteAsync(string name, DnsType type, CancellationToken cancellationToken) => Guard(token => inner.DeleteAsync(name, type, token), cancellationToken);

    public void Dispose() => places.Dispose();

    private async Task<DnsChange> Guard(Func<CancellationToken, Task<DnsChange>> call, CancellationToken cancellationToken)
    {
        using var budget = new CancellationTokenSource(Budget, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        try
        {
            await places.WaitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            return new DnsChange.Pending("Other records are being written.", AfterCrowd);
        }
        var running = RunAsync(call, either.Token);
        // One that is left behind keeps its place until it ends.
        _ = running.ContinueWith(_ => places.Release(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            return await running.WaitAsync(either.Token) ?? Failed($"{inner.Id} gave no answer.");
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return Failed($"{inner.Id} did not answer in time.");
        }
        catch (Exception exception)
        {
            LogFault(exception, inner.Id);
            return Failed($"{inner.Id}: {exception.Message}");
        }
    }

    // Also what is thrown before the first await ends in the task.
    private static async Task<DnsChange> RunAsync(Func<CancellationToken, Task<DnsChange>> call, CancellationToken cancellationToken) => await call(cancellationToken);

    private static DnsChange.Failed Failed(string problem) => new(problem, "It is tried again by itself; if it lasts, tell the operator.");

    [LoggerMessage(1107, LogLevel.Error, "DNS provider {Id} failed")]
    private partial void LogFault(Exception exception, string id);
}
