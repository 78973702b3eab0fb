using System.Net;
using System.Net.Sockets;

namespace MtaSts.Peers;

/// <summary>Caddy from Debian's package under a Caddyfile, with its own certificates.</summary>
public sealed class CaddyServer : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private readonly TempFolder folder = new();
    private readonly string program;
    private readonly string caddyfile;
    private readonly IPEndPoint https;
    private readonly int? core;
    private ChildProcess? process;

    private CaddyServer(string caddyfile, IPEndPoint https, int? core)
    {
        program = Peer.RequireProgram("caddy", "caddy");
        this.caddyfile = caddyfile;
        this.https = https;
        this.core = core;
    }

    /// <summary>Why Caddy cannot be started here; null when it can.</summary>
    public static string? Missing => Peer.FindProgram("caddy") is null ? "caddy is not installed (Debian package caddy)." : null;

    /// <summary>Its process id.</summary>
    public int Id => process!.Id;

    /// <summary>Its output since its last start.</summary>
    public string Output => process?.Output ?? "";

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="caddyfile">The file.</param>
    /// <param name="https">The HTTPS listener in the file.</param>
    /// <param name="core">The only core it may use; null for all.</param>
    public static async Task<CaddyServer> StartAsync(string caddyfile, IPEndPoint https, int? core = null)
    {
        var server = new CaddyServer(caddyfile, https, core);
        try
        {
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Whether Caddy accepts a Caddyfile, and its output.</summary>
    public static async Task<(bool Valid, string Output)> ValidateAsync(string caddyfile)
    {
        using var folder = new TempFolder();
        await using var validation = await ChildProcess.StartAsync(Peer.RequireProgram("caddy", "caddy"), ["validate", "--adapter", "caddyfile", "--config", caddyfile], environment: Environment(folder));
        await validation.WaitForExitAsync(StartLimit);
        return (validation.Output.Contains("Valid configuration", StringComparison.Ordinal), validation.Output);
    }

    /// <summary>Restarts it after <see cref="StopAsync"/>, with its certificates unless they were deleted.</summary>
    public async Task StartAgainAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
        var (file, arguments) = Pinned.On(core, program, "run", "--adapter", "caddyfile", "--config", caddyfile);
        process = await ChildProcess.StartAsync(file, arguments, folder.Path, Environment(folder));
        try
        {
            await Poll.Until(IsListeningAsync, StartLimit, "Caddy listens");
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{exception.Message} It wrote:\n{Output}", exception);
        }
    }

    public Task StopAsync() => process?.StopAsync() ?? Task.CompletedTask;

    /// <summary>Deletes its certificates, accounts and locks.</summary>
    public void Forget() => Directory.Delete(folder["data"], recursive: true);

    public async ValueTask DisposeAsync()
    {
        if (process is not null)
            await process.DisposeAsync();
        folder.Dispose();
    }

    private static Dictionary<string, string?> Environment(TempFolder folder) => new() { ["HOME"] = folder.Path, ["XDG_DATA_HOME"] = folder["data"], ["XDG_CONFIG_HOME"] = folder["config"] };

    private async Task<bool> IsListeningAsync()
    {
        if (process!.HasExited)
            Xunit.Assert.Fail("Caddy ended while starting.");
        using var socket = new Socket(https.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(https);
        return true;
    }
}
