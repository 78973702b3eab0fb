using MtaSts.Modules.Dns;

namespace MtaSts.Host.Modules;

/// <summary>
/// The boundary around a module's DNS provider: it limits the time and the number of concurrent calls, and turns exceptions into failures that name
/// the provider. Only the contract's answers reach the grains.
/// </summary>
internal sealed class GuardedDnsProvider(string moduleId, Func<IDnsProvider> create, ModuleHealth health, TimeProvider clock) : IDnsProvider, IDisposable
{
    /// <summary>A provider that ignores its cancellation is abandoned after this.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(20);

    private const string Remedy = "It is retried automatically; if the problem persists, contact the operator.";
    private static readonly TimeSpan AfterCrowd = TimeSpan.FromSeconds(15);
    private readonly ModuleObject<IDnsProvider> provider = new(moduleId, create, made => made.Id);
    private readonly ModuleCalls calls = new(moduleId, Budget, health, clock);

    /// <summary>Read once when the provider is created; before that the module's id.</summary>
    public string Id => provider.Made?.Id ?? moduleId;

    public bool IsCalled(string id) => id == moduleId || id == provider.Made?.Id;

    public Task PrepareAsync() => provider.GetAsync();

    public Task<DnsChange> ReplaceAsync(DnsRecordSet set, CancellationToken cancellationToken) => Guard((made, token) => made.ReplaceAsync(set, token), cancellationToken);

    public Task<DnsChange> DeleteAsync(string name, DnsType type, CancellationToken cancellationToken) => Guard((made, token) => made.DeleteAsync(name, type, token), cancellationToken);

    public void Dispose() => calls.Dispose();

    private async Task<DnsChange> Guard(Func<IDnsProvider, CancellationToken, Task<DnsChange>> call, CancellationToken cancellationToken) =>
        await calls.RunAsync<DnsChange, IDnsProvider>(provider, async (made, token) => await call(made, token), cancellationToken) switch
        {
            CallResult<DnsChange>.Answer answer => answer.Value,
            CallResult<DnsChange>.Fault fault => new DnsChange.Failed(fault.Problem, Remedy),
            _ => new DnsChange.Pending("Other records are being written.", AfterCrowd),
        };
}
