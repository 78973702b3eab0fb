using System.Net;
using System.Net.Sockets;
using System.Text;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>Connections that say nothing, at the number of open files that many systems allow a process: more of them than that once ended it.</summary>
public sealed class IdleConnectionTests
{
    private const int Descriptors = 1_024;
    private const int Flood = 1_200;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("127.0.0.0/8", "127.0.0.1")]
    [InlineData("", "127.0.0.1", Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    [InlineData("", null)]
    public async Task Idle_MoreThanTheProcessMayHaveOpen_KeepNobodyWaiting(string uncounted, string? from)
    {
        var smtp = FreePort.Next();
        await using var host = await HostProcess.StartAsync(
            ApiClient.Settings(("Gateway:TrustedNetworks", uncounted), ("Dashboard:TrustedProxies", uncounted), ("Modules:source_smtp:TrustedNetworks", uncounted), ("Modules:source_smtp:Smtp", $"127.0.0.1:{smtp}")),
            descriptors: Descriptors);
        await Poll.Until(async () => await GreetingAsync(smtp) == "220", Patience, "SMTP is spoken");
        int[] ports = [host.GatewayUrl.Port, host.DashboardUrl.Port, smtp];
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < Flood; i++)
            {
                foreach (var port in ports)
                    sockets.Add(await ConnectAsync(port, from ?? $"127.1.0.{(i / 8) + 1}"));
            }

            // A client of its own, while the flood stands.
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, new Uri(host.GatewayUrl, "/healthz")));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, new Uri(host.GatewayUrl, "/readyz")));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(host, new Uri(host.DashboardUrl, "/sign-in")));
            Assert.Equal("220", await GreetingAsync(smtp));
            Assert.Equal("fictional.example", (string?)(await new ApiClient(host).PostAsync("domains", new { name = "fictional.example" }))["name"]); // The store is written.
            Assert.InRange(Directory.GetFiles($"/proc/{host.Id}/fd").Length, 1, Descriptors - 128);
            Assert.Contains("idle connections are closed", host.Output, StringComparison.Ordinal);
        }
        finally
        {
            sockets.ForEach(static socket => socket.Dispose());
        }
        await Poll.Until(() => Directory.GetFiles($"/proc/{host.Id}/fd").Length < Descriptors / 2, Patience, "what was taken is given back");
    }

    private static async Task<Socket> ConnectAsync(int port, string from)
    {
        using var limit = new CancellationTokenSource(Patience);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Parse(from), 0));
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), limit.Token);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Closed as soon as it was there: those that made room for it had not gone yet.
        }
        return socket;
    }

    private static async Task<HttpStatusCode> StatusAsync(HostProcess host, Uri url)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var answer = await host.Client.GetAsync(url, limit.Token);
        return answer.StatusCode;
    }

    private static async Task<string> GreetingAsync(int port)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, port, limit.Token);
        var greeting = new byte[3];
        await client.GetStream().ReadExactlyAsync(greeting, limit.Token);
        return Encoding.ASCII.GetString(greeting);
    }
}
