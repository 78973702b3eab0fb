using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using MtaSts.Modules.Certificates;
using MtaSts.Modules.Listening;
using MtaSts.Modules.Reports;
using MtaSts.Modules.Smtp.Connections;
using MtaSts.Modules.Smtp.Dialogue;

namespace MtaSts.Modules.Smtp;

/// <summary>Receives reports by SMTP and LMTP.</summary>
internal sealed partial class SmtpSource(SmtpOptions options, IReportInbox inbox, TimeProvider clock, ILoggerFactory logging) : IReportSource
{
    public const string SourceId = "source.smtp";

    /// <summary>Clients that are told that there are too many; the rest is cut off without a word.</summary>
    private const int MaxTurnedAway = 64;

    /// <summary>Bytes of a connection read ahead of what the session has taken.</summary>
    private const int ReadAhead = 64 * 1024;

    /// <summary>How long messages that are on their way when the service stops have to come to an end.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan TurnAwayTime = TimeSpan.FromSeconds(2);

    private readonly ILogger logger = logging.CreateLogger<SmtpSource>();
    private readonly MemoryBudget memory = new(options.MaxMemory);
    private readonly PeerTable peers = new(options, clock, logging.CreateLogger<SmtpSource>());
    private readonly ConcurrentDictionary<Task, bool> running = new();
    private readonly IReadOnlyList<(EndPoint EndPoint, bool IsLmtp)> places =
        [.. ListenAddress.Parse(options.Smtp, "Smtp").Select(endPoint => (endPoint, false)), .. ListenAddress.Parse(options.Lmtp, "Lmtp").Select(endPoint => (endPoint, true))];
    private int turnedAway;
    private volatile ReportSourceStatus? status;
    private volatile CertificateFile? starttls;

    public string Id => SourceId;

    public ReportSourceStatus Status => starttls?.Note is { } note && status is ReportSourceStatus.Working working ? new ReportSourceStatus.Working($"{working.Detail}. STARTTLS: {note}") : status
        ?? (places.Count == 0 ? new ReportSourceStatus.Off("Set Modules:source.smtp:Smtp or :Lmtp to where it is to listen.") : new ReportSourceStatus.Waiting("It is about to listen."));

    public async Task RunAsync(CancellationToken stop)
    {
        using var certificate = Certificate(); // What cannot work is told now, and not to each client.
        starttls = certificate;
        using var halted = CancellationTokenSource.CreateLinkedTokenSource(stop);
        using var end = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        var scope = new ConnectionScope(options, inbox, certificate, clock, logger, halted.Token, end.Token);
        var listeners = new List<IConnectionListener>();
        try
        {
            var accepting = new List<Task>();
            foreach (var (endPoint, isLmtp) in places)
            {
                var listener = await BindAsync(endPoint, isLmtp, stop);
                listeners.Add(listener);
                accepting.Add(AcceptAsync(listener, isLmtp, scope));
            }
            status = new ReportSourceStatus.Working(string.Join(", ", places.Select(Show)));
            LogListening(string.Join(", ", places.Select(Show)));
            await await Task.WhenAny(accepting);
        }
        finally
        {
            (status, starttls) = (null, null);
            await halted.CancelAsync();
            foreach (var listener in listeners)
                await listener.DisposeAsync();
            end.CancelAfter(StopGrace);
            await Task.WhenAll(running.Keys);
        }
    }

    private CertificateFile? Certificate()
    {
        if (options is not { CertificatePath: { } path, CertificateKeyPath: { } keyPath })
            return null;
        try
        {
            return new CertificateFile("SMTP", path, keyPath, clock, logger);
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidOperationException($"Modules:source.smtp:CertificatePath and :CertificateKeyPath: {exception.Message}", exception);
        }
    }

    private static string Show((EndPoint EndPoint, bool IsLmtp) place) => $"{(place.IsLmtp ? "LMTP" : "SMTP")} on {ListenAddress.Show(place.EndPoint)}";

    private async Task<IConnectionListener> BindAsync(EndPoint endPoint, bool isLmtp, CancellationToken stop)
    {
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions { MaxReadBufferSize = ReadAhead, MaxWriteBufferSize = ReadAhead }), logging);
        try
        {
            UnixSocketFile.RemoveLeftOver(endPoint);
            var listener = await transport.BindAsync(endPoint, stop);
            UnixSocketFile.Open(endPoint);
            return listener;
        }
        catch (Exception exception) when (exception is AddressInUseException or SocketException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"{Show((endPoint, isLmtp))} is not possible: {exception.Message} Set Modules:source.smtp:{(isLmtp ? "Lmtp" : "Smtp")} to an address and port that this process may use.", exception);
        }
    }

    private async Task AcceptAsync(IConnectionListener listener, bool isLmtp, ConnectionScope scope)
    {
        var rules = SessionRules.Of(options, inbox.MailDomain, isLmtp);
        try
        {
            while (await listener.AcceptAsync(scope.Stop) is { } transport)
            {
                var ticket = peers.TryEnter(transport);
                var task = ticket is null ? TurnAwayAsync(transport) : ServeAsync(transport, ticket, rules, scope);
                running[task] = true;
                _ = task.ContinueWith(done => running.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException) when (scope.Stop.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task ServeAsync(ConnectionContext transport, PeerTable.Ticket ticket, SessionRules rules, ConnectionScope scope)
    {
        await Task.Yield(); // The next client is not to wait for this one's first words.
        using (ticket)
        {
            using var session = new Session(rules, ticket, memory);
            await using var connection = new Connection(transport, session, ticket.Place, scope);
            try
            {
                await connection.RunAsync();
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
            {
                LogBroken(exception.Message); // The client or the network; nothing was acknowledged that is not stored.
            }
            catch (Exception exception)
            {
                LogFault(exception);
            }
        }
    }

    private async Task TurnAwayAsync(ConnectionContext transport)
    {
        await Task.Yield();
        if (Interlocked.Increment(ref turnedAway) <= MaxTurnedAway)
        {
            try
            {
                await transport.Transport.Output.WriteAsync("421 4.3.2 Too many connections, try again later\r\n"u8.ToArray()).AsTask().WaitAsync(TurnAwayTime, clock);
            }
            catch (Exception exception) when (exception is IOException or TimeoutException)
            {
                // It has gone by itself.
            }
        }
        else
        {
            transport.CloseNow();
        }
        Interlocked.Decrement(ref turnedAway);
        await transport.CloseAsync(clock);
    }

    [LoggerMessage(1141, LogLevel.Information, "Reports are taken by {Places}")]
    private partial void LogListening(string places);

    [LoggerMessage(1142, LogLevel.Debug, "SMTP: a connection broke: {Problem}")]
    private partial void LogBroken(string problem);

    [LoggerMessage(1143, LogLevel.Error, "SMTP: a connection failed")]
    private partial void LogFault(Exception exception);
}
