using MtaSts.Modules.Hostnames;

namespace MtaSts.Host.Modules;

/// <summary>
/// The boundary around a module's provider: it gets no longer than its budget, and what it throws becomes a failure that
/// names it. Nothing of a plug-in crosses into the grains but the contract's own answers.
/// </summary>
internal sealed partial class GuardedHostnameProvider(IHostnameProvider inner, TimeProvider clock, ILogger<GuardedHostnameProvider> logger) : IHostnameProvider, ICertificateAuthorities
{
    /// <summary>A provider that ignores its cancellation is left behind after this.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(30);

    /// <summary>Authorities that are taken from a provider; more would only be a mistake of its.</summary>
    private const int MaxAuthorities = 10;

    private readonly Lazy<IReadOnlyList<string>> authorities = new(() => Authorities(inner));

    public string Id => inner.Id;

    public IHostnameProvider Inner => inner;

    /// <summary>Read once: they do not change, and a provider without the ability, or that throws, has none.</summary>
    public IReadOnlyList<string> CaaIdentifiers => authorities.Value;

    public Task<HostnameProgress> EnsureAsync(HostnameRequest request, CancellationToken cancellationToken) =>
        Guard<HostnameProgress>(token => inner.EnsureAsync(request, token), problem => new HostnameProgress.Failed(problem, "It is tried again by itself; if it lasts, tell the operator."), cancellationToken);

    public Task<HostnameRemoval> RemoveAsync(HostnameRequest request, CancellationToken cancellationToken) =>
        Guard<HostnameRemoval>(token => inner.RemoveAsync(request, token), problem => new HostnameRemoval.Failed(problem), cancellationToken);

    private static IReadOnlyList<string> Authorities(IHostnameProvider inner)
    {
        try
        {
            return inner is ICertificateAuthorities { CaaIdentifiers: { } all } ? [.. all.Take(MaxAuthorities)] : [];
        }
        catch (Exception)
        {
            return []; // Its other calls will tell what is wrong with it.
        }
    }

    private async Task<T> Guard<T>(Func<CancellationToken, Task<T>> call, Func<string, T> failed, CancellationToken cancellationToken)
    {
        using var budget = new CancellationTokenSource(Budget, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        try
        {
            return await call(either.Token).WaitAsync(either.Token) ?? failed($"{inner.Id} gave no answer.");
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            return failed($"{inner.Id} did not answer within {Budget.TotalSeconds:0} s.");
        }
        catch (Exception exception)
        {
            LogFault(exception, inner.Id);
            return failed($"{inner.Id}: {exception.Message}");
        }
    }

    [LoggerMessage(1101, LogLevel.Error, "Hostname provider {Id} failed")]
    private partial void LogFault(Exception exception, string id);
}
