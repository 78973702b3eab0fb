using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>The classes that share the addresses.</summary>
[CollectionDefinition(Name)]
public sealed class HiddenCollection : ICollectionFixture<HiddenFixture>
{
    public const string Name = "hidden";
}

/// <summary>Two services on port 80, each on an address of its own, and the DNS of their owners.</summary>
public sealed class HiddenFixture : IAsyncLifetime
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private BindServer? bind;
    private HostProcess? first;
    private HostProcess? second;

    public BindServer Bind => bind!;

    /// <summary>Addresses of this process's own: the port is the real one, which others on the machine may use.</summary>
    public static IPAddress FirstAddress { get; } = Own(86);

    public static IPAddress SecondAddress { get; } = Own(87);

    /// <summary>Where a stranger's server listens.</summary>
    public static IPAddress StrangerAddress { get; } = Own(88);

    public HostProcess First => first!;

    public HostProcess Second => second!;

    internal ApiClient Api => new(First);

    public async ValueTask InitializeAsync()
    {
        bind = await BindServer.StartAsync();
        first = await StartAsync(FirstAddress);
        second = await StartAsync(SecondAddress);
    }

    public async ValueTask DisposeAsync()
    {
        if (second is not null)
            await second.DisposeAsync();
        if (first is not null)
            await first.DisposeAsync();
        if (bind is not null)
            await bind.DisposeAsync();
    }

    /// <summary>Claims a domain; false while a former claim of it is on its way out.</summary>
    public async Task<bool> TryClaimAsync(string domain)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(First.DashboardUrl, "/api/v1/domains")) { Content = System.Net.Http.Json.JsonContent.Create(new { name = domain }) };
        request.Headers.Authorization = new("Bearer", ApiClient.Token);
        using var response = await First.Client.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.Conflict, $"{response.StatusCode}");
        return response.IsSuccessStatusCode;
    }

    /// <summary>Claims a domain, gives it a policy and switches hosting on.</summary>
    public async Task<JsonNode> WantHostingAsync(string domain, HostProcess? host = null)
    {
        var api = new ApiClient(host ?? First);
        var claimed = await api.PostAsync("domains", new { name = domain });
        await api.PutAsync($"domains/{domain}/policy", new { mode = "testing", mx = new[] { "mx1." + domain }, maxAge = 86_400 });
        await api.PutAsync($"domains/{domain}/hosting");
        return claimed;
    }

    /// <summary>Looks at the domain's DNS now and returns the hosting that follows.</summary>
    public async Task<JsonNode> CheckAsync(string domain)
    {
        await Api.PostAsync($"domains/{domain}/check");
        return (await Api.GetAsync($"domains/{domain}"))["hosting"]!;
    }

    public async Task UntilLiveAsync(string domain, HostProcess? host = null)
    {
        var api = new ApiClient(host ?? First);
        await api.PostAsync($"domains/{domain}/check");
        await Poll.Until(async () => (string?)(await api.GetAsync($"domains/{domain}"))["hosting"]!["state"] == "live", Limit, $"{domain} is live");
    }

    /// <summary>Sends bytes as they are to a gateway and reads one answer, as far as it comes.</summary>
    public static async Task<string> SendAsync(IPAddress gateway, string request)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var client = new TcpClient();
        await client.ConnectAsync(gateway, 80, limit.Token);
        var stream = client.GetStream();
        var answer = new StringBuilder();
        try
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes(request), limit.Token);
            var buffer = new byte[4_096];
            while (!IsWhole(answer.ToString()) && await stream.ReadAsync(buffer, limit.Token) is > 0 and var count)
                answer.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
        catch (IOException)
        {
            // Refused while it was still being sent: what was answered before counts.
        }
        return answer.ToString();
    }

    private static bool IsWhole(string answer)
    {
        const string Field = "Content-Length: ";
        var (end, field) = (answer.IndexOf("\r\n\r\n", StringComparison.Ordinal), answer.IndexOf(Field, StringComparison.OrdinalIgnoreCase));
        return end >= 0 && field >= 0 && answer.Length - end - 4 >= int.Parse(answer.AsSpan(field + Field.Length, answer.IndexOf('\r', field) - field - Field.Length), CultureInfo.InvariantCulture);
    }

    public static Task<string> GetPolicyAsync(IPAddress gateway, string host) =>
        SendAsync(gateway, $"GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: {host}\r\n\r\n");

    private Task<HostProcess> StartAsync(IPAddress gateway) => HostProcess.StartAsync(ApiClient.Settings(
        ("Dns:Servers", Bind.Address.ToString()), ("Hosting:Target", "sts.test"), ("Hosting:RecordZone", BindServer.UpdateZone), ("Hosting:DnsProvider", "Rfc2136"),
        ("Rfc2136:Servers", Bind.Address.ToString()), ("Rfc2136:KeyName", Bind.Key.Name), ("Rfc2136:KeySecret", Bind.Key.Base64), ("Intake:MailDomain", "reports.sts.test"),
        ("Gateway:Url", $"http://{gateway}:80"), ("Gateway:Lease", "00:00:01"),
        ("Hosting:CheckWhileWaiting", "00:00:02"), ("Outside:AllowPrivateAddresses", "true")));

    private static IPAddress Own(byte second) => new([127, second, (byte)(Environment.ProcessId >> 8), (byte)((Environment.ProcessId % 250) + 1)]);
}
