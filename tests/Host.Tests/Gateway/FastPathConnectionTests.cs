using System.Text;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Host.Tests.Gateway;

/// <summary>Connections that the fast path holds between requests.</summary>
public sealed class FastPathConnectionTests
{
    private static readonly byte[] Request = Encoding.ASCII.GetBytes($"GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: {FastPathGateways.Host}\r\n\r\n");

    [Fact]
    public async Task Connection_WithoutRequestForTheKeepAliveTimeout_IsClosed()
    {
        await using var gateways = new FastPathGateways();
        await gateways.InitializeAsync();
        using var silent = await gateways.ConnectAsync();
        using var idle = await gateways.ConnectAsync();
        await idle.SendAsync(Request);
        Assert.True(await idle.ReceiveAsync(new byte[1024]) > 0);
        var ends = Task.WhenAll(FastPathGateways.ReadToEndAsync(silent), FastPathGateways.ReadToEndAsync(idle));

        // The clock is moved until they close: the loop may not have taken the silent connection before the first move.
        await Poll.Until(() => Advance(gateways, ends), TimeSpan.FromSeconds(20), "idle connections are closed");

        Assert.All(await ends, Assert.Empty);
    }

    [Fact]
    public async Task Connection_Idle_IsClosedWhenTheGatewayStops()
    {
        await using var gateways = new FastPathGateways();
        await gateways.InitializeAsync();
        using var idle = await gateways.ConnectAsync();
        await idle.SendAsync(Request);
        Assert.True(await idle.ReceiveAsync(new byte[1024]) > 0);

        await gateways.FastServer.StopAsync(TestContext.Current.CancellationToken);

        Assert.Empty(await FastPathGateways.ReadToEndAsync(idle));
    }

    [Fact]
    public async Task Connection_HeldOpen_GetsTheRemainingLease()
    {
        await using var gateways = new FastPathGateways();
        await gateways.InitializeAsync();
        using var connection = await gateways.ConnectAsync();
        var buffer = new byte[1024];

        await connection.SendAsync(Request);
        var first = Encoding.ASCII.GetString(buffer, 0, await connection.ReceiveAsync(buffer));
        gateways.Clock.Advance(TimeSpan.FromSeconds(4));
        await connection.SendAsync(Request);
        var second = Encoding.ASCII.GetString(buffer, 0, await connection.ReceiveAsync(buffer));

        Assert.Contains("max-age=15, must-revalidate\r\n", first, StringComparison.Ordinal);
        Assert.Contains("max-age=11, must-revalidate\r\n", second, StringComparison.Ordinal);
        Assert.Contains("Date: Sun, 01 Mar 2026 12:00:04 GMT\r\n", second, StringComparison.Ordinal);
    }

    private static bool Advance(FastPathGateways gateways, Task ends)
    {
        gateways.Clock.Advance(TimeSpan.FromSeconds(40));
        return ends.IsCompleted;
    }
}
