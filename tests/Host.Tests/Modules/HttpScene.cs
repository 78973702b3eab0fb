using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Host.Modules;
using MtaSts.Modules;
using MtaSts.Modules.Http;
using Xunit;

namespace MtaSts.Host.Tests.Modules;

/// <summary>A module's container with the host's HTTP clients, a server on loopback, the clock of the container and all that it logs.</summary>
internal sealed class HttpScene : ILoggerProvider, IAsyncDisposable
{
    public const string Name = "partner";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly SemaphoreSlim arrived = new(0);
    private readonly ConcurrentQueue<string> lines = new();
    private readonly List<IAsyncDisposable> owned = [];
    private int requests;

    public WatchedClock Clock { get; } = new();

    /// <summary>Each line that was logged at any level: level, category and text, or a scope.</summary>
    public IReadOnlyList<string> Log => [.. lines];

    public int Requests => Volatile.Read(ref requests);

    /// <param name="answer">Answers a request, given its number from 1.</param>
    public async Task<HttpClient> StartAsync(Func<HttpContext, int, Task> answer, Action<ModuleHttpOptions>? http = null, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.Run(context =>
        {
            var number = Interlocked.Increment(ref requests);
            arrived.Release();
            return answer(context, number);
        });
        await server.StartAsync(TestContext.Current.CancellationToken);
        owned.Add(server);
        var host = new ServiceCollection().AddSingleton<TimeProvider>(Clock).AddSingleton<IConfiguration>(new ConfigurationManager())
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(this)).BuildServiceProvider();
        owned.Add(host);
        var module = new Partner(registered =>
        {
            if (http is not null)
                registered.Configure(http);
            services?.Invoke(registered);
        });
        var container = new ModuleContainer(Assert.Single(ModuleCatalog.Of(new ConfigurationManager(), Clock, [module]).All), host);
        var client = container.Services.GetRequiredService<IHttpClientFactory>().CreateClient(Name);
        client.BaseAddress = new Uri(server.Urls.Single());
        client.Timeout = Limit; // Ends a call that waits for the clock without need.
        return client;
    }

    /// <summary>A further request has reached the server.</summary>
    public async Task ArrivedAsync() => Assert.True(await arrived.WaitAsync(Limit, TestContext.Current.CancellationToken));

    /// <summary>Lets the time pass until the next repetition.</summary>
    /// <returns>How long the client waited.</returns>
    public async Task<TimeSpan> WaitOutAsync()
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Limit);
        TimeSpan wait;
        do
            wait = await Clock.Timers.ReadAsync(limit.Token);
        while (wait <= TimeSpan.Zero || wait > new ModuleHttpOptions().MaxRetryWait); // Others are those of the timeouts.
        Clock.Advance(wait);
        return wait;
    }

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, lines);

    public void Dispose()
    {
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in owned)
            await one.DisposeAsync();
        arrived.Dispose();
    }

    /// <summary>Tells which timers are started.</summary>
    internal sealed class WatchedClock() : FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero))
    {
        private readonly Channel<TimeSpan> timers = Channel.CreateUnbounded<TimeSpan>();

        public ChannelReader<TimeSpan> Timers => timers.Reader;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            timers.Writer.TryWrite(dueTime);
            return timer;
        }
    }

    private sealed class Partner(Action<IServiceCollection> services) : IModule
    {
        public string Id => "hostname.partner";

        public void Configure(IModuleBuilder builder) => services(builder.Services);
    }

    private sealed class Logger(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            lines.Enqueue($"Scope {category} {state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {category} {formatter(state, exception)} {exception}");
    }
}
