using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>Policy hosts behind a real Caddy, whose certificates a real ACME authority issues: the host in a process of its own, its Caddyfile as it wrote it.</summary>
public sealed class CaddyTests : IAsyncLifetime
{
    private const string Domain = "delta.test";
    private const string PolicyHost = "mta-sts." + Domain;
    private const string Secret = "ask-secret-of-the-tests";
    private const string Stranger = "mta-sts.stranger.test";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly TempFolder folder = new();
    private readonly Uri ask = new($"http://127.0.0.1:{FreePort.Next()}");
    private IPAddress? address;
    private BindServer? bind;
    private UdpRelay? relay;
    private PebbleServer? pebble;
    private CaddyServer? caddy;
    private HostProcess? host;
    private SenderQuery? sender;

    private ApiClient Api => new(host!);

    private IPEndPoint Https => new(address!, 443);

    private string CaddyfilePath => Path.Combine(host!.WorkingDirectory, "data", "Caddyfile");

    public async ValueTask InitializeAsync()
    {
        SenderQuery.Require();
        Peer.RequireProgram("caddy", "caddy");
        // Addresses of this process's own: the ports are the real ones, which others on the machine may use.
        var (high, low) = ((byte)(Environment.ProcessId >> 8), (byte)(Environment.ProcessId % 250 + 1));
        var dns = new IPAddress([127, 54, high, low]);
        address = new IPAddress([127, 85, high, low]);
        bind = await BindServer.StartAsync();
        relay = new UdpRelay(new IPEndPoint(dns, 53), bind.Address);
        bind.Set(Domain, "MX", "10 mx1.delta.test.");
        bind.Set("mx1.delta.test", "A", "127.0.0.1");
        bind.Set("*.sts.test", "A", address.ToString());
        bind.Set(Stranger, "CNAME", "token.sts.test.");
        await bind.PublishAsync();
        pebble = await PebbleServer.StartAsync(bind.Address);
        sender = new SenderQuery(dns, pebble.IssuingRootPem);
        await File.WriteAllTextAsync(folder["roots.pem"], pebble.IssuingRootPem);
        host = await HostProcess.StartAsync(ApiClient.Settings(
            ("Dns:Servers", bind.Address.ToString()), ("Gateway:Lease", "00:00:01"), ("Hosting:Target", "sts.test"), ("Hosting:Provider", "Caddy"),
            ("Hosting:CheckWhileWaiting", "00:00:02"), ("Hosting:FirstRetry", "00:00:02"), ("Hosting:LongestRetry", "00:00:02"), ("Hosting:RetiringMaxAge", "1"), ("Hosting:AssumedPolicyRecordTtl", "00:00:01"),
            ("Outside:AllowPrivateAddresses", "true"), ("Outside:TrustedRootsPath", folder["roots.pem"]),
            ("Caddy:AskUrl", ask.GetLeftPart(UriPartial.Authority)), ("Caddy:AskSecret", Secret), ("Caddy:Address", Https.ToString()), ("Caddy:Bind", address.ToString()),
            ("Caddy:AcmeDirectory", pebble.Directory.ToString()), ("Caddy:AcmeRootPath", pebble.ServerRootPath), ("Caddy:TrustedRootsPath", folder["roots.pem"])));
    }

    public async ValueTask DisposeAsync()
    {
        if (caddy is not null)
            await caddy.DisposeAsync();
        sender?.Dispose();
        if (host is not null)
            await host.DisposeAsync();
        if (pebble is not null)
            await pebble.DisposeAsync();
        relay?.Dispose();
        if (bind is not null)
            await bind.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Life_BehindCaddy_CertificateIsGotShownAndEnds()
    {
        var claimed = await Api.PostAsync("domains", new { name = Domain });
        await Api.PutAsync($"domains/{Domain}/policy", new { mode = "testing", mx = new[] { "mx1.delta.test" }, maxAge = 1, @override = true });
        Assert.Equal("awaitingCname", (string?)(await Api.PutAsync($"domains/{Domain}/hosting"))["state"]);
        caddy = await CaddyServer.StartAsync(CaddyfilePath, Https);

        // Nobody's name, and a name whose CNAME has not been seen: no certificate, and no order.
        await AssertNoCertificateAsync(Stranger);
        await AssertNoCertificateAsync(PolicyHost);
        Assert.DoesNotContain("mta-sts", pebble!.Output, StringComparison.Ordinal);

        // Who may have one is told to Caddy alone: not without the secret, and on no other listener.
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(ask, $"/ask/{Secret}"));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync(ask, $"/ask/{Secret}", "mta-sts.delta.test:443"));

        // Without Caddy there is a problem with a next step, and the service goes on.
        await caddy.StopAsync();
        await bind!.PublishAsync(PolicyHost, "CNAME", (string)claimed["cnameTarget"]! + ".");
        await Api.PostAsync($"domains/{Domain}/check");
        await Poll.Until(async () => (string?)(await HostingAsync())["problem"] is { } problem && problem.StartsWith("Caddy does not answer at", StringComparison.Ordinal), Limit, "the problem is told");
        var down = await HostingAsync();
        Assert.Equal("provisioning", (string?)down["state"]);
        Assert.Contains("start Caddy", (string?)down["nextStep"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await FromGatewayAsync());
        Assert.Equal(HttpStatusCode.OK, await AskAsync(ask, $"/ask/{Secret}"));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(ask, "/ask"));
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(host!.GatewayUrl, $"/ask/{Secret}"));
        Assert.NotEqual(HttpStatusCode.OK, await AskAsync(host.DashboardUrl, $"/ask/{Secret}")); // It wants a sign-in.

        // With Caddy: ordered by the first look, live with the certificate's end.
        await caddy.StartAgainAsync();
        await StateAsync("live");
        using (var shown = await HandshakeAsync(PolicyHost))
            Assert.Equal(shown!.NotAfter.ToUniversalTime(), (await HostingAsync())["certificateExpiresAt"]!.GetValue<DateTimeOffset>().UtcDateTime);
        Assert.Contains(PolicyHost, pebble.Output, StringComparison.Ordinal);

        // A real sender.
        var id = await AnnouncedAsync();
        var seen = await sender!.AskAsync(Domain);
        Assert.Contains("VALID", seen, StringComparison.Ordinal);
        Assert.Contains(id, seen, StringComparison.Ordinal);
        Assert.Contains("mx1.delta.test", seen, StringComparison.Ordinal);

        // Port 80 is for challenges: no policy, no redirect.
        using (var plain = new HttpRequestMessage(HttpMethod.Get, $"http://{address}/.well-known/mta-sts.txt"))
        {
            plain.Headers.Host = PolicyHost;
            using var answer = await host!.Client.SendAsync(plain);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        // Still nothing for a stranger, of whom the authority has not heard.
        await AssertNoCertificateAsync(Stranger);
        Assert.DoesNotContain(Stranger, pebble.Output, StringComparison.Ordinal);

        // Retired and deleted: the name is ordered no more.
        await Api.DeleteAsync($"domains/{Domain}/hosting");
        await StateAsync("off");
        await Api.DeleteAsync($"domains/{Domain}");
        await Poll.Until(async () => await FromGatewayAsync() == HttpStatusCode.NotFound, Limit, "nothing is served any more");
        await caddy.StopAsync();
        caddy.Forget();
        await caddy.StartAgainAsync();
        var orders = Orders();
        await AssertNoCertificateAsync(PolicyHost);
        Assert.Equal(orders, Orders());
    }

    /// <summary>How often the authority was told the policy host.</summary>
    private int Orders() => pebble!.Output.Split(PolicyHost).Length;

    private async Task<JsonNode> HostingAsync() => (await Api.GetAsync($"domains/{Domain}"))["hosting"]!;

    private async Task StateAsync(string state)
    {
        try
        {
            await Poll.Until(async () => (string?)(await HostingAsync())["state"] == state, Limit, $"the domain is {state}");
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{exception.Message}\n{await HostingAsync()}\n-- Caddy:\n{caddy!.Output}\n-- Pebble:\n{pebble!.Output}", exception);
        }
    }

    /// <summary>Waits until the id may be published, publishes it as the page says, and returns it.</summary>
    private async Task<string> AnnouncedAsync()
    {
        await Poll.Until(async () => (bool)(await Api.GetAsync($"domains/{Domain}/policy"))["announced"]!, Limit, "the id is announced, for which the policy was fetched from outside");
        var record = (await Api.GetAsync($"domains/{Domain}/records"))["items"]!.AsArray().Single(item => (string?)item!["name"] == "_mta-sts." + Domain)!;
        await bind!.PublishAsync("_mta-sts." + Domain, "TXT", (string)record["expected"]!);
        return (string)(await Api.GetAsync($"domains/{Domain}/policy"))["id"]!;
    }

    private async Task<HttpStatusCode> FromGatewayAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host!.GatewayUrl, "/.well-known/mta-sts.txt"));
        request.Headers.Host = PolicyHost;
        using var response = await host.Client.SendAsync(request);
        return response.StatusCode;
    }

    private async Task<HttpStatusCode> AskAsync(Uri listener, string path, string name = PolicyHost)
    {
        using var response = await host!.Client.GetAsync(new Uri(listener, $"{path}?domain={name}"));
        return response.StatusCode;
    }

    private async Task AssertNoCertificateAsync(string name)
    {
        using var shown = await HandshakeAsync(name);
        Assert.Null(shown);
    }

    /// <summary>The certificate that Caddy shows under a name; null when it breaks the handshake off.</summary>
    private async Task<X509Certificate2?> HandshakeAsync(string name)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(Https);
        X509Certificate2? shown = null;
        await using var tls = new SslStream(new NetworkStream(socket), false, (_, certificate, _, _) => (shown = X509CertificateLoader.LoadCertificate(certificate!.GetRawCertData())) is not null);
        try
        {
            await tls.AuthenticateAsClientAsync(name).WaitAsync(Limit);
        }
        catch (Exception exception) when (exception is AuthenticationException or IOException)
        {
            Assert.Null(shown);
        }
        return shown;
    }
}
