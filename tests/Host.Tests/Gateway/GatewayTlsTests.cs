using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Host.Gateway;
using MtaSts.Host.Gateway.Tls;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Host.Tests.Gateway;

/// <summary>The gateway with a certificate of its own (RFC 8461 §7): HTTP/1.1 and HTTP/2, TLS 1.2 and 1.3, and no certificate for other names.</summary>
public sealed class GatewayTlsTests
{
    private const string Host = "mta-sts.example.com";

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Get_ByEitherProtocol_IsThePolicy(string version)
    {
        using var folder = new TempFolder();
        await using var scene = await StartAsync(folder);
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = async (_, cancel) => await ConnectAsync(scene.Port, cancel),
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, certificate, _, _) => ((X509Certificate2)certificate!).MatchesHostname(Host) },
        };
        using var client = new HttpMessageInvoker(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{Host}{GatewayScene.PolicyPath}") { Version = new Version(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));

        using var response = await client.SendAsync(request, limit.Token);

        Assert.Equal((HttpStatusCode.OK, new Version(version)), (response.StatusCode, response.Version));
        Assert.Equal(HandDrivenSource.Policy(1).Body, await response.Content.ReadAsByteArrayAsync(limit.Token));
        Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Empty(response.Headers.Server);
    }

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Get_ConnectionClosed_EndsWithCloseNotify(string version)
    {
        using var folder = new TempFolder();
        await using var scene = await StartAsync(folder);
        using var client = Process.Start(new ProcessStartInfo(Peer.RequireProgram("openssl", "openssl"), ["s_client", "-quiet", "-ign_eof", version, "-connect", $"127.0.0.1:{scene.Port}", "-servername", Host])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await client.StandardInput.WriteAsync($"GET {GatewayScene.PolicyPath} HTTP/1.1\r\nHost: {Host}\r\nConnection: close\r\n\r\n");
        await client.StandardInput.FlushAsync(TestContext.Current.CancellationToken);

        var (answer, problem) = (client.StandardOutput.ReadToEndAsync(), client.StandardError.ReadToEndAsync());

        Assert.Contains("version: STSv1", await answer.WaitAsync(TimeSpan.FromMinutes(1)), StringComparison.Ordinal);
        Assert.DoesNotContain("unexpected eof", await problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, true)]
    [InlineData(SslProtocols.Tls13, true)]
#pragma warning disable CA5397, SYSLIB0039 // Offered to see it refused (RFC 8461 §7.2).
    [InlineData(SslProtocols.Tls11, false)]
#pragma warning restore CA5397, SYSLIB0039
    public async Task Handshake_AVersionOfTls_IsTakenFromTls12On(SslProtocols protocol, bool isTaken)
    {
        using var folder = new TempFolder();
        await using var scene = await StartAsync(folder);

        Assert.Equal(isTaken ? protocol : SslProtocols.None, await HandshakeAsync(scene.Port, Host, protocol));
    }

    [Theory]
    [InlineData("mta-sts.example.com", true)]
    [InlineData("MTA-STS.EXAMPLE.COM", true)]
    [InlineData("mta-sts.wild.example", true)]
    [InlineData("a.mta-sts.wild.example", false)]
    [InlineData("mta-sts.xn--bcher-kva.example", true)]
    [InlineData("mta-sts.xn--mnchen-3ya.example", false)]
    [InlineData("mta-sts.example.org", false)]
    [InlineData("example.com", false)]
    [InlineData("common.example", false)]
    [InlineData("", false)]
    public async Task Handshake_AServerName_GetsTheCertificateOnlyWhenItIsCovered(string name, bool isCovered)
    {
        using var folder = new TempFolder();
        await using var scene = await StartAsync(folder);

        Assert.Equal(isCovered, await HandshakeAsync(scene.Port, name, SslProtocols.None) != SslProtocols.None);
    }

    /// <summary>Refused handshakes leave nothing behind that stands in the way of the next one.</summary>
    [Fact]
    public async Task Handshake_AfterManyRefused_IsTaken()
    {
        using var folder = new TempFolder();
        await using var scene = await StartAsync(folder);
        for (var i = 0; i < 50; i++)
            Assert.Equal(SslProtocols.None, await HandshakeAsync(scene.Port, $"made-up-{i}.example", SslProtocols.None));

        Assert.NotEqual(SslProtocols.None, await HandshakeAsync(scene.Port, Host, SslProtocols.None));
        // Plain HTTP on the port of TLS is no way in.
        Assert.DoesNotContain("STSv1", await scene.SendAsync($"GET {GatewayScene.PolicyPath} HTTP/1.1\r\nHost: {Host}\r\n\r\n"), StringComparison.Ordinal);
    }

    /// <summary>A proxy such as Cloudflare connects with the policy host's name, which the origin's certificate does not cover.</summary>
    [Theory]
    [InlineData("mta-sts.of-an-owner.example")]
    [InlineData("mta-sts.example.com")]
    [InlineData("mta-sts.xn--bcher-kva.example")]
    [InlineData("")]
    public async Task Handshake_ForAnyName_GetsTheCertificate(string name)
    {
        using var folder = new TempFolder();
        await using var scene = await StartAsync(folder, static options => options.CertificateForAnyName = true);

        Assert.NotEqual(SslProtocols.None, await HandshakeAsync(scene.Port, name, SslProtocols.None));
        Assert.Empty(scene.Tls.Tls.Now!.Refused);
    }

    [Theory]
    [InlineData("mta-sts.example.org", "name-not-covered", "Warning 1961 Gateway: TLS handshake of 127.0.0.1:")]
    [InlineData("", "no-name", "Information 1961 Gateway: TLS handshake of 127.0.0.1:")]
    public async Task Handshake_Refused_IsCountedAndLoggedWithItsReason(string name, string reason, string line)
    {
        using var folder = new TempFolder();
        await using var scene = await StartAsync(folder);

        Assert.Equal(SslProtocols.None, await HandshakeAsync(scene.Port, name, SslProtocols.None));

        Assert.Equal(1, scene.Tls.Refused(reason));
        Assert.Equal(0, scene.Tls.Refused("not-completed"));
        var logged = Assert.Single(scene.Tls.Lines, static text => text.Contains(" 1961 ", StringComparison.Ordinal));
        Assert.StartsWith(line, logged, StringComparison.Ordinal);
        Assert.Contains("Gateway:CertificateForAnyName", logged, StringComparison.Ordinal);
        Assert.Contains(name.Length == 0 ? "no name" : name, logged, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handshake_AFloodOfRefusals_IsAFewLinesInTheLog()
    {
        const int Many = 200;
        using var folder = new TempFolder();
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var scene = await StartAsync(folder, tlsClock: clock);

        await Parallel.ForAsync(0, Many, async (i, _) => Assert.Equal(SslProtocols.None, await HandshakeAsync(scene.Port, $"made-up-{i}.example", SslProtocols.None)));
        Assert.Equal(Many, scene.Tls.Refused("name-not-covered"));
        Assert.Single(scene.Tls.Lines, static text => text.Contains(" 1961 ", StringComparison.Ordinal));

        clock.Advance(HandshakeRefusals.LogEvery);
        Assert.Contains($"{Many - 1} more TLS handshakes refused in 5 minutes", Assert.Single(scene.Tls.Lines, static text => text.Contains(" 1962 ", StringComparison.Ordinal)), StringComparison.Ordinal);
        clock.Advance(HandshakeRefusals.LogEvery * 3);
        Assert.Equal(2, scene.Tls.Lines.Count(static text => text.Contains(" 196", StringComparison.Ordinal)));
        Assert.Equal(SslProtocols.None, await HandshakeAsync(scene.Port, "late.example", SslProtocols.None));
        Assert.Equal(2, scene.Tls.Lines.Count(static text => text.Contains(" 1961 ", StringComparison.Ordinal)));
    }

    /// <summary>What never became a handshake is counted too: a connection that sends HTTP, or nothing.</summary>
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("")]
    public async Task Handshake_NotCompleted_IsCounted(string sent)
    {
        using var folder = new TempFolder();
        await using var scene = await StartAsync(folder);
        await using (var stream = await ConnectAsync(scene.Port, CancellationToken.None))
            await stream.WriteAsync(Encoding.ASCII.GetBytes(sent));
        await Poll.Until(() => scene.Tls.Refused("not-completed") == 1, TimeSpan.FromMinutes(2), "it is counted");
        Assert.NotEqual(SslProtocols.None, await HandshakeAsync(scene.Port, Host, SslProtocols.None));
        Assert.Equal(1, scene.Tls.Refused("not-completed"));
    }

    [Fact]
    public async Task Start_HttpsWithoutACertificate_SaysWhatToSet()
    {
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => GatewayScene.StartAsync(static options => options.Url = "https://127.0.0.1:PORT"));

        Assert.Contains("Gateway:CertificatePath", exception.Message, StringComparison.Ordinal);
    }

    /// <summary>Senders do not look at the common name (RFC 8461 §3.3): a certificate that has nothing else covers nothing.</summary>
    [Fact]
    public async Task Handshake_TheCommonNameAlone_IsNotEnough()
    {
        using var folder = new TempFolder();
        await using var scene = await StartAsync(folder, commonNameAlone: Host);

        Assert.Equal(SslProtocols.None, await HandshakeAsync(scene.Port, Host, SslProtocols.None));
    }

    private static Task<GatewayScene> StartAsync(TempFolder folder, Action<GatewayOptions>? configure = null, TimeProvider? tlsClock = null)
    {
        TestCertificate.Now("first.example", Host, "*.wild.example", "mta-sts.xn--bcher-kva.example").Write(folder["cert.pem"], folder["key.pem"]);
        return StartAsync(folder, null, configure, tlsClock);
    }

    private static Task<GatewayScene> StartAsync(TempFolder folder, string? commonNameAlone, Action<GatewayOptions>? configure = null, TimeProvider? tlsClock = null)
    {
        if (commonNameAlone is not null)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            using var certificate = new CertificateRequest("CN=" + commonNameAlone, key, HashAlgorithmName.SHA256).CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
            new TestCertificate(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem()).Write(folder["cert.pem"], folder["key.pem"]);
        }
        return GatewayScene.StartAsync(
            options =>
            {
                (options.Url, options.CertificatePath, options.CertificateKeyPath) = ("https://127.0.0.1:PORT", folder["cert.pem"], folder["key.pem"]);
                configure?.Invoke(options);
            },
            tlsClock: tlsClock);
    }

    private static async Task<Stream> ConnectAsync(int port, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port, cancel);
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>The version agreed on; None when the handshake was refused.</summary>
    private static async Task<SslProtocols> HandshakeAsync(int port, string name, SslProtocols protocol)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await using var tls = new SslStream(await ConnectAsync(port, limit.Token), leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = name, EnabledSslProtocols = protocol, RemoteCertificateValidationCallback = static (_, certificate, _, _) => certificate is not null }, limit.Token);
            // With TLS 1.3 a refusal may arrive after the client believes it is done.
            await tls.WriteAsync(Encoding.ASCII.GetBytes($"GET /healthz HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n"), limit.Token);
            return await tls.ReadAsync(new byte[1], limit.Token) == 1 ? tls.SslProtocol : SslProtocols.None;
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            return SslProtocols.None;
        }
    }
}
