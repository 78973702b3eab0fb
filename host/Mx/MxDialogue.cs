using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Host.Fetch;
using MtaSts.Protocol;

namespace MtaSts.Host.Mx;

/// <summary>The host that an address belongs to.</summary>
/// <param name="Host">The name in the MX record.</param>
/// <param name="Domain">The mail domain.</param>
/// <param name="Tlsa">The host's TLSA records.</param>
/// <param name="TlsaBase">The name below which they were found (RFC 7672 §2.2.2).</param>
internal sealed record MxTarget(string Host, string Domain, IReadOnlyList<string> Tlsa, string TlsaBase);

/// <summary>A connection and its result.</summary>
/// <param name="IsOfHost">The result is the same for every domain with this MX host and these TLSA records.</param>
internal readonly record struct MxContact(MxAddress Seen, bool IsOfHost);

/// <summary>The connection to one address of an MX host: greeting, EHLO, STARTTLS, EHLO, QUIT. Every failure is an outcome.</summary>
internal sealed class MxDialogue(TrustedRoots roots, EhloName ehlo, IOptions<FetchOptions> options, TimeProvider clock)
{
    /// <summary>Senders use no other port; tests may have no right to use it.</summary>
    internal int Port { get; init; } = 25;

    public async Task<MxContact> HoldAsync(IPAddress address, MxTarget target, CancellationToken cancellationToken)
    {
        var seen = new MxAddress(address.ToString(), MxOutcome.NotTried);
        // The address that is dialled, not the name: a second look-up could give another.
        if (!options.Value.Allows(address))
            return new(seen with { Outcome = MxOutcome.PrivateAddress }, IsOfHost: true);
        using var limit = new CancellationTokenSource(MxLimits.Address, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, Port), either.Token);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            var (outcome, detail) = cancellationToken.IsCancellationRequested ? (MxOutcome.NotTried, null) : NoConnection(exception);
            return new(seen with { Outcome = outcome, Detail = detail }, outcome != MxOutcome.NotTried);
        }
        var contact = await GreetAsync(socket, seen, target, either.Token);
        // The domain's time was over before the address's.
        return contact.Seen.Outcome is MxOutcome.Silent or MxOutcome.TlsFailed && cancellationToken.IsCancellationRequested ? new(seen, IsOfHost: false) : contact;
    }

    private static (MxOutcome Outcome, string? Detail) NoConnection(Exception exception) => (exception as SocketException)?.SocketErrorCode switch
    {
        null or SocketError.TimedOut => (MxOutcome.NoAnswer, null),
        SocketError.ConnectionRefused => (MxOutcome.Refused, null),
        SocketError.ConnectionReset => (MxOutcome.Closed, null),
        { } error => (MxOutcome.NoRoute, error.ToString()),
    };

    private async Task<MxContact> GreetAsync(Socket socket, MxAddress seen, MxTarget target, CancellationToken cancellationToken)
    {
        using var stream = new BoundedStream(new NetworkStream(socket, ownsSocket: false), MxLimits.Bytes);
        using var client = new MxClient(roots.Policy(), ehlo.For(((IPEndPoint)socket.LocalEndPoint!).Address));
        try
        {
            await client.GreetAsync(stream, target.Host, Port, cancellationToken);
        }
        catch (Exception exception)
        {
            // Any exception: MailKit reads what a hostile server sends. A certificate was shown and accepted, so only the second EHLO failed.
            if (client.Certificate is not null && exception is not SslHandshakeException)
                return Encrypted(client, seen, target);
            var (outcome, detail) = Failure(exception, client, stream);
            return new(seen with { Outcome = outcome, Detail = detail is null ? null : PrintableText.Of(detail) }, IsOfHost: true);
        }
        var contact = client.IsSecure ? Encrypted(client, seen, target) : new(seen with { Outcome = MxOutcome.NoStarttls }, IsOfHost: true);
        await QuitAsync(client, cancellationToken);
        return contact;
    }

    private MxContact Encrypted(MxClient client, MxAddress seen, MxTarget target)
    {
        var version = client.SslProtocol switch { SslProtocols.Tls12 => "1.2", SslProtocols.Tls13 => "1.3", _ => null };
        seen = seen with { Outcome = MxOutcome.Encrypted, TlsVersion = version };
        if (client.Certificate is not { } certificate)
            return new(seen, IsOfHost: true);
        var (now, policy) = (clock.GetUtcNow(), roots.Policy());
        try
        {
            var dane = Compare([target.Host, target.TlsaBase]);
            // Only here the mail domain matters (RFC 7672 §3.2.2).
            var isOfHost = dane != DaneMatch.OtherName;
            return new(seen with { Certificate = CertificateReader.Read(certificate, client.Sent, target.Host, policy, now), Dane = isOfHost ? dane : Compare([target.Domain]) }, isOfHost);
        }
        catch (Exception exception)
        {
            // Any exception: a hostile server chose every byte of the certificate. Senders cannot verify it either.
            return new(seen with { Outcome = MxOutcome.TlsFailed, Detail = PrintableText.Of("the certificate cannot be read: " + exception.Message) }, IsOfHost: true);
        }

        DaneMatch? Compare(string[] names) => target.Tlsa.Count == 0 ? null : DaneRules.Judge(target.Tlsa, certificate, client.Sent, names, now);
    }

    private async Task QuitAsync(MxClient client, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(MxLimits.Quit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await client.DisconnectAsync(quit: true, either.Token);
        }
        catch (Exception)
        {
            // Any exception: the result is already known.
        }
    }

    private static (MxOutcome Outcome, string? Detail) Failure(Exception exception, MxClient client, BoundedStream stream) => exception switch
    {
        _ when client.HasBegunTls => TlsFailure(exception),
        _ when stream.IsExceeded => (MxOutcome.NotSmtp, null),
        OperationCanceledException => (MxOutcome.Silent, null),
        SmtpCommandException answer => (client.Capabilities.HasFlag(SmtpCapabilities.StartTLS) ? MxOutcome.StarttlsRefused : MxOutcome.Rejected, string.Create(CultureInfo.InvariantCulture, $"{(int)answer.StatusCode} {answer.Message}")),
        _ when stream.HasEnded => (MxOutcome.Closed, null),
        IOException => (MxOutcome.Closed, null),
        _ => (MxOutcome.NotSmtp, null),
    };

    /// <summary>The reason of OpenSSL, below MailKit's and .NET's exceptions: <c>error:0A000102:SSL routines::unsupported protocol</c>.</summary>
    private static (MxOutcome Outcome, string? Detail) TlsFailure(Exception exception)
    {
        var cause = exception.GetBaseException();
        if (cause is OperationCanceledException)
            return (MxOutcome.TlsFailed, "no answer in time");
        var reason = cause.Message;
        // Chosen by the server's version below ours, or as the alert protocol_version (RFC 8446 §6.2).
        var isTooOld = reason.Contains("unsupported protocol", StringComparison.Ordinal) || reason.Contains("protocol version", StringComparison.Ordinal);
        return (isTooOld ? MxOutcome.TlsTooOld : MxOutcome.TlsFailed, reason);
    }
}
