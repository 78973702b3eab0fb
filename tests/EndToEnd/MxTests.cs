using System.Net;
using System.Text.Json.Nodes;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>The watch of MX hosts in a running host: real Postfix servers on port 25, from the fault to the alert, and to its end when the server is mended.</summary>
public sealed class MxTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);
    private readonly TempFolder folder = new();
    private readonly TestAuthority authority = new();

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task MxHosts_FaultyAndMended_AreShownToldAndResolved()
    {
        await File.WriteAllTextAsync(folder["roots.pem"], authority.RootPem, TestContext.Current.CancellationToken);
        await using var bind = await BindServer.StartAsync();
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(
            ("Dns:Servers", bind.Address.ToString()), ("Outside:AllowPrivateAddresses", "true"), ("Outside:TrustedRootsPath", folder["roots.pem"]), ("Outside:EhloName", "probe.example.net"),
            ("Hosting:OutsideGrace", "00:00:01"), ("Hosting:CheckWhileFailing", "00:00:02"), ("Hosting:MxProbesApart", "00:00:01")));
        var api = new ApiClient(host);
        (string Domain, IPAddress Address, string Kind, string Words, string[] Options)[] cases =
        [
            ("expired.test", Own(1), "mx-certificate-expired", "valid from", Tls("expired", Certificate("mx.expired.test", -20, -1))),
            ("name.test", Own(2), "mx-certificate-other-name", "is for mail.example.com", Tls("name", Certificate("mail.example.com"))),
            ("plain.test", Own(3), "mx-no-starttls", "No STARTTLS", ["smtpd_tls_security_level = none"]),
        ];
        foreach (var (domain, address, _, _, _) in cases)
        {
            bind.Set(domain, "MX", $"10 mx.{domain}.");
            bind.Set("mx." + domain, "A", address.ToString());
        }
        await bind.PublishAsync();
        var servers = await Task.WhenAll(cases.Select(item => PostfixServer.StartAsync(new IPEndPoint(item.Address, 25), item.Domain, "discard:", item.Options)));
        try
        {
            foreach (var item in cases)
                await api.PostAsync("domains", new { name = item.Domain });
            foreach (var item in cases)
            {
                JsonNode? alert = null;
                await Poll.Until(
                    async () =>
                    {
                        await api.PostAsync($"domains/{item.Domain}/check");
                        return (alert = await FindAsync(api, item.Domain, item.Kind, isOpen: true)) is not null;
                    },
                    Limit,
                    $"an alert {item.Kind} is raised for {item.Domain}");
                Assert.Contains(item.Words, alert!.ToJsonString(), StringComparison.Ordinal);
                Assert.Contains(item.Address.ToString(), alert.ToJsonString(), StringComparison.Ordinal);
            }
            var mx = await api.GetAsync("domains/name.test/mx");
            var seen = mx["hosts"]![0]!;
            Assert.Equal(("mx.name.test", "refuses", "certificateForOtherName"), ((string?)seen["name"], (string?)seen["mtaSts"]!["action"], (string?)seen["mtaSts"]!["reason"]));
            Assert.Equal(("encrypted", "1.3", "mail.example.com"), ((string?)seen["addresses"]![0]!["outcome"], (string?)seen["addresses"]![0]!["tlsVersion"], (string?)seen["addresses"]![0]!["certificate"]!["names"]![0]));
            Assert.All(servers, static server => Assert.DoesNotContain("mail=", server.Log, StringComparison.Ordinal)); // Postfix counts the commands of a session.
            Assert.Contains("probe.example.net", await host.Client.GetStringAsync(new Uri(host.DashboardUrl, "/about/checks"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }
        finally
        {
            await Task.WhenAll(servers.Select(static server => server.DisposeAsync().AsTask()));
        }
        var mended = await Task.WhenAll(cases.Select(item =>
            PostfixServer.StartAsync(new IPEndPoint(item.Address, 25), item.Domain, "discard:", Tls("mended." + item.Domain, Certificate("mx." + item.Domain)))));
        try
        {
            foreach (var item in cases)
            {
                await Poll.Until(
                    async () =>
                    {
                        await api.PostAsync($"domains/{item.Domain}/check"); // As the owner does who has just mended it.
                        return await FindAsync(api, item.Domain, item.Kind, isOpen: false) is not null;
                    },
                    Limit,
                    $"{item.Kind} of {item.Domain} is resolved");
            }
        }
        finally
        {
            await Task.WhenAll(mended.Select(static server => server.DisposeAsync().AsTask()));
        }
    }

    private static async Task<JsonNode?> FindAsync(ApiClient api, string domain, string kind, bool isOpen) => (await api.GetAsync("alerts"))["items"]!.AsArray()
        .FirstOrDefault(alert => (string?)alert!["domain"] == domain && (string?)alert["kind"] == kind && alert["resolvedAt"] is null == isOpen);

    private TestCertificate Certificate(string name, int hoursFrom = -1, int hoursUntil = 100)
    {
        var now = TimeProvider.System.GetUtcNow();
        return authority.IssueFor(TestCertificate.ForServers, now.AddHours(hoursFrom), now.AddHours(hoursUntil), name);
    }

    private string[] Tls(string file, TestCertificate certificate)
    {
        File.WriteAllText(folder[file + ".pem"], certificate.Key + "\n" + certificate.Pem + "\n");
        return ["smtpd_tls_security_level = may", $"smtpd_tls_chain_files = {folder[file + ".pem"]}", "smtpd_tls_loglevel = 1"];
    }

    /// <summary>An address of this process's own: the port is the real one, which others on the machine may use.</summary>
    private static IPAddress Own(byte which) => new([127, (byte)(90 + which), (byte)(Environment.ProcessId >> 8), (byte)((Environment.ProcessId % 250) + 1)]);
}
