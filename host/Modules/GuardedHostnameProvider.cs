using MtaSts.Modules.Hostnames;

namespace MtaSts.Host.Modules;

/// <summary>
/// The boundary around a module's hostname provider: it limits the time and the number of concurrent calls, and turns exceptions into failures that
/// name the provider. Only the contract's answers reach the grains.
/// </summary>
internal sealed class GuardedHostnameProvider(string moduleId, Func<IHostnameProvider> create, ModuleHealth health, TimeProvider clock) : IHostnameProvider, ICertificateAuthorities, IDisposable
{
    /// <summary>A provider that ignores its cancellation is abandoned after this.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(30);

    private const string Remedy = "It is retried automatically; if the problem persists, contact the operator.";
    private readonly ModuleObject<IHostnameProvider> provider = new(moduleId, create, made => made.Id);
    private readonly ModuleCalls calls = new(moduleId, Budget, health, clock);

    /// <summary>Read once when the provider is created; before that the module's id.</summary>
    public string Id => provider.Made?.Id ?? moduleId;

    /// <summary>Read once, because they do not change; empty for a provider without this ability or one that throws.</summary>
    public IReadOnlyList<string> CaaIdentifiers => provider.Need()?.CaaIdentifiers ?? [];

    public bool IsCalled(string id) => id == moduleId || id == provider.Made?.Id;

    public Task PrepareAsync() => provider.GetAsync();

    public Task<HostnameProgress> EnsureAsync(HostnameRequest request, CancellationToken cancellationToken) =>
        Guard<HostnameProgress>((made, token) => made.EnsureAsync(request, token), problem => new HostnameProgress.Failed(problem, Remedy), cancellationToken);

    public Task<HostnameRemoval> RemoveAsync(HostnameRequest request, CancellationToken cancellationToken) =>
        Guard<HostnameRemoval>((made, token) => made.RemoveAsync(request, token), problem => new HostnameRemoval.Failed(problem), cancellationToken);

    public void Dispose() => calls.Dispose();

    private async Task<T> Guard<T>(Func<IHostnameProvider, CancellationToken, Task<T>> call, Func<string, T> failed, CancellationToken cancellationToken)
        where T : class => await calls.RunAsync<T, IHostnameProvider>(provider, async (made, token) => await call(made, token), cancellationToken) switch
        {
            CallResult<T>.Answer answer => answer.Value,
            CallResult<T>.Fault fault => failed(fault.Problem),
            _ => failed($"{moduleId}: {ModuleCalls.MaxCalls} other calls are in progress."),
        };
}
