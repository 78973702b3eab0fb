using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd.Hostile;

/// <summary>The measuring instrument of the hostile tests, against a server whose pauses are known.</summary>
public sealed class PauseWatchTests : IDisposable
{
    private const string Host = "mta-sts.hosted.test";
    private const string Head = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);
    private readonly TestAuthority authority = new();

    public void Dispose() => authority.Dispose();

    [Fact]
    public async Task Longest_AnswerInTwoRecords_IsMeasuredToItsEnd()
    {
        using var server = new Server(authority, async (stream, number) =>
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Head));
            if (number == 1)
                await Task.Delay(Pause);
            await stream.WriteAsync("body"u8.ToArray());
        });
        using var watch = new PauseWatch(server.EndPoint, Host, authority);
        await Poll.Until(() => watch.Count >= 3, Limit, "three requests are answered");
        Assert.InRange(watch.Longest, Pause, Limit);
    }

    [Fact]
    public async Task Longest_RequestThatIsReset_IsMeasuredToTheNextAnswer()
    {
        using var server = new Server(authority, async (stream, number) =>
        {
            if (number == 1)
            {
                await Task.Delay(Pause);
                throw new IOException("reset");
            }
            await stream.WriteAsync(Encoding.ASCII.GetBytes(Head + "body"));
        });
        using var watch = new PauseWatch(server.EndPoint, Host, authority);
        await Poll.Until(() => watch.Count >= 1, Limit, "a request is answered");
        Assert.InRange(watch.Longest, Pause, Limit);
    }

    [Fact]
    public async Task Longest_RequestThatIsNotAnswered_IsMeasuredWhileItLasts()
    {
        using var server = new Server(authority, static (_, _) => Task.Delay(Timeout.Infinite));
        using var watch = new PauseWatch(server.EndPoint, Host, authority);
        await Poll.Until(() => watch.Longest > Pause, Limit, "the wait is measured");
        Assert.Equal(0, watch.Count);
        server.Dispose(); // Otherwise the watch waits for an answer when it ends.
    }

    /// <summary>An exception on the watch's thread would end the whole test process.</summary>
    [Fact]
    public async Task Watch_CertificateIsRefused_GoesOn()
    {
        using var other = new TestAuthority();
        using var server = new Server(authority, static (stream, _) => stream.WriteAsync(Encoding.ASCII.GetBytes(Head + "body")).AsTask()) { First = other };
        using var watch = new PauseWatch(server.EndPoint, Host, authority);
        await Poll.Until(() => watch.Count >= 1, Limit, "a request is answered");
        Assert.InRange(server.Connections, 2, int.MaxValue);
    }

    /// <summary>Answers each request by the script, which gets its number from 1.</summary>
    private sealed class Server : IDisposable
    {
        private readonly TcpListener listener = new(IPAddress.Loopback, 0);
        private readonly List<TcpClient> clients = [];
        private readonly TestAuthority authority;
        private readonly Func<SslStream, int, Task> script;
        private int requests;
        private int connections;

        public Server(TestAuthority authority, Func<SslStream, int, Task> script)
        {
            (this.authority, this.script) = (authority, script);
            listener.Start();
            _ = AcceptAsync();
        }

        /// <summary>Issues the certificate of the first connection; null for the usual one.</summary>
        public TestAuthority? First { get; init; }

        public IPEndPoint EndPoint => (IPEndPoint)listener.LocalEndpoint;

        public int Connections => Volatile.Read(ref connections);

        public void Dispose()
        {
            listener.Dispose();
            lock (clients)
                clients.ForEach(static client => client.Dispose());
        }

        private async Task AcceptAsync()
        {
            while (true)
                _ = ServeAsync(await listener.AcceptTcpClientAsync());
        }

        private async Task ServeAsync(TcpClient client)
        {
            client.LingerState = new LingerOption(true, 0); // Closed with a reset.
            lock (clients)
                clients.Add(client);
            var issuer = Interlocked.Increment(ref connections) == 1 ? First ?? authority : authority;
            var (certificate, key) = issuer.Issue(Host);
            using var pem = X509Certificate2.CreateFromPem(certificate, key);
            using var usable = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
            try
            {
                using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(usable);
                using var reader = new StreamReader(tls, Encoding.ASCII);
                while (await reader.ReadLineAsync() is { } line)
                {
                    if (line.Length == 0)
                        await script(tls, Interlocked.Increment(ref requests));
                }
            }
            catch (IOException)
            {
                // The script or the watch ends the connection.
            }
            finally
            {
                client.Dispose();
            }
        }
    }
}
