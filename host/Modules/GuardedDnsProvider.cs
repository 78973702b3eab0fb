using MtaSts.Modules.Dns;

namespace MtaSts.Host.Modules;

/// <summary>
/// The boundary around a module's DNS provider: it gets no longer than its budget and no more than a few calls at once, and what it throws becomes a failure that names
/// it. Nothing of a plug-in crosses into the grains but the contract's own answers.
/// </summary>
internal sealed class GuardedDnsProvider(string moduleId, Func<IDnsProvider> create, ModuleHealth health, TimeProvider clock) : IDnsProvider, IDisposable
{
    /// <summary>A provider that ignores its cancellation is left behind after this.</summary>
    public static readonly TimeSpan Budget = TimeSpan.FromSeconds(20);

    private const string Remedy = "It is retried automatically; if the problem persists, tell the operator.";
    private static readonly TimeSpan AfterCrowd = TimeSpan.FromSeconds(15);
    private readonly ModuleObject<IDnsProvider> provider = new(moduleId, create, made => made.Id);
    private readonly ModuleCalls calls = new(moduleId, Budget, health, clock);

    /// <summary>Read once when it is made; the module's before that.</summary>
    public string Id => provider.Made?.Id ?? moduleId;

    public bool IsCalled(string id) => id == moduleId || id == provider.Made?.Id;

    public Task PrepareAsync() => provider.GetAsync();

    public Task<DnsChange> ReplaceAsync(DnsRecordSet set, CancellationToken cancellationToken) => Guard((made, token) => made.ReplaceAsync(set, token), cancellationToken);

    public Task<DnsChange> DeleteAsync(string name, DnsType type, CancellationToken cancellationToken) => Guard((made, token) => made.DeleteAsync(name, type, token), cancellationToken);

    public void Dispose() => calls.Dispose();

    private async Task<DnsChange> Guard(Func<IDnsProvider, CancellationToken, Task<DnsChange>> call, CancellationToken cancellationToken) =>
        await calls.RunAsync<DnsChange, IDnsProvider>(provider, async (made, token) => await call(made, token), cancellationToken) switch
        {
            CallEnd<DnsChange>.Answer answer => answer.Value,
            CallEnd<DnsChange>.Fault fault => new DnsChange.Failed(fault.Problem, Remedy),
            _ => new DnsChange.Pending("Other records are being written.", AfterCrowd),
        };
}
