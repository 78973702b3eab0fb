using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtaSts.Host.Gateway;
using MtaSts.Host.Gateway.Tls;

namespace MtaSts.Host.Tests.Gateway;

/// <summary>The gateway's TLS with what it logs and counts.</summary>
internal sealed class TlsParts : ILoggerProvider, IDisposable
{
    private readonly ServiceProvider services;
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<string, long> refused = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> lines = new();

    public TlsParts(IOptions<GatewayOptions> options, TimeProvider clock)
    {
        services = new ServiceCollection().AddMetrics().AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(this)).AddSingleton(clock).AddSingleton(options)
            .AddSingleton<HandshakeRefusals>().AddSingleton<GatewayTls>().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (instrument.Name == HandshakeRefusals.Counter && ReferenceEquals(instrument.Meter.Scope, meters))
                to.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) => refused.AddOrUpdate((string)tags[0].Value!, count, (_, before) => before + count));
        listener.Start();
        Tls = services.GetRequiredService<GatewayTls>();
    }

    public GatewayTls Tls { get; }

    /// <summary>What the log was told, at every level.</summary>
    public IReadOnlyList<string> Lines => [.. lines];

    /// <summary>What the meter counted.</summary>
    public long Refused(string reason) => refused.GetValueOrDefault(reason);

    public ILogger CreateLogger(string categoryName) => new Logger(lines);

    public void Dispose()
    {
        listener.Dispose();
        services.Dispose();
    }

    private sealed class Logger(ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {eventId.Id} {formatter(state, exception)}");
    }
}
