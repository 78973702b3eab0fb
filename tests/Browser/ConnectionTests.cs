using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Playwright;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Browser;

/// <summary>A page whose connection to the service is lost: it takes no input, says so, keeps what was typed, and never becomes the browser's error page.</summary>
public sealed class ConnectionTests(Demo demo)
{
    private const string Email = "owner@first.example";
    private const string Password = "a long enough password";
    private const string ApiToken = "connection-test-api-token";
    private const string Secret = "typed-into-a-password-field";
    private const string Domain = "typed.example";
    private const string Mx = "mx1.typed.example\nmx2.typed.example";
    private const string Reason = "Typed before the service went";

    private static readonly LocatorAssertionsToHaveValueOptions Patiently = new() { Timeout = 60_000 };

    [Fact]
    public async Task Service_StoppedWhileAFormIsHalfFilled_ShowsTheTextAgainWhenItIsBack()
    {
        Peer.RequireProgram("chromium", "chromium");
        await using var host = await StartAsync();
        await using var visit = await demo.StrangerAtAsync(host.DashboardUrl);
        visit.ExpectFaults("ERR_", "WebSocket", "_blazor", "Connection", "401", "Failed to", "Error:");
        var left = new List<string>();
        visit.Page.FrameNavigated += (_, frame) => left.Add(frame.Url);
        var asked = 0;
        visit.Page.RequestFailed += (_, request) => asked += new Uri(request.Url).AbsolutePath == "/" ? 1 : 0;
        await FillAsync(visit);
        left.Clear();

        await host.StopAsync();
        await SaysSoAndIsInertAsync(visit);
        var kept = await visit.Page.EvaluateAsync<string>("JSON.stringify(sessionStorage) + JSON.stringify(localStorage)");
        Assert.Contains("mx2.typed.example", kept, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, kept, StringComparison.Ordinal);
        // Some questions long nobody answers, and the page stays.
        await Poll.Until(() => Volatile.Read(ref asked) >= 2, TimeSpan.FromMinutes(2), "the page asks whether the service answers");
        Assert.Empty(left);

        await host.StartAgainAsync();
        await Visit.Expect(visit.Page.Locator("#mx")).ToHaveValueAsync(Mx, Patiently);
        await Visit.Expect(visit.Page.Locator("#reason")).ToHaveValueAsync(Reason, Patiently);
        await Visit.Expect(visit.Page.GetByRole(AriaRole.Radio, new() { Name = "none" })).ToBeCheckedAsync();
        await Visit.Expect(visit.Page.Locator(".connection-box")).ToBeHiddenAsync(new() { Timeout = Patiently.Timeout });
        await Visit.Expect(visit.Page.Locator("[data-offline]")).ToHaveCountAsync(0);
        Assert.All(left, url => Assert.StartsWith(host.DashboardUrl.ToString(), url, StringComparison.Ordinal));
        await Poll.Until(async () => await visit.Page.EvaluateAsync<string>("JSON.stringify(sessionStorage)") == "{}", TimeSpan.FromMinutes(2), "everything is put back");
        // The service has it too, not only the page.
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Save draft" }).ClickAsync();
        await Visit.Expect(visit.Page.Locator("pre.file")).ToContainTextAsync("mx: mx2.typed.example", new() { Timeout = Patiently.Timeout });
        Assert.Equal("{}", await visit.Page.EvaluateAsync<string>("JSON.stringify(sessionStorage)"));
    }

    [Fact]
    public async Task Connection_BrokenForAMoment_IsTakenUpWithWhatWasTyped()
    {
        Peer.RequireProgram("chromium", "chromium");
        await using var host = await StartAsync();
        await using var visit = await demo.StrangerAtAsync(host.DashboardUrl);
        visit.ExpectFaults("WebSocket", "Connection", "Error:");
        var sockets = new List<IWebSocketRoute>();
        await visit.Page.RouteWebSocketAsync(url => url.Contains("/_blazor", StringComparison.Ordinal), socket =>
        {
            sockets.Add(socket);
            socket.ConnectToServer();
        });
        await FillAsync(visit);
        await visit.Page.EvaluateAsync("window.isStillThisPage = true; window.wasInert = false; new MutationObserver(() => window.wasInert ||= !!document.querySelector('[data-offline] #mx, [data-offline]#mx')).observe(document.body, { subtree: true, attributes: true })");
        await sockets[^1].CloseAsync(new() { Code = 1001 });
        await visit.Page.WaitForFunctionAsync("() => window.wasInert");
        await Visit.Expect(visit.Page.Locator("[data-offline]")).ToHaveCountAsync(0);
        Assert.True(await visit.Page.EvaluateAsync<bool>("window.isStillThisPage === true"));
        await Visit.Expect(visit.Page.Locator("#reason")).ToHaveValueAsync(Reason);
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Save draft" }).ClickAsync();
        await Visit.Expect(visit.Page.Locator("pre.file")).ToContainTextAsync("mx: mx2.typed.example", new() { Timeout = Patiently.Timeout });
    }

    [Fact]
    public async Task Page_BeyondTheMostOfAnAccount_SaysWhatToDoAndLoadsWhenOthersAreClosed()
    {
        Peer.RequireProgram("chromium", "chromium");
        await using var host = await StartAsync();
        await using var visit = await demo.StrangerAtAsync(host.DashboardUrl);
        visit.ExpectFaults("WebSocket", "Connection", "Error", "error");
        await visit.SignInAsync(Email, Password);
        await visit.OpenAsync("/alerts");
        // Connections as 39 further tabs have them.
        await visit.Page.EvaluateAsync("""
            Promise.all(window.others = Array.from({ length: 39 }, () => new Promise((done, failed) => {
              const socket = new WebSocket(`ws://${location.host}/_blazor`);
              socket.binaryType = 'arraybuffer';
              socket.onopen = () => socket.send('{"protocol":"blazorpack","version":1}\u001e');
              socket.onmessage = () => done(socket);
              socket.onerror = failed;
            })))
            """);
        var next = await visit.Page.Context.NewPageAsync();

        await next.GotoAsync("/domains");

        await Visit.Expect(next.Locator("#connection-words")).ToContainTextAsync("Your account has 40 pages open, which is the limit. Close other tabs");
        await Visit.Expect(next.Locator(".connection-box")).ToBeVisibleAsync();
        await Visit.Expect(next.Locator("main[inert]")).ToHaveCountAsync(1);
        await next.GetByRole(AriaRole.Button, new() { Name = "Try again now" }).ClickAsync();
        await Visit.Expect(next.Locator("#connection-words")).ToContainTextAsync("Your account has 40 pages open");

        await visit.Page.EvaluateAsync("Promise.all(window.others).then(all => all.slice(0, 2).forEach(one => one.close()))");

        await Visit.Expect(next.Locator("main:not([inert]) h1")).ToHaveTextAsync("Domains", new() { Timeout = Patiently.Timeout });
        await Visit.Expect(next.Locator(".connection-box")).ToBeHiddenAsync();
    }

    private static async Task FillAsync(Visit visit)
    {
        await visit.SignInAsync(Email, Password);
        await visit.OpenAsync($"/domains/{Domain}/policy");
        await visit.Page.GetByRole(AriaRole.Radio, new() { Name = "none" }).CheckAsync();
        await visit.Page.EvaluateAsync("document.querySelector('form.fields').insertAdjacentHTML('beforeend', '<input type=password id=secret>')");
        await visit.Page.Locator("#secret").PressSequentiallyAsync(Secret);
        await visit.Page.Locator("#reason").PressSequentiallyAsync(Reason);
        await visit.Page.Locator("#mx").FillAsync(""); // Filled from the DNS, had that answered.
        await visit.Page.Locator("#mx").PressSequentiallyAsync(Mx);
    }

    private static async Task SaysSoAndIsInertAsync(Visit visit)
    {
        var words = visit.Page.Locator("#connection-words");
        await Visit.Expect(words).ToContainTextAsync("The connection to the service is lost");
        await Visit.Expect(words).ToHaveAttributeAsync("role", "alert");
        await Visit.Expect(visit.Page.Locator(".connection-box")).ToBeVisibleAsync();
        Assert.True(await visit.Page.EvaluateAsync<bool>("[...document.querySelectorAll('main button, main input, main textarea, main a, nav a')].every(one => one.closest('[inert]'))"));
        Assert.False(await visit.Page.EvaluateAsync<bool>("!!document.querySelector('#connection-retry').closest('[inert]')"));
    }

    private static async Task<HostProcess> StartAsync()
    {
        var host = await HostProcess.StartAsync(new Dictionary<string, string?>
        {
            ["Bootstrap:Email"] = Email,
            ["Bootstrap:Password"] = Password,
            ["Bootstrap:ApiToken"] = ApiToken,
            ["Dns:Servers"] = "127.0.0.1:9", // Nobody answers: nothing leaves this machine.
        });
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(host.DashboardUrl, "/api/v1/domains")) { Content = JsonContent.Create(new { name = Domain }) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", ApiToken);
        using var answer = await host.Client.SendAsync(request);
        answer.EnsureSuccessStatusCode();
        return host;
    }
}
