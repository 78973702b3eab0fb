using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Peers;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Host.Tests.Gateway;

/// <summary>The gateway's certificate is renewed while it runs, and client certificates are required of a configured authority (authenticated origin pulls).</summary>
public sealed class GatewayCertificateTests : IDisposable
{
    private const string Host = "mta-sts.example.com";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly TempFolder folder = new();
    private readonly FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Handshake_AfterARenewal_ShowsTheNewCertificateAndCutsNobodyOff()
    {
        Write(TestCertificate.Now(Host, "one.example"));
        await using var scene = await StartAsync();
        await using var kept = await ConnectAsync(scene.Port, Host);

        Write(TestCertificate.Now(Host, "one.example", "two.example"));
        await UntilAsync(() => Task.FromResult(scene.Tls.Tls.Now!.Names.Contains("two.example")));

        await using var next = await ConnectAsync(scene.Port, Host);
        Assert.False(Shown(kept).MatchesHostname("two.example"));
        Assert.True(Shown(next).MatchesHostname("two.example"));
        Assert.StartsWith("HTTP/1.1 200", await GetAsync(kept), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200", await GetAsync(next), StringComparison.Ordinal);
        Assert.Equal([Host, "one.example", "two.example"], scene.Tls.Tls.Now!.Names);
    }

    [Fact]
    public async Task Ready_NewFilesCannotBeUsed_StaysReadyWithTheOldCertificateAndSaysSo()
    {
        Write(TestCertificate.Now(Host));
        await using var scene = await StartAsync();
        File.WriteAllText(folder["cert.pem"], TestCertificate.Now(Host).Pem); // Of another key.
        await UntilAsync(() => Task.FromResult(scene.Tls.Tls.Now!.Problems.Count == 1));

        await using var connection = await ConnectAsync(scene.Port, Host);
        var ready = await GetAsync(connection, "/readyz");
        Assert.StartsWith("HTTP/1.1 200", ready, StringComparison.Ordinal);
        Assert.Contains("ok\nGateway: The new files cannot be used. The log has the cause.\n", ready, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, ready, StringComparison.Ordinal);
        Assert.Contains("does not belong", Assert.Single(scene.Tls.Tls.Now!.Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_NewCertificateForQuiteOtherNames_KeepsTheOldOneAndNamesWhatIsMissing()
    {
        Write(TestCertificate.Now(Host));
        await using var scene = await StartAsync();
        Write(TestCertificate.Now("other.example"));
        await UntilAsync(() => Task.FromResult(scene.Tls.Tls.Now!.Problems.Count == 1));

        await using var connection = await ConnectAsync(scene.Port, Host);
        Assert.Contains($"ok\nGateway: The new certificate in its files does not cover {Host}. The previous certificate stays in use", await GetAsync(connection, "/readyz"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_CertificateNotRenewed_SaysWhenItEnds()
    {
        Write(TestCertificate.Make(clock.GetUtcNow().AddDays(-50), clock.GetUtcNow().AddDays(12), null, Host));
        await using var scene = await StartAsync();
        await using var connection = await ConnectAsync(scene.Port, Host);
        Assert.Contains("Gateway: The certificate expires on ", await GetAsync(connection, "/readyz"), StringComparison.Ordinal);
        Assert.Equal(CertificateTerm.RenewalLate, scene.Tls.Tls.Now!.Term); // 12 of 62 days: between a third and a sixth.
    }

    [Theory]
    [InlineData("none", "client-certificate-missing")]
    [InlineData("another authority's", "client-certificate-refused")]
    [InlineData("expired", "client-certificate-refused")]
    [InlineData("not yet valid", "client-certificate-refused")]
    [InlineData("for servers only", "client-certificate-refused")]
    [InlineData("a name that looks right", "client-certificate-refused")]
    public async Task Handshake_ClientCertificateNotAccepted_IsRefusedCountedAndLogged(string which, string reason)
    {
        Write(TestCertificate.Now(Host));
        using var authority = new TestAuthority();
        using var stranger = new TestAuthority();
        await using var scene = await StartAsync(authority.RootPem);
        var now = clock.GetUtcNow();
        using var shown = which switch
        {
            "none" => null,
            "another authority's" => stranger.IssueFor(TestCertificate.ForClients, now.AddHours(-1), now.AddDays(1), "cloudflare.example").Load(),
            "expired" => authority.IssueFor(TestCertificate.ForClients, now.AddHours(-9), now.AddHours(-1), "cloudflare.example").Load(),
            "not yet valid" => authority.IssueFor(TestCertificate.ForClients, now.AddHours(1), now.AddDays(1), "cloudflare.example").Load(),
            "for servers only" => authority.IssueFor(TestCertificate.ForServers, now.AddHours(-1), now.AddDays(1), "cloudflare.example").Load(),
            _ => TestCertificate.Now("MtaSts test authority").Load(),
        };
        foreach (var path in new[] { GatewayScene.PolicyPath, "/healthz", "/readyz", "/tlsrpt/x" })
            Assert.Equal("", await TryAsync(scene.Port, shown, path));

        Assert.Equal(4, scene.Tls.Refused(reason));
        Assert.Equal(0, scene.Tls.Refused("not-completed"));
        Assert.Contains("Gateway:ClientCertificateAuthoritiesPath", Assert.Single(scene.Tls.Lines, static line => line.StartsWith("Warning 1961 ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handshake_ClientCertificateOfTheAuthority_IsServedAlsoWhenResumed()
    {
        Write(TestCertificate.Now(Host));
        using var authority = new TestAuthority();
        await using var scene = await StartAsync(authority.RootPem);
        foreach (var usage in new[] { TestCertificate.ForClients, null })
        {
            using var own = authority.IssueFor(usage, clock.GetUtcNow().AddHours(-1), clock.GetUtcNow().AddDays(1), "cloudflare.example").Load();
            for (var i = 0; i < 3; i++)
                Assert.StartsWith("HTTP/1.1 200", await TryAsync(scene.Port, own), StringComparison.Ordinal);
        }
    }

    /// <summary>A change of authorities holds for the next connection, whatever sessions clients still have.</summary>
    [Fact]
    public async Task Handshake_AuthoritiesReplaced_AcceptsTheNewAndRefusesTheOld()
    {
        Write(TestCertificate.Now(Host));
        using var before = new TestAuthority();
        using var after = new TestAuthority();
        await using var scene = await StartAsync(before.RootPem);
        using var old = Client(before);
        using var own = Client(after);
        Assert.StartsWith("HTTP/1.1 200", await TryAsync(scene.Port, old), StringComparison.Ordinal);
        Assert.Equal("", await TryAsync(scene.Port, own));

        File.WriteAllText(folder["clients.pem"], before.RootPem + "\n" + after.RootPem);
        await UntilAsync(async () => (await TryAsync(scene.Port, own)).StartsWith("HTTP/1.1 200", StringComparison.Ordinal));
        Assert.StartsWith("HTTP/1.1 200", await TryAsync(scene.Port, old), StringComparison.Ordinal);

        File.WriteAllText(folder["clients.pem"], after.RootPem);
        await UntilAsync(async () => await TryAsync(scene.Port, old) == "");
        Assert.StartsWith("HTTP/1.1 200", await TryAsync(scene.Port, own), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nMII")]
    public async Task Start_AuthoritiesThatCannotBeUsed_NamesTheSetting(string pem)
    {
        Write(TestCertificate.Now(Host));
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => StartAsync(pem));
        Assert.StartsWith("Gateway:ClientCertificateAuthoritiesPath: ", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Lets time pass until it is so; what the file system tells comes on a thread of its own.</summary>
    private Task UntilAsync(Func<Task<bool>> condition) => Poll.Until(
        () =>
        {
            clock.Advance(TimeSpan.FromSeconds(20));
            return condition();
        },
        Limit,
        "the new file is in use");

    private X509Certificate2 Client(TestAuthority authority) =>
        authority.IssueFor(TestCertificate.ForClients, clock.GetUtcNow().AddHours(-1), clock.GetUtcNow().AddDays(1), "cloudflare.example").Load();

    private void Write(TestCertificate certificate) => certificate.Write(folder["cert.pem"], folder["key.pem"]);

    private Task<GatewayScene> StartAsync(string? clients = null)
    {
        if (clients is not null)
            File.WriteAllText(folder["clients.pem"], clients);
        return GatewayScene.StartAsync(
            options =>
            {
                (options.Url, options.CertificatePath, options.CertificateKeyPath) = ("https://127.0.0.1:PORT", folder["cert.pem"], folder["key.pem"]);
                options.ClientCertificateAuthoritiesPath = clients is null ? null : folder["clients.pem"];
            },
            tlsClock: clock);
    }

    private static X509Certificate2 Shown(SslStream stream) => (X509Certificate2)stream.RemoteCertificate!;

    private static async Task<SslStream> ConnectAsync(int port, string name, X509Certificate2? own = null)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        using var limit = new CancellationTokenSource(Limit);
        await stream.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = name,
                RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null,
                LocalCertificateSelectionCallback = own is null ? null : (_, _, _, _, _) => own,
            },
            limit.Token);
        return stream;
    }

    /// <summary>The answer; empty where the handshake is refused, which a client under TLS 1.3 learns when it reads.</summary>
    private static async Task<string> TryAsync(int port, X509Certificate2? own, string path = GatewayScene.PolicyPath)
    {
        try
        {
            await using var stream = await ConnectAsync(port, Host, own);
            return await GetAsync(stream, path);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            return "";
        }
    }

    private static async Task<string> GetAsync(SslStream stream, string path = GatewayScene.PolicyPath)
    {
        using var limit = new CancellationTokenSource(Limit);
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {Host}\r\nConnection: close\r\n\r\n"), limit.Token);
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        return await reader.ReadToEndAsync(limit.Token);
    }
}
