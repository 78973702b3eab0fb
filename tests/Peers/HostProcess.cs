namespace MtaSts.Peers;

/// <summary>The service as its operator runs it: the built host in a process of its own, in an empty working directory.</summary>
public sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, string?> environment;
    private readonly TempFolder? ownFolder;
    private readonly IReadOnlyList<string> arguments;
    private readonly string gatewayListen;
    private ChildProcess? process;

    private readonly GatewayTls? tls;
    private readonly int? descriptors;

    private HostProcess(IReadOnlyDictionary<string, string?> settings, string? workingDirectory, GatewayTls? tls, int? descriptors, IReadOnlyList<string> arguments)
    {
        this.descriptors = descriptors;
        this.tls = tls;
        this.arguments = arguments;
        // Of the surroundings nothing but what the test sets: the development machine's own settings would be surprises.
        environment = settings.ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value);
        // Each test begins with nothing, also as an installation for others.
        if (settings.ContainsKey("Hosting:Target") || settings.ContainsKey("Dashboard:PublicUrl"))
            environment.TryAdd("Storage__AllowNew", "true");
        ownFolder = workingDirectory is null ? new TempFolder() : null;
        WorkingDirectory = workingDirectory ?? ownFolder!.Path;
        DashboardUrl = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        GatewayUrl = tls?.Url ?? new Uri(settings.GetValueOrDefault("Gateway:Url") ?? $"http://127.0.0.1:{FreePort.Next()}");
        gatewayListen = tls is null ? Address(GatewayUrl) : $"https://{tls.Address}";
        Client = new HttpClient(Handler(tls)) { Timeout = TimeSpan.FromSeconds(30) };
    }

    /// <summary>Where it runs; the default SQLite file lies in <c>data</c> under it.</summary>
    public string WorkingDirectory { get; }

    /// <summary>The dashboard's and API's address.</summary>
    public Uri DashboardUrl { get; }

    /// <summary>The senders' gateway.</summary>
    public Uri GatewayUrl { get; }

    /// <summary>Follows no redirect, keeps no cookie.</summary>
    public HttpClient Client { get; }

    /// <summary>What it wrote so far.</summary>
    public string Output => process?.Output ?? "";

    /// <summary>Whether it has ended, by itself or because it was told to.</summary>
    public bool HasExited => process?.HasExited ?? true;

    /// <summary>The host's process id.</summary>
    public int Id => process?.Id ?? throw new InvalidOperationException("Not running.");

    /// <summary>Starts the host and waits until its gateway says that it is ready.</summary>
    /// <param name="settings">Configuration, keys with colons: <c>Storage:Provider</c>. Handed over by environment.</param>
    /// <param name="workingDirectory">An existing folder to run in; null for a new one that goes with this object.</param>
    /// <param name="tls">The gateway's HTTPS; null for plain HTTP on a free port.</param>
    /// <param name="descriptors">The most files it may have open (<c>RLIMIT_NOFILE</c>); null for the tests' own limit.</param>
    /// <param name="arguments">More of the command line, such as <c>--demo</c>.</param>
    public static async Task<HostProcess> StartAsync(IReadOnlyDictionary<string, string?>? settings = null, string? workingDirectory = null, GatewayTls? tls = null, int? descriptors = null, params string[] arguments)
    {
        var host = new HostProcess(settings ?? new Dictionary<string, string?>(), workingDirectory, tls, descriptors, arguments);
        try
        {
            await host.StartAgainAsync();
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it anew after <see cref="KillAsync"/> or <see cref="StopAsync"/>: same folder, settings and addresses.</summary>
    public async Task StartAgainAsync()
    {
        var dll = Path.Combine(RepositoryFolder.Path, "host", "bin", RepositoryFolder.Configuration, "net10.0", "MtaSts.Host.dll");
        if (!File.Exists(dll))
            throw new InvalidOperationException($"{dll} is not built.");
        var dotnet = Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) == "dotnet" ? self : "dotnet";
        if (process is not null)
            await process.DisposeAsync();
        tls?.WriteInto(WorkingDirectory, environment);
        string[] command = [dotnet, dll, $"--Dashboard:Url={Address(DashboardUrl)}", $"--Gateway:Url={gatewayListen}", .. arguments];
        if (descriptors is { } limit)
            command = ["prlimit", $"--nofile={limit}:{limit}", .. command];
        process = await ChildProcess.StartAsync(command[0], command[1..], WorkingDirectory, environment);
        try
        {
            await Poll.Until(IsReadyAsync, StartLimit, "the host is ready");
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{exception.Message} It wrote:\n{Output}", exception);
        }
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync() => process?.KillAsync() ?? Task.CompletedTask;

    /// <summary>SIGTERM, as a service manager sends it, and waits for the end.</summary>
    public Task StopAsync() => process?.StopAsync() ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (process is not null)
            await process.DisposeAsync();
        ownFolder?.Dispose();
    }

    private static SocketsHttpHandler Handler(GatewayTls? tls)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false };
        tls?.Use(handler);
        return handler;
    }

    private static string Address(Uri url) => url.GetLeftPart(UriPartial.Authority);

    private async Task<bool> IsReadyAsync()
    {
        if (process!.HasExited)
            Xunit.Assert.Fail($"The host ended while starting, with code {process.ExitCode}.");
        using var answer = await Client.GetAsync(new Uri(GatewayUrl, "/readyz"));
        return answer.IsSuccessStatusCode;
    }
}
