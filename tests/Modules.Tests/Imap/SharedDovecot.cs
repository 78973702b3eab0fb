using MtaSts.Modules.Tests.Imap;
using MtaSts.Peers;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedDovecot))]

namespace MtaSts.Modules.Tests.Imap;

/// <summary>One Dovecot for all tests that need no settings of their own; each has its own account there. Started by the first that asks.</summary>
public sealed class SharedDovecot : IAsyncDisposable
{
    private readonly Lazy<Task<DovecotServer>> server = new(() => DovecotServer.StartAsync());
    private int accounts;

    public Task<DovecotServer> StartedAsync() => server.Value;

    public string NewAccount() => $"account{Interlocked.Increment(ref accounts)}";

    public async ValueTask DisposeAsync()
    {
        // One that did not start has disposed of itself.
        if (server.IsValueCreated && server.Value.IsCompletedSuccessfully)
            await (await server.Value).DisposeAsync();
    }
}
