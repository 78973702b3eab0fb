namespace MtaSts.Peers;

/// <summary>The service as its operator runs it: the built host in a separate process, in an empty working directory.</summary>
public sealed class HostProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    /// <summary>Of an answer; an upload of a thousand reports takes long on a slow machine.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromMinutes(2);

    /// <summary>Of an answer about readiness.</summary>
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(20);

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
        // Only the settings of the test: the development machine's own settings must have no effect.
        environment = settings.ToDictionary(setting => setting.Key.Replace(":", "__", StringComparison.Ordinal), setting => setting.Value);
        // Each test starts with an empty store, also with the settings of a public installation.
        if (settings.ContainsKey("Hosting:Target") || settings.ContainsKey("Dashboard:PublicUrl"))
            environment.TryAdd("Storage__AllowNew", "true");
        ownFolder = workingDirectory is null ? new TempFolder() : null;
        WorkingDirectory = workingDirectory ?? ownFolder!.Path;
        DashboardUrl = new Uri($"http://127.0.0.1:{FreePort.Next()}");
        GatewayUrl = tls?.Url ?? new Uri(settings.GetValueOrDefault("Gateway:Url") ?? $"http://127.0.0.1:{FreePort.Next()}");
        gatewayListen = tls is null ? Address(GatewayUrl) : $"https://{tls.Address}";
        Client = new HttpClient(Handler(tls)) { Timeout = AnswerLimit };
    }

    /// <summary>The host's assembly: the one built with the tests, or another build of it in the environment variable <c>MTASTS_HOST</c>.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("MTASTS_HOST") is { Length: > 0 } built
        ? built
        : Path.Combine(RepositoryFolder.Path, "host", "bin", RepositoryFolder.Configuration, "net10.0", "MtaSts.Host.dll");

    /// <summary>Its working directory; the default SQLite file is in its folder <c>data</c>.</summary>
    public string WorkingDirectory { get; }

    /// <summary>The dashboard's and API's address.</summary>
    public Uri DashboardUrl { get; }

    /// <summary>The senders' gateway.</summary>
    public Uri GatewayUrl { get; }

    /// <summary>Follows no redirects, keeps no cookies.</summary>
    public HttpClient Client { get; }

    /// <summary>Its output so far.</summary>
    public string Output => process?.Output ?? "";

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => process?.HasExited ?? true;

    /// <summary>The host's process id.</summary>
    public int Id => process?.Id ?? throw new InvalidOperationException("Not running.");

    /// <summary>Starts the host and waits until its gateway is ready.</summary>
    /// <param name="settings">Configuration, keys with colons: <c>Storage:Provider</c>. Passed in the environment.</param>
    /// <param name="workingDirectory">An existing folder to run in; null for a new one that is deleted with this object.</param>
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

    /// <summary>Starts the host without waiting for anything.</summary>
    /// <param name="settings">As for <see cref="StartAsync"/>.</param>
    /// <param name="workingDirectory">An existing folder to run in.</param>
    public static async Task<HostProcess> LaunchAsync(IReadOnlyDictionary<string, string?> settings, string workingDirectory)
    {
        var host = new HostProcess(settings, workingDirectory, null, null, []);
        await host.LaunchAsync();
        return host;
    }

    /// <summary>Restarts it after <see cref="KillAsync"/> or <see cref="StopAsync"/>: same folder, settings and addresses.</summary>
    public async Task StartAgainAsync()
    {
        await LaunchAsync();
        try
        {
            await Poll.Until(IsReadyAsync, StartLimit, "the host is ready");
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{exception.Message} It wrote:\n{Output}", exception);
        }
    }

    private async Task LaunchAsync()
    {
        if (!File.Exists(Program))
            throw new InvalidOperationException($"{Program} is not built.");
        var dotnet = Environment.ProcessPath is { } self && Path.GetFileNameWithoutExtension(self) == "dotnet" ? self : "dotnet";
        if (process is not null)
            await process.DisposeAsync();
        tls?.WriteInto(WorkingDirectory, environment);
        string[] command = [dotnet, Program, $"--Dashboard:Url={Address(DashboardUrl)}", $"--Gateway:Url={gatewayListen}", .. arguments];
        if (descriptors is { } limit)
            command = ["prlimit", $"--nofile={limit}:{limit}", .. command];
        process = await ChildProcess.StartAsync(command[0], command[1..], WorkingDirectory, environment);
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
        using var limit = new CancellationTokenSource(ReadyLimit);
        using var answer = await Client.GetAsync(new Uri(GatewayUrl, "/readyz"), limit.Token);
        return answer.IsSuccessStatusCode;
    }
}
