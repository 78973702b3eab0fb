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

    /// <summary>Refused clients that get a reply at the same time; all others are disconnected without one.</summary>
    private const int MaxTurnedAway = 64;

    /// <summary>Bytes of a connection read ahead of the session.</summary>
    private const int ReadAhead = 64 * 1024;

    /// <summary>How long messages in progress have when the service stops.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan TurnAwayTime = TimeSpan.FromSeconds(2);

    private readonly ILogger logger = logging.CreateLogger<SmtpSource>();
    private readonly ReceiveMemory memory = new(options.MaxMemory, clock);
    private readonly PeerTable peers = new(options, clock, logging.CreateLogger<SmtpSource>());
    private readonly ConcurrentDictionary<Task, bool> running = new();
    private readonly IReadOnlyList<(EndPoint EndPoint, bool IsLmtp)> places =
        [.. ListenAddress.Parse(options.Smtp, "Smtp").Select(endPoint => (endPoint, false)), .. ListenAddress.Parse(options.Lmtp, "Lmtp").Select(endPoint => (endPoint, true))];
    private int turnedAway;
    private volatile ReportSourceStatus? status;
    private volatile CertificateFile? starttls;

    public string Id => SourceId;

    public ReportSourceStatus Status => starttls?.Note is { } note && status is ReportSourceStatus.Working working ? new ReportSourceStatus.Working($"{working.Detail}. STARTTLS: {note}") : status
        ?? (places.Count == 0 ? new ReportSourceStatus.Off("Set Modules:source.smtp:Smtp or :Lmtp to an address to listen on.") : new ReportSourceStatus.Waiting("Not listening yet."));

    public async Task RunAsync(CancellationToken stop)
    {
        using var certificate = Certificate(); // Reports problems now, not at each client.
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
            throw new InvalidOperationException($"{Show((endPoint, isLmtp))} cannot be opened: {exception.Message} Set Modules:source.smtp:{(isLmtp ? "Lmtp" : "Smtp")} to an address and port that this process may use.", exception);
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
            // The service is stopping.
        }
    }

    private async Task ServeAsync(ConnectionContext transport, PeerTable.Ticket ticket, SessionRules rules, ConnectionScope scope)
    {
        await Task.Yield(); // The next client must not wait for this one's first bytes.
        using (ticket)
        {
            using var session = new Session(rules, ticket, memory);
            await using var connection = new Connection(transport, session, ticket.Place, scope);
            try
            {
                await connection.RunAsync();
            }
            catch (Exception exception) when (IsBroken(exception))
            {
                LogBroken(exception.Message); // The client or the network failed; only stored messages were acknowledged.
            }
            catch (Exception exception)
            {
                LogFault(exception);
            }
        }
    }

    /// <summary>The client or the network ended the connection, or this service did while the socket was in use: then the transport may also throw
    /// the socket's exception.</summary>
    internal static bool IsBroken(Exception exception) => exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException;

    private async Task TurnAwayAsync(ConnectionContext transport)
    {
        await Task.Yield();
        if (Interlocked.Increment(ref turnedAway) <= MaxTurnedAway)
        {
            try
            {
                await transport.Transport.Output.WriteAsync("421 4.3.2 Too many connections, try again later\r\n"u8.ToArray()).AsTask().WaitAsync(TurnAwayTime, clock);
            }
            catch (Exception exception) when (exception is TimeoutException || IsBroken(exception))
            {
                // It has already ended.
            }
        }
        else
        {
            transport.CloseNow();
        }
        Interlocked.Decrement(ref turnedAway);
        await transport.CloseAsync(clock);
    }

    [LoggerMessage(1141, LogLevel.Information, "Listening for reports: {Places}")]
    private partial void LogListening(string places);

    [LoggerMessage(1142, LogLevel.Debug, "SMTP: a connection was lost: {Problem}")]
    private partial void LogBroken(string problem);

    [LoggerMessage(1143, LogLevel.Error, "SMTP: a connection failed")]
    private partial void LogFault(Exception exception);
}
