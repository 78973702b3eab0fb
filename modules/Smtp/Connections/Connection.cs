using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using MtaSts.Modules.Certificates;
using MtaSts.Modules.Listening;
using MtaSts.Modules.Reports;
using MtaSts.Modules.Smtp.Dialogue;

namespace MtaSts.Modules.Smtp.Connections;

/// <summary>Shared by all connections.</summary>
/// <param name="Stop">The service stops: no new command is read.</param>
/// <param name="End">Later: everything in progress is aborted.</param>
internal sealed record ConnectionScope(SmtpOptions Options, IReportInbox Inbox, CertificateFile? Certificate, TimeProvider Clock, ILogger Logger, CancellationToken Stop, CancellationToken End);

/// <summary>One client's connection: moves bytes and demands between the session, the socket and the inbox.</summary>
internal sealed partial class Connection(ConnectionContext transport, Session session, ConnectionPlace place, ConnectionScope scope) : IAsyncDisposable
{
    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan TimerStep = TimeSpan.FromMilliseconds(1);

    /// <summary>How long a message may be slower than <see cref="SmtpOptions.LeastRate"/>, and how often its rate is checked afterwards.</summary>
    private static readonly TimeSpan RateStep = TimeSpan.FromSeconds(30);

    private readonly ILogger logger = scope.Logger;
    private readonly long began = scope.Clock.GetTimestamp();
    private PipeReader reader = transport.Transport.Input;
    private PipeWriter writer = transport.Transport.Output;
    private SslStream? tls;
    private (bool IsMessage, int Commands)? waitingFor;
    private (TimeSpan At, long Bytes)? message;
    private TimeSpan limit; // since it began
    private TimeSpan deadline; // since it began; the limit, or the next check of the message's rate
    private CancellationTokenRegistration end;
    private ITimer? timer;
    private bool isDeaf;
    private bool isBusy;
    private long bytesBefore; // Of earlier messages: the first bytes of this one may have arrived with its command.

    /// <summary>Runs the dialogue until either side closes the connection.</summary>
    public async Task RunAsync()
    {
        await using var late = timer = scope.Clock.CreateTimer(_ => Late(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using var stop = scope.Stop.Register(Interrupt);
        end = scope.End.Register(() => transport.Abort());
        var demand = session.Open();
        while (demand is not Demand.Close)
        {
            demand = demand switch
            {
                Demand.Look look => session.Answer(await LookAsync(look.Token)),
                Demand.Store store => session.Answer(await StoreAsync(store)), // Still marked busy: Arm handles the message's end.
                Demand.Tls => await SecureAsync(),
                _ => await ReadAsync(),
            };
        }
        await FarewellAsync();
    }

    /// <summary>Sends what was flushed, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (tls is not null)
            await tls.DisposeAsync();
        await transport.CloseAsync(scope.Clock);
        await end.DisposeAsync();
    }

    private async Task FarewellAsync()
    {
        Await(scope.Clock.GetElapsedTime(began) + Closing.Time);
        if (!await FlushAsync() || isDeaf || tls is not { IsAuthenticated: true })
            return;
        try
        {
            await tls.ShutdownAsync().WaitAsync(Closing.Time, scope.Clock);
        }
        catch (TimeoutException)
        {
            transport.Abort();
        }
    }

    private async Task<Demand> ReadAsync()
    {
        while (true)
        {
            Arm();
            if (!reader.TryRead(out var read))
            {
                if (!await FlushAsync())
                    return new Demand.Close();
                read = await reader.ReadAsync();
            }
            if (read.IsCanceled)
            {
                reader.AdvanceTo(read.Buffer.Start);
                if (IsLate && !MayGoOn())
                    return session.TimeOut();
                if (scope.Stop.IsCancellationRequested && !session.IsTakingMessage)
                    return session.Stop();
                continue;
            }
            var (demand, consumed) = Read(read.Buffer);
            reader.AdvanceTo(read.Buffer.GetPosition(consumed));
            if (demand is not Demand.Input)
                return demand;
            if (read.IsCompleted)
                return new Demand.Close(); // The client has disconnected.
        }
    }

    private (Demand, long) Read(in ReadOnlySequence<byte> buffer)
    {
        Demand demand = new Demand.Input();
        var total = 0L;
        foreach (var segment in buffer)
        {
            demand = session.Read(segment.Span, out var consumed);
            total += consumed;
            if (demand is not Demand.Input)
                break;
        }
        return (demand, total);
    }

    /// <summary>False: the client does not read.</summary>
    private async Task<bool> FlushAsync()
    {
        if (session.Replies.Length == 0)
            return true;
        writer.Write(session.Replies.Span);
        session.Sent();
        while (true)
        {
            var flushed = await writer.FlushAsync();
            if (!flushed.IsCanceled)
                return !(isDeaf |= flushed.IsCompleted);
            if (IsLate)
                return !(isDeaf = true);
        }
    }

    private async Task<TokenKnowledge> LookAsync(string token)
    {
        try
        {
            return await scope.Inbox.KnowsAsync(token, scope.End);
        }
        catch (Exception exception) when (!scope.End.IsCancellationRequested)
        {
            LogInbox(exception);
            return TokenKnowledge.Unavailable;
        }
    }

    private async Task<IReadOnlyList<Receipt>> StoreAsync(Demand.Store store)
    {
        var receipts = new List<Receipt>();
        var receivedAt = scope.Clock.GetUtcNow();
        foreach (var token in store.Tokens)
        {
            // If storage is unavailable for one, the others would wait for the same time-out.
            receipts.Add(receipts is [.., Receipt.Unavailable { IsOverShare: false } out_] ? out_ : await AcceptAsync(new Envelope(SmtpSource.SourceId, receivedAt, store.Raw, token, null, PeerText())));
        }
        return receipts;
    }

    private async Task<Receipt> AcceptAsync(Envelope envelope)
    {
        try
        {
            return await scope.Inbox.AcceptAsync(envelope, scope.End);
        }
        catch (Exception exception) when (!scope.End.IsCancellationRequested)
        {
            LogInbox(exception);
            return new Receipt.Unavailable("The inbox failed.");
        }
    }

    private async Task<Demand> SecureAsync()
    {
        if (scope.Certificate is null)
            return session.RefuseTls();
        var isAlone = true;
        if (reader.TryRead(out var read))
        {
            isAlone = read.Buffer.IsEmpty;
            reader.AdvanceTo(read.Buffer.Start);
        }
        if (session.BeginTls(isAlone) is Demand.Close close)
            return close;
        if (!await FlushAsync())
            return new Demand.Close();
        tls = new SslStream(new DuplexStream(transport.Transport));
        using var limit = new CancellationTokenSource(HandshakeTime, scope.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, scope.End);
        try
        {
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions { ServerCertificateContext = scope.Certificate.Current.Context, EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 },
                either.Token);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException or OperationCanceledException)
        {
            LogHandshake(exception.Message);
            return new Demand.Close();
        }
        (reader, writer) = (PipeReader.Create(tls), PipeWriter.Create(tls));
        session.Secured();
        return new Demand.Input();
    }

    /// <summary>Resets the deadline at each command and each message, not at each byte. A message in chunks has one deadline from its first chunk to its last.</summary>
    private void Arm()
    {
        var since = scope.Clock.GetElapsedTime(began);
        if (session.IsTakingMessage || session.HasMessage)
            message ??= (since, bytesBefore);
        else
            (message, bytesBefore) = (null, session.MessageBytes);
        Mark(message is not null);
        var now = (session.IsTakingMessage, session.Commands);
        if (waitingFor == now && !scope.Stop.IsCancellationRequested)
            return;
        var until = Sooner(since + (session.IsTakingMessage ? scope.Options.DataTime : scope.Options.Idle), scope.Options.SessionTime);
        if (message is { At: var at })
            until = Sooner(until, at + scope.Options.DataTime);
        if (scope.Stop.IsCancellationRequested)
            until = Sooner(until, waitingFor == now ? Sooner(limit, since + StopTime) : since + StopTime);
        (waitingFor, limit) = (now, until);
        Await(session.IsTakingMessage ? Sooner(limit, since + RateStep) : limit);
    }

    /// <summary>Between messages the connection may be closed to free its place; each command restarts its idle time.</summary>
    private void Mark(bool busy)
    {
        if (busy && !isBusy)
            place.Begin();
        else if (!busy && isBusy)
            place.End();
        else if (!busy && waitingFor?.Commands != session.Commands)
            place.Touch();
        isBusy = busy;
    }

    private void Await(TimeSpan until)
    {
        deadline = until;
        var left = until - scope.Clock.GetElapsedTime(began);
        timer!.Change(left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A message that was fast enough so far continues until its own limit.</summary>
    private bool MayGoOn()
    {
        var since = scope.Clock.GetElapsedTime(began);
        if (!session.IsTakingMessage || since >= limit || message is not { } begun || session.MessageBytes - begun.Bytes < scope.Options.LeastRate * (since - begun.At).TotalSeconds)
            return false;
        Await(Sooner(limit, since + RateStep));
        return true;
    }

    private static TimeSpan Sooner(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>A timer has another resolution than the clock of the deadline, and may fire slightly early: then it is set again.</summary>
    private void Late()
    {
        var left = deadline - scope.Clock.GetElapsedTime(began);
        if (left > TimeSpan.Zero)
            timer!.Change(left > TimerStep ? left : TimerStep, Timeout.InfiniteTimeSpan);
        else
            Interrupt();
    }

    private bool IsLate => scope.Clock.GetElapsedTime(began) >= deadline;

    /// <summary>Cancels the current wait; the waiter checks the reason.</summary>
    private void Interrupt()
    {
        reader.CancelPendingRead();
        writer.CancelPendingFlush();
    }

    /// <summary>The contents of a Received header (RFC 5321 §4.4); the raw bytes are not changed.</summary>
    private string PeerText()
    {
        const int MaxText = 512;
        var address = transport.RemoteEndPoint is IPEndPoint { Address: var ip } ? (ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip).ToString() : "local socket";
        var text = $"{address} ({session.ClientName}, from <{session.Sender}>{(tls is null ? "" : ", " + tls.SslProtocol)})";
        return text.Length <= MaxText ? text : text[..MaxText];
    }

    [LoggerMessage(1146, LogLevel.Error, "SMTP: the inbox failed; the client was asked to retry")]
    private partial void LogInbox(Exception exception);

    [LoggerMessage(1147, LogLevel.Debug, "SMTP: a TLS handshake was not completed: {Problem}")]
    private partial void LogHandshake(string problem);
}
