using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.Playwright;
using MtaSts.Browser;
using MtaSts.Peers;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(Demo))]
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace MtaSts.Browser;

/// <summary>The built service with its demo data, and a browser: one of each for all tests. Debian's Chromium; nothing is downloaded.</summary>
public sealed class Demo : IAsyncLifetime
{
    public const string Email = "demo@mtasts.example";
    public const string Password = "look-around";

    private const string ApiToken = "browser-tests-api-token";
    private static readonly TimeSpan FillLimit = TimeSpan.FromMinutes(5);

    private IPlaywright? playwright;
    private IBrowser? browser;
    private HostProcess? host;
    private string? session;

    public Uri Url => host!.DashboardUrl;

    /// <summary>Starts both, unless Chromium is missing: then every test says so.</summary>
    public async ValueTask InitializeAsync()
    {
        if (Peer.FindProgram("chromium") is not { } chromium)
            return;
        // Short times: the demo waits for its policies to be spread before it shows their ids. No alert by time: what a page shows must not depend on how long the tests before it took.
        var settings = new Dictionary<string, string?>
        {
            ["Bootstrap:ApiToken"] = ApiToken,
            ["Gateway:Lease"] = "00:00:01",
            ["Hosting:AnnounceMargin"] = "00:00:01",
            ["Hosting:OutsideGrace"] = "12:00:00",
        };
        host = await HostProcess.StartAsync(settings, arguments: "--demo");
        Assertions.SetDefaultExpectTimeout(Visit.Patience);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = chromium,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
        await Poll.Until(() => host.Output.Contains("Demo data created", StringComparison.Ordinal), FillLimit, "the demo is filled");
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        if (host is not null)
            await host.DisposeAsync();
    }

    /// <summary>A new visitor with an empty browser.</summary>
    public async Task<Visit> StrangerAsync(int width = 1280, int height = 800)
    {
        Peer.RequireProgram("chromium", "chromium");
        return await Visit.BeginAsync(browser!, Url, width, height, null);
    }

    /// <summary>As <see cref="StrangerAsync"/>, at another service.</summary>
    public Task<Visit> StrangerAtAsync(Uri dashboard, int width = 1280) => Visit.BeginAsync(browser!, dashboard, width, 800, null);

    /// <summary>As <see cref="StrangerAsync"/>, with another browser's cookies.</summary>
    public Task<Visit> WithSessionAsync(string cookies) => Visit.BeginAsync(browser!, Url, 1280, 800, cookies);

    /// <summary>A visitor who has signed in.</summary>
    public async Task<Visit> OwnerAsync(int width = 1280, int height = 800)
    {
        Peer.RequireProgram("chromium", "chromium");
        if (session is null)
        {
            await using var first = await StrangerAsync();
            await first.SignInAsync(Email, Password);
            session = await first.Page.Context.StorageStateAsync();
        }
        return await Visit.BeginAsync(browser!, Url, width, height, session);
    }

    /// <summary>What the API says: the numbers that pages are compared with.</summary>
    public async Task<JsonElement> ApiAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Url, "/api/v1/" + path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiToken);
        using var answer = await host!.Client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }

    /// <summary>What a sender gets.</summary>
    public async Task<string> ServedPolicyAsync(string domain)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host!.GatewayUrl, "/.well-known/mta-sts.txt"));
        request.Headers.Host = "mta-sts." + domain;
        using var answer = await host.Client.SendAsync(request);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Without any session.</summary>
    public Task<HttpResponseMessage> GetAsync(string path) => host!.Client.GetAsync(new Uri(Url, path));
}
