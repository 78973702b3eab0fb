using System.Net;
using System.Text.Json;

namespace MtaSts.Peers;

/// <summary>An ACME authority: Pebble from Debian's package, on free loopback ports. It checks challenges on ports 80 and 443 of the address that its DNS server names.</summary>
public sealed class PebbleServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(20);
    private readonly TempFolder folder;
    private readonly ChildProcess process;

    private PebbleServer(TempFolder folder, ChildProcess process, int port)
    {
        this.folder = folder;
        this.process = process;
        Directory = new Uri($"https://localhost:{port}/dir");
    }

    /// <summary>The ACME directory.</summary>
    public Uri Directory { get; }

    /// <summary>PEM file of the authority that the directory's own certificate comes from.</summary>
    public string ServerRootPath => folder["server-root.pem"];

    /// <summary>PEM of the root that issued certificates lead to; made up by Pebble at each start.</summary>
    public string IssuingRootPem { get; private set; } = "";

    /// <summary>What it wrote so far: each order with its names.</summary>
    public string Output => process.Output;

    /// <summary>Starts an authority that looks names up at <paramref name="dns"/>.</summary>
    public static async Task<PebbleServer> StartAsync(IPEndPoint dns)
    {
        var program = Peer.RequireProgram("pebble", "pebble");
        var folder = new TempFolder();
        var (port, management) = (FreePort.Next(), FreePort.Next());
        using var authority = new TestAuthority();
        var (certificate, key) = authority.Issue("localhost");
        await File.WriteAllTextAsync(folder["server-root.pem"], authority.RootPem);
        await File.WriteAllTextAsync(folder["server.pem"], certificate);
        await File.WriteAllTextAsync(folder["server.key"], key);
        await File.WriteAllTextAsync(folder["pebble.json"], JsonSerializer.Serialize(new
        {
            pebble = new
            {
                listenAddress = $"127.0.0.1:{port}",
                managementListenAddress = $"127.0.0.1:{management}",
                certificate = folder["server.pem"],
                privateKey = folder["server.key"],
                httpPort = 80,
                tlsPort = 443,
            },
        }));
        var environment = new Dictionary<string, string?> { ["PEBBLE_VA_NOSLEEP"] = "1", ["PEBBLE_WFE_NONCEREJECT"] = "0" };
        var server = new PebbleServer(folder, await ChildProcess.StartAsync(program, ["-config", folder["pebble.json"], "-dnsserver", dns.ToString()], folder.Path, environment, removeAfter: folder.Path), port);
        try
        {
            using var handler = new SocketsHttpHandler { UseProxy = false };
            handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => authority.Trusts(shown as System.Security.Cryptography.X509Certificates.X509Certificate2);
            using var client = new HttpClient(handler);
            await Poll.Until(
                async () =>
                {
                    if (server.process.HasExited)
                        Xunit.Assert.Fail("Pebble ended while starting.");
                    server.IssuingRootPem = await client.GetStringAsync(new Uri($"https://localhost:{management}/roots/0"));
                    return true;
                },
                StartLimit,
                "Pebble answers");
            return server;
        }
        catch (Exception exception)
        {
            var output = server.Output;
            await server.DisposeAsync();
            throw new InvalidOperationException($"{exception.Message} It wrote:\n{output}", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        folder.Dispose();
    }
}
