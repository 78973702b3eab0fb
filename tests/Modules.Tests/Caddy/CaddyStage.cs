using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Modules.Caddy;
using MtaSts.Modules.Caddy.Sight;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Modules.Testing;
using MtaSts.Peers;

namespace MtaSts.Modules.Tests.Caddy;

/// <summary>The names the service serves, as a test says.</summary>
internal sealed class HostedByTest : IHostedNames
{
    public ConcurrentDictionary<string, HostedState> States { get; } = new(StringComparer.OrdinalIgnoreCase);

    public ConcurrentQueue<string> Asked { get; } = new();

    public ValueTask<HostedState> FindAsync(string policyHost)
    {
        Asked.Enqueue(policyHost);
        return ValueTask.FromResult(States.GetValueOrDefault(policyHost, HostedState.NotHosted));
    }
}

/// <summary>What stands where Caddy would: real TLS on loopback that shows what the test has put there, and the provider that looks at it.</summary>
internal sealed class CaddyStage : IDisposable
{
    public const string PolicyHost = "mta-sts.example.com";
    private readonly TempFolder folder = new();
    private readonly Socket listening = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private readonly TaskCompletionSource held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CaddyStage()
    {
        listening.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen();
        File.WriteAllText(folder["roots.pem"], Authority.RootPem);
        Options = new CaddyOptions { Address = listening.LocalEndPoint!.ToString()!, TrustedRootsPath = folder["roots.pem"] };
        Hosted.States[PolicyHost] = HostedState.Hosted;
        Dns.Publish(Request.CnameTarget, DnsType.A, "192.0.2.1");
        Dns.Publish(Request.PolicyHost, DnsType.A, "192.0.2.1");
        var options = Microsoft.Extensions.Options.Options.Create(Options);
        Provider = new CaddyHostnameProvider(Hosted, new NameCheck(Dns), new CertificateSight(new TrustedAuthorities(options, Clock, Microsoft.Extensions.Logging.Abstractions.NullLogger<TrustedAuthorities>.Instance), options, Clock), options, Clock);
        _ = ServeAsync();
    }

    public HostnameRequest Request { get; } = new(PolicyHost, "token.mta-sts.service.net");

    public CaddyOptions Options { get; }

    public TestAuthority Authority { get; } = new();

    public HostedByTest Hosted { get; } = new();

    public InMemoryDns Dns { get; } = new();

    public FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow());

    public CaddyHostnameProvider Provider { get; }

    /// <summary>The certificate shown; null breaks the handshake off, as Caddy does.</summary>
    public X509Certificate2? Shown { get; set; }

    /// <summary>The status line's number.</summary>
    public int Status { get; set; } = 200;

    /// <summary>Whether handshakes are held, as Caddy holds them while it orders.</summary>
    public bool Holds { get; set; }

    public TaskCompletionSource HandshakeBegun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Handshakes seen.</summary>
    public int Handshakes { get; private set; }

    public void PublishCname() => Dns.Publish(Request.PolicyHost, DnsType.Cname, Request.CnameTarget);

    public void Show(TestAuthority authority, string name = PolicyHost)
    {
        var (certificate, key) = authority.Issue(name);
        using var pem = X509Certificate2.CreateFromPem(certificate, key);
        Shown = X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    /// <summary>The operator replaces the file of trusted authorities.</summary>
    public void Trust(TestAuthority authority) => File.WriteAllText(folder["roots.pem"], authority.RootPem);

    /// <summary>Nobody listens any more.</summary>
    public void GoDown() => listening.Dispose();

    public void Dispose()
    {
        held.TrySetResult();
        listening.Dispose();
        Shown?.Dispose();
        Authority.Dispose();
        folder.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                _ = AnswerAsync(await listening.AcceptAsync());
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Disposed.
        }
    }

    private async Task AnswerAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                Handshakes++;
                if (Holds)
                {
                    await socket.ReceiveAsync(new byte[1]);
                    HandshakeBegun.TrySetResult();
                    await held.Task;
                }
                await using var tls = new SslStream(new NetworkStream(socket));
                await tls.AuthenticateAsServerAsync(Shown ?? throw new IOException("No certificate."));
                await tls.ReadAtLeastAsync(new byte[1024], 1, throwOnEndOfStream: false);
                await tls.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {Status} Status\r\nContent-Length: 0\r\n\r\n"));
            }
            catch (Exception exception) when (exception is IOException or System.Security.Authentication.AuthenticationException)
            {
                // Broken off.
            }
        }
    }
}
