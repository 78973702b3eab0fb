using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MtaSts.Peers;

namespace MtaSts.EndToEnd.Hostile;

/// <summary>
/// Requests the policy of one host from an HTTPS server all the time and records the longest wait for an answer. One sender follows another; each uses a persistent connection for
/// several requests. A request or a connection that fails is part of the wait, which ends with the next answer. It has its own thread with blocking calls, so that the rest of
/// the test delays it little.
/// </summary>
internal sealed class PauseWatch : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromMilliseconds(10);

    /// <summary>How long a sender waits for bytes before it connects again.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Largest answer in bytes.</summary>
    private const int MaxAnswer = 4_096;

    /// <summary>Requests on one connection; then the next sender connects.</summary>
    private const int RequestsOfASender = 100;

    private readonly IPEndPoint server;
    private readonly string host;
    private readonly TestAuthority authority;
    private readonly byte[] request;
    private readonly ManualResetEventSlim ended = new();
    private readonly Thread thread;
    private long longest;
    private long count;

    /// <summary>The beginning of the request that is not answered yet; 0 between requests.</summary>
    private long waitingSince;

    public PauseWatch(IPEndPoint server, string host, TestAuthority authority)
    {
        this.server = server;
        this.host = host;
        this.authority = authority;
        request = Encoding.ASCII.GetBytes($"GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: {host}\r\n\r\n");
        thread = new Thread(Ask) { IsBackground = true };
        thread.Start();
    }

    /// <summary>The longest wait for an answer since the last <see cref="Forget"/>, including one that lasts.</summary>
    public TimeSpan Longest
    {
        get
        {
            var since = Interlocked.Read(ref waitingSince);
            return Stopwatch.GetElapsedTime(0, Math.Max(Interlocked.Read(ref longest), since == 0 ? 0 : Stopwatch.GetTimestamp() - since));
        }
    }

    /// <summary>Answers since the last <see cref="Forget"/>.</summary>
    public long Count => Interlocked.Read(ref count);

    public void Forget()
    {
        Interlocked.Exchange(ref longest, 0);
        Interlocked.Exchange(ref count, 0);
    }

    public void Dispose()
    {
        ended.Set();
        thread.Join();
        ended.Dispose();
    }

    private void Ask()
    {
        var answer = new byte[MaxAnswer];
        while (!ended.IsSet)
        {
            var attempt = Stopwatch.GetTimestamp();
            try
            {
                using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = (int)Patience.TotalMilliseconds };
                socket.Connect(server);
                using var tls = new SslStream(new NetworkStream(socket), false, (_, certificate, _, _) => authority.Trusts(certificate as X509Certificate2));
                tls.AuthenticateAsClient(host);
                for (var i = 0; i < RequestsOfASender && !ended.Wait(Every); i++)
                {
                    attempt = Stopwatch.GetTimestamp();
                    Interlocked.CompareExchange(ref waitingSince, attempt, 0);
                    tls.Write(request);
                    ReadAnswer(tls, answer);
                    var took = Stopwatch.GetTimestamp() - Interlocked.Exchange(ref waitingSince, 0);
                    if (took > Interlocked.Read(ref longest))
                        Interlocked.Exchange(ref longest, took);
                    Interlocked.Increment(ref count);
                }
            }
            catch (Exception exception) when (exception is SocketException or IOException or AuthenticationException)
            {
                Interlocked.CompareExchange(ref waitingSince, attempt, 0);
                ended.Wait(Every);
            }
        }
    }

    /// <summary>Reads one whole answer, which may arrive in several parts.</summary>
    private static void ReadAnswer(SslStream tls, byte[] buffer)
    {
        var (read, length) = (0, (int?)null);
        while (length is null || read < length)
        {
            var part = tls.Read(buffer, read, buffer.Length - read);
            if (part == 0)
                throw new IOException("The server closed the connection, or its answer is too long.");
            read += part;
            length ??= LengthOf(Encoding.ASCII.GetString(buffer, 0, read));
        }
    }

    /// <summary>The length of an answer with its header; null while the header is incomplete.</summary>
    private static int? LengthOf(string begin)
    {
        const string ContentLength = "Content-Length:";
        var end = begin.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        if (end < 0)
            return null;
        var field = begin[..end].Split("\r\n").FirstOrDefault(line => line.StartsWith(ContentLength, StringComparison.OrdinalIgnoreCase)) ?? throw new IOException("The answer has no Content-Length.");
        return end + 4 + int.Parse(field[ContentLength.Length..], CultureInfo.InvariantCulture);
    }
}
