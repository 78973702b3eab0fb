using System.Net;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd.Dashboard;

/// <summary>Addresses and methods that no link of the dashboard has, and that people, monitors and other sites try.</summary>
public sealed class SignInAddressTests
{
    /// <summary>A client that keeps its method follows at most one redirect, to the sign-in.</summary>
    [Fact]
    public async Task Request_OfAnyMethodByAStranger_LeadsNowhereInALoop()
    {
        await using var host = await HostProcess.StartAsync(ApiClient.Settings());
        var visitor = new DashboardVisitor(host);
        foreach (var method in new[] { HttpMethod.Head, HttpMethod.Options, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch, HttpMethod.Trace })
        {
            foreach (var path in new[] { "/sign-in", "/sign-in?left=true", "/sign-out", "/", "/domains", "/settings/password", "/not-found", "/nothing-here", "/_content/MtaSts.Web/icon.svg", "/openapi/v1.json" })
            {
                using var first = await visitor.SendAsync(method, path, headers: ("Accept", "text/html"));
                using var second = first.StatusCode == HttpStatusCode.Redirect ? await visitor.SendAsync(method, visitor.Location!.PathAndQuery) : null;
                var status = (second ?? first).StatusCode;
                Assert.True(status == HttpStatusCode.MethodNotAllowed || (status == HttpStatusCode.OK && method == HttpMethod.Head), $"{method} {path}: {(int)status}");
                Assert.False(path.StartsWith("/sign-in", StringComparison.Ordinal) && second is not null, $"{method} {path} is redirected");
            }
        }
        using var head = await visitor.SendAsync(HttpMethod.Head, "/sign-in");
        Assert.Equal(("text/html", 0), (head.Content.Headers.ContentType?.MediaType, (await head.Content.ReadAsByteArrayAsync()).Length));
        using var options = await visitor.SendAsync(HttpMethod.Options, "/sign-in");
        Assert.Equal(["GET", "HEAD", "POST"], options.Content.Headers.Allow.Order());
        using var owner = await (await visitor.SignInAsync()).SendAsync(HttpMethod.Head, "/domains");
        Assert.Equal(HttpStatusCode.OK, owner.StatusCode);
    }

    [Fact]
    public async Task SignIn_WithAnAddressToGoTo_GoesThereOnlyWithinTheDashboard()
    {
        await using var host = await HostProcess.StartAsync(ApiClient.Settings());
        (string Query, string Expected)[] cases =
        [
            ("?next=https://elsewhere.example/", "/"),
            ("?next=//elsewhere.example/", "/"),
            ("?returnUrl=https://elsewhere.example/", "/"),
            ("?returnUrl=//elsewhere.example/", "/"),
            ("?returnUrl=/%5Celsewhere.example", "/"),
            ("?returnUrl=/%09/elsewhere.example", "/"),
            ("?returnUrl=/a%0D%0Ab", "/"),
            ("?returnUrl=javascript:alert(1)", "/"),
            ("?returnUrl=a&returnUrl=b", "/"),
            ("?returnUrl=/sign-in?returnUrl=/sign-in", "/"),
            ("?returnUrl=", "/"),
            ("?left=maybe", "/"),
            ("?left=true&left=1", "/"),
            ("?returnUrl=/domains?x=1%23y", "/domains?x=1#y"),
        ];
        foreach (var (query, expected) in cases)
        {
            var visitor = new DashboardVisitor(host);
            var (status, text) = await visitor.FillInAsync("/sign-in" + query, null, ("_handler", "sign-in"), ("Entry.Email", DashboardVisitor.Email), ("Entry.Password", DashboardVisitor.Password));
            Assert.True(status == HttpStatusCode.Redirect, $"{query}: {(int)status} {text}");
            Assert.Equal(new Uri(host.DashboardUrl, expected), visitor.Location);
        }
    }
}
