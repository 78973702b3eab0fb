using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using MtaSts.Peers;

namespace MtaSts.Host.Tests.Mx;

/// <summary>A server on a loopback port that runs a script of the test for each connection.</summary>
internal sealed class ScriptedMx : IAsyncDisposable
{
    private readonly CancellationTokenSource end = new();
    private readonly TcpListener listener;
    private readonly Task running;
    private int connections;

    public ScriptedMx(Func<Stream, CancellationToken, Task> script, IPAddress? address = null)
    {
        listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        listener.Start();
        running = RunAsync(script);
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>The number of accepted connections.</summary>
    public int Connections => Volatile.Read(ref connections);

    /// <summary>A script of a correct server with STARTTLS. It adds the received commands to <paramref name="commands"/>.</summary>
    public static Func<Stream, CancellationToken, Task> Orderly(TestCertificate certificate, List<string> commands, SslProtocols protocols = SslProtocols.None) => async (stream, cancellationToken) =>
    {
        await SayAsync(stream, "220 mx.example.com ESMTP", cancellationToken);
        while (await ReadLineAsync(stream, cancellationToken) is { } line)
        {
            lock (commands)
                commands.Add(line);
            switch (line.Split(' ')[0])
            {
                case "EHLO":
                    await SayAsync(stream, "250-mx.example.com\r\n250 STARTTLS", cancellationToken);
                    break;
                case "STARTTLS":
                    await SayAsync(stream, "220 go ahead", cancellationToken);
                    using (var shown = certificate.Load())
                    {
                        var secure = new SslStream(stream);
                        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = shown, EnabledSslProtocols = protocols }, cancellationToken);
                        stream = secure;
                    }
                    break;
                default:
                    await SayAsync(stream, "221 bye", cancellationToken);
                    return;
            }
        }
    };

    public static ValueTask SayAsync(Stream stream, string line, CancellationToken cancellationToken) => stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), cancellationToken);

    /// <summary>Reads a line without its end; null at the end of the stream.</summary>
    public static async Task<string?> ReadLineAsync(Stream stream, CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (await stream.ReadAsync(one, cancellationToken) > 0)
        {
            if (one[0] == '\n')
                return line.ToString().TrimEnd('\r');
            line.Append((char)one[0]);
        }
        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Dispose();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        end.Dispose();
    }

    private async Task RunAsync(Func<Stream, CancellationToken, Task> script)
    {
        while (true)
            _ = ServeAsync(await listener.AcceptTcpClientAsync(end.Token), script);
    }

    private async Task ServeAsync(TcpClient client, Func<Stream, CancellationToken, Task> script)
    {
        Interlocked.Increment(ref connections);
        using (client)
        {
            try
            {
                await script(client.GetStream(), end.Token);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or AuthenticationException or ObjectDisposedException)
            {
                // The probe or the test ended the connection.
            }
        }
    }
}
