using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Modules.Cloudflare;
using MtaSts.Modules.Cloudflare.Simulator;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Modules.Http;
using MtaSts.Modules.Testing;
using Xunit;

namespace MtaSts.Modules.Tests.Cloudflare;

/// <summary>The module as the host sets it up, the simulator on loopback, and the clock and DNS that both share.</summary>
internal sealed class CloudflareStage : IAsyncDisposable
{
    public const string Token = "stage_token-3f9c1e5b7a2d4860";
    public const string Target = "mta-sts.service.net";

    private static readonly TimeSpan CallLimit = TimeSpan.FromMinutes(2);

    private CloudflareStage(CloudflareSimulator simulator, FakeTimeProvider clock, InMemoryDns dns, Dictionary<string, string?> settings)
    {
        (Simulator, Clock, Dns, Settings) = (simulator, clock, dns, settings);
        Services = StageServices.Build(settings, clock, dns, Log);
        Provider = Services.GetRequiredService<IHostnameProvider>();
    }

    public CloudflareSimulator Simulator { get; }

    public FakeTimeProvider Clock { get; }

    public InMemoryDns Dns { get; }

    public Dictionary<string, string?> Settings { get; }

    public CapturedLog Log { get; } = new();

    public ServiceProvider Services { get; }

    public IHostnameProvider Provider { get; }

    public HostnameRequest Request { get; } = For("mta-sts.example.com");

    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static SimulatorOptions Options => new() { Token = Token, CnameTarget = Target, AllowReservedNames = true };

    public static HostnameRequest For(string policyHost) => new(policyHost, "abc123." + Target);

    public static async Task<CloudflareStage> StartAsync(SimulatorOptions? options = null, params (string Name, string Value)[] settings)
    {
        options ??= Options;
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var dns = new InMemoryDns();
        var simulator = await CloudflareSimulator.StartAsync(options, dns, clock, Cancelled);
        var all = new Dictionary<string, string?>
        {
            ["Hosting:Provider"] = "Cloudflare",
            ["Cloudflare:ApiToken"] = Token,
            ["Cloudflare:ZoneId"] = options.ZoneId,
            ["Cloudflare:ApiUrl"] = simulator.ApiUrl.ToString(),
        };
        foreach (var (name, value) in settings)
            all[name] = value;
        return new CloudflareStage(simulator, clock, dns, all);
    }

    public void Publish(HostnameRequest request) => Dns.Publish(request.PolicyHost, DnsType.Cname, request.CnameTarget);

    public void Unpublish(HostnameRequest request) => Dns.Publish(request.PolicyHost, DnsType.Cname);

    public Task<HostnameProgress> EnsureAsync() => CallAsync(Provider.EnsureAsync(Request, Cancelled));

    public Task<HostnameRemoval> RemoveAsync() => CallAsync(Provider.RemoveAsync(Request, Cancelled));

    /// <summary>Asks until it is live, waiting as the provider wishes.</summary>
    public async Task<HostnameProgress.Live> BecomeLiveAsync(int most = 30)
    {
        HostnameProgress? progress = null;
        for (var i = 0; i < most; i++)
        {
            progress = await EnsureAsync();
            if (progress is HostnameProgress.Live live)
                return live;
            Clock.Advance(progress is HostnameProgress.Pending pending ? pending.RetryAfter : TimeSpan.FromMinutes(10));
        }
        throw new Xunit.Sdk.XunitException($"Not live after {most} calls: {progress}");
    }

    /// <summary>Removes until it is removed, waiting as the provider wishes.</summary>
    public async Task BecomeRemovedAsync(int most = 30)
    {
        HostnameRemoval? removal = null;
        for (var i = 0; i < most; i++)
        {
            removal = await RemoveAsync();
            if (removal is HostnameRemoval.Removed)
                return;
            Clock.Advance(removal is HostnameRemoval.Pending pending ? pending.RetryAfter : TimeSpan.FromMinutes(10));
        }
        throw new Xunit.Sdk.XunitException($"Not removed after {most} calls: {removal}");
    }

    public Task EnsureTwiceAsync() =>
        CallAsync(Task.WhenAll(Provider.EnsureAsync(Request, Cancelled), Provider.EnsureAsync(Request, Cancelled)));

    /// <summary>Does what the host does at its start, and awaits the check's end.</summary>
    public Task CheckAtStartAsync() => CheckAsync(Services);

    /// <summary>The check of another process that starts.</summary>
    public async Task CheckAtStartAgainAsync()
    {
        await using var again = StageServices.Build(Settings, Clock, Dns, Log);
        await CheckAsync(again);
    }

    public async Task<HostnameView> OnlyHostnameAsync() => Assert.Single(await Simulator.HostnamesAsync(Cancelled));

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        await Simulator.DisposeAsync();
    }

    private async Task CheckAsync(ServiceProvider services)
    {
        var check = Assert.Single(services.GetServices<IHostedService>().OfType<BackgroundService>());
        await check.StartAsync(Cancelled);
        if (check.ExecuteTask is { } running)
            await CallAsync(Completed(running));
    }

    private static async Task<bool> Completed(Task task)
    {
        await task;
        return true;
    }

    /// <summary>Awaits a call; where the simulator withholds an answer, lets the time pass that the client gives it.</summary>
    private async Task<T> CallAsync<T>(Task<T> call)
    {
        while (!call.IsCompleted)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
            var held = Simulator.HeldAsync(over.Token);
            await Task.WhenAny(call, held).WaitAsync(CallLimit, Cancelled);
            if (held.IsCompletedSuccessfully)
                Clock.Advance(TimeSpan.FromSeconds(10));
            await over.CancelAsync();
            // A waiter that is being cancelled could still take the next call's signal.
            await held.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        return await call;
    }
}

/// <summary>Everything that was logged, at every level, as text.</summary>
internal sealed class CapturedLog : ILoggerProvider
{
    private readonly ConcurrentQueue<string> lines = new();

    public IReadOnlyList<string> Lines => [.. lines];

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, lines);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            lines.Enqueue($"{category} scope {state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {category} {eventId.Id} {formatter(state, exception)} {exception}");
    }
}

internal static class StageServices
{
    /// <summary>What the host does with a module.</summary>
    public static ServiceProvider Build(Dictionary<string, string?> settings, TimeProvider clock, IDnsLookup dns, CapturedLog log)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton(clock);
        services.AddSingleton(dns);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log));
        services.AddModuleHttp();
        var module = new CloudflareModule();
        module.Configure(new Builder(services, configuration.GetSection("Modules:" + module.Id)));
        return services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    private sealed class Builder(IServiceCollection services, IConfigurationSection settings) : IModuleBuilder
    {
        public IServiceCollection Services => services;

        public IConfigurationSection Settings => settings;

        public void AddHostnameProvider<TProvider>(string name) where TProvider : class, IHostnameProvider
        {
            Assert.Equal("Cloudflare", name);
            services.AddSingleton<IHostnameProvider, TProvider>();
        }

        public void AddDnsProvider<TProvider>(string name) where TProvider : class, IDnsProvider => services.AddSingleton<IDnsProvider, TProvider>();

        public void AddReportSource<TSource>() where TSource : class, MtaSts.Modules.Reports.IReportSource => throw new NotSupportedException();

        public void AddNotifier<TNotifier>(string? enabledBy = null) where TNotifier : class, MtaSts.Modules.Notices.INotifier => throw new NotSupportedException();
    }
}
