using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using DnsClient;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Host.Dns;
using MtaSts.Modules.Cloudflare.Simulator;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>
/// A policy fetched through Cloudflare from a gateway with TLS and authenticated origin pulls: the built host in a process of its own, its certificate valid for the
/// fallback origin's name alone, and the edge, which connects with the custom hostname as SNI and Host. The host's own look from outside goes the same way.
/// </summary>
public sealed class CloudflareOriginTests : IAsyncLifetime
{
    private const string Domain = "edge.test";
    private const string PolicyHost = "mta-sts." + Domain;
    private const string Target = "sts.test";
    private const string OriginName = "origin.sts.test";
    private const string Token = "end_to_end_token-2b9e44d1";
    private const string Sender = "test-sender/1.0";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
    private readonly TestAuthority authority = new();
    private readonly TestAuthority clientAuthority = new();
    private readonly TempFolder folder = new();
    private readonly IPEndPoint gateway = new(IPAddress.Loopback, FreePort.Next());
    private X509Certificate2? pull;
    private EdgeOptions? options;
    private BindServer? bind;
    private CloudflareSimulator? cloudflare;
    private CloudflareEdge? edge;
    private HostProcess? host;

    private ApiClient Api => new(host!);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // An address of this process's own: the port is the real one, which others on the machine may use.
        var visitors = new IPEndPoint(new IPAddress([127, 89, (byte)(Environment.ProcessId >> 8), (byte)((Environment.ProcessId % 250) + 1)]), 443);
        bind = await BindServer.StartAsync();
        bind.Set(Domain, "MX", "10 mx1.edge.test.");
        bind.Set("*." + Target, "A", visitors.Address.ToString());
        await bind.PublishAsync();
        var zone = new SimulatorOptions { Token = Token, CnameTarget = Target, AllowReservedNames = true, FallbackOrigin = OriginName };
        cloudflare = await CloudflareSimulator.StartAsync(zone, new DnsLookup(new LookupClient(new LookupClientOptions(bind.Address) { UseCache = false, ThrowDnsErrors = false })), clock, Cancelled);
        pull = clientAuthority.IssueFor(TestCertificate.ForClients, TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddDays(1), "pull.saas.test").Load();
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(authority.RootPem);
        options = new EdgeOptions
        {
            Listen = visitors,
            Origin = gateway,
            OriginName = OriginName,
            OriginAuthorities = roots,
            ClientCertificate = pull,
            Certificate = name => authority.IssueFor(TestCertificate.ForServers, TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddDays(6), name).Load(),
        };
        edge = await CloudflareEdge.StartAsync(cloudflare, options, Cancelled);
        await File.WriteAllTextAsync(folder["roots.pem"], authority.RootPem, Cancelled);
        await File.WriteAllTextAsync(folder["clients.pem"], clientAuthority.RootPem, Cancelled);
        host = await HostProcess.StartAsync(
            ApiClient.Settings(
                ("Hosting:Provider", "Cloudflare"), ("Hosting:Target", Target), ("Hosting:EnsureLive", "00:00:03"), ("Hosting:CheckWhileWaiting", "00:00:02"),
                ("Dns:Servers", bind.Address.ToString()), ("Gateway:Lease", "00:00:02"), ("Gateway:ClientCertificateAuthoritiesPath", folder["clients.pem"]),
                ("Outside:AllowPrivateAddresses", "true"), ("Outside:TrustedRootsPath", folder["roots.pem"]),
                ("Cloudflare:ApiUrl", cloudflare.ApiUrl.ToString()), ("Cloudflare:ZoneId", zone.ZoneId), ("Cloudflare:ApiToken", Token)),
            tls: new GatewayTls(gateway, authority, OriginName) { Client = pull });
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
            await host.DisposeAsync();
        if (edge is not null)
            await edge.DisposeAsync();
        if (cloudflare is not null)
            await cloudflare.DisposeAsync();
        if (bind is not null)
            await bind.DisposeAsync();
        pull?.Dispose();
        authority.Dispose();
        clientAuthority.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Fetch_ThroughCloudflareToTheGatewaysTls_IsThePolicyAndWhatGoesWrongIsTold()
    {
        var claimed = await Api.PostAsync("domains", new { name = Domain });
        await Api.PutAsync($"domains/{Domain}/policy", new { mode = "testing", mx = new[] { "mx1.edge.test" }, maxAge = 86_400 });
        await Api.PutAsync($"domains/{Domain}/hosting");
        await bind!.PublishAsync(PolicyHost, "CNAME", (string)claimed["cnameTarget"]! + ".");
        await Api.PostAsync($"domains/{Domain}/check");
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => FetchAsync(Sender)); // No certificate at the edge yet.
        await Poll.Until(
            async () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return (string?)(await HostingAsync())["state"] == "live";
            },
            Limit,
            "the domain is live");

        // SNI and Host are the policy host; the certificate is the origin's, and the edge shows its own.
        var (status, cacheControl, body) = await FetchAsync(Sender);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("mode: testing", body, StringComparison.Ordinal);
        Assert.Matches("^must-revalidate, max-age=[0-2]$", cacheControl); // The order is HttpClient's.
        Assert.Null((string?)(await OutsideAsync())["problem"]);
        // What the module's README says to switch off.
        Assert.Equal(HttpStatusCode.Forbidden, (await FetchAsync("")).Status);

        // Without the client certificate the gateway refuses, and both sides say why.
        options!.ClientCertificate = null;
        edge!.Reconnect();
        Assert.Equal(525, (int)(await FetchAsync(Sender)).Status);
        Assert.Contains("TLS handshake with the gateway failed (525)", (string?)(await OutsideAsync())["problem"], StringComparison.Ordinal);
        await Poll.Until(() => host!.Output.Contains("the client sent no certificate, and Gateway:ClientCertificateAuthoritiesPath requires one", StringComparison.Ordinal), Limit, "the gateway logs the refusal");
        options.ClientCertificate = pull;
        edge.Reconnect();
        Assert.Null((string?)(await OutsideAsync())["problem"]);

        // A challenge is told as that.
        options.UnderAttack = true;
        Assert.Contains("Cloudflare answered with a challenge", (string?)(await OutsideAsync())["problem"], StringComparison.Ordinal);
        options.UnderAttack = false;

        // A renewed certificate is loaded without a restart; an edge that connects anew sees it, and the policy is served on.
        var next = authority.IssueFor(TestCertificate.ForServers, TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddDays(5), OriginName);
        await File.WriteAllTextAsync(Path.Combine(host!.WorkingDirectory, "gateway.pem"), next.Pem, Cancelled);
        Assert.Equal(HttpStatusCode.OK, (await FetchAsync(Sender)).Status);
        await File.WriteAllTextAsync(Path.Combine(host.WorkingDirectory, "gateway.key"), next.Key, Cancelled);
        using var renewed = next.Load();
        await Poll.Until(async () => await ShownAsync() == renewed.Thumbprint, TimeSpan.FromSeconds(45), "the gateway shows the renewed certificate");
        edge.Reconnect();
        Assert.Equal(HttpStatusCode.OK, (await FetchAsync(Sender)).Status);
        Assert.Null((string?)(await OutsideAsync())["problem"]);
    }

    private async Task<JsonNode> HostingAsync() => (await Api.GetAsync($"domains/{Domain}"))["hosting"]!;

    /// <summary>What the host's own look from outside sees now.</summary>
    private async Task<JsonNode> OutsideAsync()
    {
        await Api.PostAsync($"domains/{Domain}/check");
        return (await HostingAsync())["outside"]!;
    }

    /// <summary>As a sender that found the edge in the DNS.</summary>
    private async Task<(HttpStatusCode Status, string CacheControl, string Body)> FetchAsync(string userAgent)
    {
        using var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(edge!.EndPoint, cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            !errors.HasFlag(System.Net.Security.SslPolicyErrors.RemoteCertificateNameMismatch) && authority.Trusts(certificate as X509Certificate2);
        using var client = new HttpClient(handler);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"https://{PolicyHost}/.well-known/mta-sts.txt");
        if (userAgent.Length > 0)
            request.Headers.UserAgent.ParseAdd(userAgent);
        using var response = await client.SendAsync(request, Cancelled);
        return (response.StatusCode, response.Headers.TryGetValues("Cache-Control", out var values) ? string.Join(", ", values) : "", await response.Content.ReadAsStringAsync(Cancelled));
    }

    /// <summary>The certificate that the gateway shows to the edge: for the policy host, which it does not cover.</summary>
    private async Task<string?> ShownAsync()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(gateway, Cancelled);
        await using var tls = new System.Net.Security.SslStream(client.GetStream());
        string? thumbprint = null;
        try
        {
            await tls.AuthenticateAsClientAsync(
                new System.Net.Security.SslClientAuthenticationOptions
                {
                    TargetHost = PolicyHost,
                    LocalCertificateSelectionCallback = (_, _, _, _, _) => pull!,
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => (thumbprint = (certificate as X509Certificate2)?.Thumbprint) is not null,
                },
                Cancelled);
        }
        catch (AuthenticationException)
        {
            // What was shown counts.
        }
        return thumbprint;
    }
}
