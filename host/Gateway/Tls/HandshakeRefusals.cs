using System.Diagnostics.Metrics;
using System.Net;

namespace MtaSts.Host.Gateway.Tls;

/// <summary>
/// Counts refused handshakes by reason (meter <c>MtaSts.Gateway</c>) and logs them: the first of a reason at once, later ones as one line every five
/// minutes. Bounds: a log filled by clients.
/// </summary>
internal sealed partial class HandshakeRefusals : IDisposable
{
    public const string Meter = "MtaSts.Gateway";
    public const string Counter = "mtasts.gateway.handshakes.refused";

    /// <summary>Between two lines of one reason.</summary>
    public static readonly TimeSpan LogEvery = TimeSpan.FromMinutes(5);

    private const int LongestName = 253;

    private readonly Counter<long> counter;
    private readonly ILogger<HandshakeRefusals> logger;
    private readonly Line[] lines;

    public HandshakeRefusals(IMeterFactory meters, TimeProvider clock, ILogger<HandshakeRefusals> logger)
    {
        this.logger = logger;
        counter = meters.Create(Meter).CreateCounter<long>(Counter, "{handshake}", "TLS handshakes that the gateway refused, or that did not come about, by reason.");
        lines = [.. Enum.GetValues<HandshakeRefusal>().Select(reason => new Line(clock, (count, last) => Log(reason, count, last)))];
    }

    /// <summary>Counts since the start by reason, without zeros.</summary>
    public IReadOnlyList<(HandshakeRefusal Reason, long Count)> Since =>
        [.. lines.Select((line, reason) => ((HandshakeRefusal)reason, line.Total)).Where(one => one.Total > 0)];

    /// <param name="name">The requested server name.</param>
    /// <param name="detail">More about this one; null when there is none.</param>
    public void Count(HandshakeRefusal reason, string? name, EndPoint? client, string? detail = null)
    {
        counter.Add(1, new KeyValuePair<string, object?>("reason", reason.Label()));
        lines[(int)reason].Add(new Sample(name, client, detail));
    }

    public void Dispose()
    {
        foreach (var line in lines)
            line.Dispose();
    }

    private void Log(HandshakeRefusal reason, long count, Sample last)
    {
        var (client, name) = (last.Client?.ToString() ?? "an unknown address", Show(last.Name));
        var explanation = last.Detail is { } detail ? $"{reason.Explain()} ({detail})" : reason.Explain();
        // Scanners cause both of these all the time.
        var level = reason is HandshakeRefusal.NotCompleted or HandshakeRefusal.NoName ? LogLevel.Information : LogLevel.Warning;
        if (count == 1)
            LogOne(level, client, name, explanation);
        else
            LogMany(level, count, LogEvery.TotalMinutes, explanation, client, name);
    }

    /// <summary>The client's text, made safe for a log.</summary>
    private static string Show(string? name) =>
        string.IsNullOrEmpty(name) ? "no name" : name.Length <= LongestName && name.All(static character => char.IsAsciiLetterOrDigit(character) || character is '.' or '-' or '_') ? name : "a name that is none";

    [LoggerMessage(EventId = 1961, Message = "Gateway: TLS handshake of {Client} for {ServerName} refused: {Reason}")]
    private partial void LogOne(LogLevel level, string client, string serverName, string reason);

    [LoggerMessage(EventId = 1962, Message = "Gateway: {Count} more TLS handshakes refused in {Minutes} minutes: {Reason}. The last was of {Client} for {ServerName}")]
    private partial void LogMany(LogLevel level, long count, double minutes, string reason, string client, string serverName);

    private readonly record struct Sample(string? Name, EndPoint? Client, string? Detail);

    /// <summary>The log lines of one reason.</summary>
    private sealed class Line : IDisposable
    {
        private readonly Lock gate = new();
        private readonly ITimer timer;
        private readonly Action<long, Sample> log;
        private Sample last;
        private long pending;
        private long total;
        private bool isOpen;

        public Line(TimeProvider clock, Action<long, Sample> log) =>
            (this.log, timer) = (log, clock.CreateTimer(_ => Tell(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));

        public long Total => Interlocked.Read(ref total);

        public void Add(Sample sample)
        {
            lock (gate)
            {
                total++;
                if (isOpen)
                {
                    (last, pending) = (sample, pending + 1);
                    return;
                }
                isOpen = timer.Change(LogEvery, Timeout.InfiniteTimeSpan);
            }
            log(1, sample);
        }

        public void Dispose() => timer.Dispose();

        private void Tell()
        {
            Sample sample;
            long count;
            lock (gate)
            {
                (sample, count, pending) = (last, pending, 0);
                isOpen = count > 0 && timer.Change(LogEvery, Timeout.InfiniteTimeSpan);
            }
            if (count > 0)
                log(count, sample);
        }
    }
}
