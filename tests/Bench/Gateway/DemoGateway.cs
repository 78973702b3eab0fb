using System.Diagnostics;
using System.Net;
using MtaSts.Peers;

namespace MtaSts.Bench.Gateway;

/// <summary>The built host with its demonstration data, as <c>--demo</c> starts it: SQLite, a domain that is live, its gateway with HTTP and HTTPS. Held to one core.</summary>
internal sealed class DemoGateway : IAsyncDisposable
{
    public const string Host = "mta-sts.harbour-post.example";
    public const string Path = "/.well-known/mta-sts.txt";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private readonly HostProcess host;

    private DemoGateway(HostProcess host) => this.host = host;

    /// <summary>HTTP, on 127.0.0.1.</summary>
    public required int Port { get; init; }

    /// <summary>HTTPS, on 127.0.0.1.</summary>
    public required int HttpsPort { get; init; }

    public int Id => host.Id;

    /// <summary>What it answers to a policy request.</summary>
    public HttpResponseMessage Answer { get; private set; } = null!;

    /// <summary>Starts it and waits until the domain's policy is served.</summary>
    /// <param name="core">The only core it may use.</param>
    /// <param name="settled">Waits for all demonstration data too, so that nothing else is under way.</param>
    /// <param name="tls">Who issues the certificate for HTTPS.</param>
    public static async Task<DemoGateway> StartAsync(int core, bool settled, TestAuthority tls)
    {
        var (plain, secure) = (FreePort.Next(), new IPEndPoint(IPAddress.Loopback, FreePort.Next()));
        // As on a machine with one core. It is held to the core when it runs, because its start and its data would take long there.
        var oneCore = new Dictionary<string, string?> { ["DOTNET_PROCESSOR_COUNT"] = "1" };
        var host = await HostProcess.StartAsync(oneCore, tls: new GatewayTls(secure, tls, Host, "localhost"), arguments: ["--demo", $"--Gateway:Url=http://127.0.0.1:{plain};https://{secure}"]);
        var gateway = new DemoGateway(host) { Port = plain, HttpsPort = secure.Port };
        try
        {
            await Poll.Until(gateway.IsLiveAsync, StartLimit, "the policy is served");
            if (settled)
                await Poll.Until(() => host.Output.Contains("Demo data created", StringComparison.Ordinal), StartLimit, "the demonstration data is there");
            await PinAsync(host.Id, core);
            return gateway;
        }
        catch
        {
            await gateway.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private async Task<bool> IsLiveAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.GatewayUrl, Path)) { Headers = { Host = Host } };
        Answer = await host.Client.SendAsync(request);
        return Answer.IsSuccessStatusCode;
    }

    /// <summary>All threads of a process that runs already.</summary>
    private static async Task PinAsync(int processId, int core)
    {
        if (core >= Environment.ProcessorCount || Peer.FindProgram("taskset") is not { } taskset)
            return;
        using var process = Process.Start(new ProcessStartInfo(taskset, ["-a", "-c", "-p", $"{core}", $"{processId}"]) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
    }
}
