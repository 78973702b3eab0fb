using System.Text;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Grains;
using Xunit;

namespace MtaSts.Host.Tests.Gateway;

/// <summary>What senders get over the wire (RFC 8461 §3.2, §3.3), and that there is nothing else to get.</summary>
public sealed class GatewayHttpTests
{
    private const string Host = "mta-sts.example.com";
    private static readonly string Body = Encoding.ASCII.GetString(HandDrivenSource.Policy(1).Body);

    [Fact]
    public async Task Get_ThePolicy_IsItsBytesAndNoMore()
    {
        await using var scene = await GatewayScene.StartAsync();

        var answer = await scene.AskAsync(GatewayScene.PolicyPath, Host);

        Assert.Equal((200, Body), (answer.Status, answer.Body));
        Assert.Equal("text/plain; charset=utf-8", answer["Content-Type"]);
        Assert.Equal(Body.Length.ToString(), answer["Content-Length"]);
        Assert.Equal("nosniff", answer["X-Content-Type-Options"]);
        Assert.Equal(["Cache-Control", "Connection", "Content-Length", "Content-Type", "Date", "X-Content-Type-Options"], answer.Headers.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Get_ThePolicy_MayBeKeptNoLongerThanTheLeaseLasts()
    {
        var clock = new FakeTimeProvider();
        await using var scene = await GatewayScene.StartAsync(clock: clock);

        Assert.Equal("max-age=15, must-revalidate", (await scene.AskAsync(GatewayScene.PolicyPath, Host))["Cache-Control"]);
        clock.Advance(TimeSpan.FromSeconds(6.5));
        Assert.Equal("max-age=8, must-revalidate", (await scene.AskAsync(GatewayScene.PolicyPath, Host))["Cache-Control"]);
    }

    [Fact]
    public async Task Get_WhatIsServedBeyondItsLease_MayNotBeKept()
    {
        await using var scene = await GatewayScene.StartAsync(static options => options.Lease = TimeSpan.FromMilliseconds(50));
        await scene.AskAsync(GatewayScene.PolicyPath, Host);
        scene.Source.Failure = new InvalidOperationException("down");

        // The lease ends while the store is down.
        await Peers.Poll.Until(async () =>
        {
            var answer = await scene.AskAsync(GatewayScene.PolicyPath, Host);
            Assert.Equal((200, Body, "max-age=0, must-revalidate"), (answer.Status, answer.Body, answer["Cache-Control"]));
            return scene.Source.Asked > 1;
        }, TimeSpan.FromSeconds(10), "the source is asked again");
    }

    [Fact]
    public async Task Head_ThePolicy_IsTheSameHeadWithoutABody()
    {
        await using var scene = await GatewayScene.StartAsync();

        var answer = await scene.AskAsync(GatewayScene.PolicyPath, Host, "HEAD");

        Assert.Equal((200, "", Body.Length.ToString()), (answer.Status, answer.Body, answer["Content-Length"]));
        Assert.Equal("", (await scene.AskAsync(GatewayScene.PolicyPath, "mta-sts.unknown.example", "HEAD")).Body);
    }

    [Theory]
    [InlineData("MTA-STS.EXAMPLE.COM")]
    [InlineData("mta-sts.example.com.")]
    [InlineData("mta-sts.example.com:443")]
    [InlineData("Mta-Sts.Example.Com.:8461")]
    public async Task Get_TheHostInAnotherSpelling_IsTheSamePolicy(string host)
    {
        await using var scene = await GatewayScene.StartAsync();

        var answer = await scene.AskAsync(GatewayScene.PolicyPath, host);

        Assert.Equal((200, Body), (answer.Status, answer.Body));
    }

    [Theory]
    [InlineData("mta-sts.unknown.example", 404)]
    [InlineData("mta-sts.sub.example.com", 404)]
    [InlineData("example.com", 404)]
    [InlineData("www.example.com", 404)]
    [InlineData("mta-sts.", 404)]
    [InlineData("mta-sts", 404)]
    [InlineData("mta-sts.com", 404)]
    [InlineData("mta-sts..example.com", 404)]
    [InlineData("mta-sts.xn--bcher-kva.example", 404)]
    [InlineData("mta-sts.*.example.com", 400)]
    [InlineData("*.example.com", 400)]
    [InlineData("127.0.0.1", 404)]
    [InlineData("[::1]", 404)]
    [InlineData("mta-sts.b\u00fccher.example", 400)]
    [InlineData("mta-sts.example.com/..", 400)]
    [InlineData("mta-sts.example.com:port", 400)]
    [InlineData("mta-sts.example.com, mta-sts.example.org", 400)]
    [InlineData("user@mta-sts.example.com", 400)]
    public async Task Get_AHostThatIsNotServed_IsRefusedInPlainText(string host, int status)
    {
        await using var scene = await GatewayScene.StartAsync();

        var answer = await scene.AskAsync(GatewayScene.PolicyPath, host);

        // Whatever the server itself refuses is as good: never 200, never a redirect, never HTML.
        Assert.Contains(answer.Status, new[] { status, 400, 404 });
        Assert.DoesNotContain("<", answer.Body, StringComparison.Ordinal);
        if (answer.Status == 404)
            Assert.Equal(("text/plain; charset=utf-8", "no-store", "nosniff"), (answer["Content-Type"], answer["Cache-Control"], answer["X-Content-Type-Options"]));
    }

    [Fact]
    public async Task Get_AnIdnDomain_IsServedUnderItsALabels()
    {
        await using var scene = await GatewayScene.StartAsync();
        scene.Source.Serve("xn--bcher-kva.example", HandDrivenSource.Policy(4));

        Assert.Equal(200, (await scene.AskAsync(GatewayScene.PolicyPath, "mta-sts.XN--bcher-kva.example")).Status);
    }

    [Fact]
    public async Task Get_AnOverLongHost_IsRefused()
    {
        await using var scene = await GatewayScene.StartAsync();

        Assert.Equal(404, (await scene.AskAsync(GatewayScene.PolicyPath, "mta-sts." + string.Join('.', Enumerable.Repeat(new string('a', 60), 10)))).Status);
        Assert.Contains((await scene.AskAsync(GatewayScene.PolicyPath, "mta-sts." + new string('a', 20_000))).Status, new[] { 400, 431 });
        Assert.Equal(0, scene.Source.Asked);
    }

    [Theory]
    [InlineData("GET /.well-known/mta-sts.txt HTTP/1.1\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.com\r\nHost: mta-sts.example.com\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.com\r\nHost: mta-sts.example.org\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n", 404)]
    [InlineData("GET http://mta-sts.example.com/.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.com\r\nConnection: close\r\n\r\n", 200)]
    [InlineData("GET http://mta-sts.example.com/.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.example.org\r\nConnection: close\r\n\r\n", 400)]
    [InlineData("GET /.well-known/mta-sts.txt HTTP/1.0\r\nHost: mta-sts.example.com\r\n\r\n", 200)]
    [InlineData("GET /.well-known/mta-sts.txt HTTP/1.0\r\n\r\n", 404)]
    [InlineData("GET /.well-known/mta-sts.txt?x=y HTTP/1.1\r\nHost: mta-sts.example.com\r\nConnection: close\r\n\r\n", 200)]
    [InlineData("GET /.well-known/mta-sts.txt HTTP/3.0\r\nHost: mta-sts.example.com\r\n\r\n", 505)]
    [InlineData("GARBAGE\r\n\r\n", 400)]
    [InlineData("\u0016\u0003\u0001\u0002\r\n\r\n", 400)]
    public async Task Get_AnOddRequest_IsAnsweredByTheBook(string request, int status)
    {
        await using var scene = await GatewayScene.StartAsync();

        var answer = Answer.Read(await scene.SendAsync(request));

        Assert.Equal(status, answer.Status);
        if (status == 200)
            Assert.Equal(Body, answer.Body);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/.well-known")]
    [InlineData("/.well-known/")]
    [InlineData("/.well-known/mta-sts.txt/")]
    [InlineData("/.well-known/MTA-STS.TXT")]
    [InlineData("/.well-known/mta-sts.tx")]
    [InlineData("/.well-known/acme-challenge/x")]
    [InlineData("/api/v1/domains")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/tlsrpt")]
    [InlineData("/index.html")]
    public async Task Get_AnyOtherPath_Is404WithoutARedirect(string path)
    {
        await using var scene = await GatewayScene.StartAsync();

        var answer = await scene.AskAsync(path, Host);

        Assert.Equal((404, null, 0), (answer.Status, answer["Location"], scene.Source.Asked));
    }

    [Theory]
    [InlineData(GatewayScene.PolicyPath, "POST", "GET, HEAD")]
    [InlineData(GatewayScene.PolicyPath, "PUT", "GET, HEAD")]
    [InlineData(GatewayScene.PolicyPath, "DELETE", "GET, HEAD")]
    [InlineData(GatewayScene.PolicyPath, "OPTIONS", "GET, HEAD")]
    [InlineData(GatewayScene.PolicyPath, "TRACE", "GET, HEAD")]
    [InlineData("/tlsrpt/abc", "GET", "POST")]
    [InlineData("/tlsrpt/abc", "PUT", "POST")]
    [InlineData("/healthz", "POST", "GET, HEAD")]
    [InlineData("/readyz", "DELETE", "GET, HEAD")]
    public async Task Ask_AnotherMethod_Is405AndNamesThoseAllowed(string path, string method, string allowed)
    {
        await using var scene = await GatewayScene.StartAsync();

        var answer = await scene.AskAsync(path, Host, method, headers: "Content-Length: 0");

        Assert.Equal((405, allowed), (answer.Status, answer["Allow"]));
    }

    [Fact]
    public async Task Get_SeveralRequestsAtOnce_AreAnsweredInOrder()
    {
        await using var scene = await GatewayScene.StartAsync();
        scene.Source.Serve("example.org", HandDrivenSource.Policy(2));
        static string Request(string host) => $"GET {GatewayScene.PolicyPath} HTTP/1.1\r\nHost: mta-sts.{host}\r\n";

        var answers = await scene.SendAsync(Request("example.com") + "\r\n" + Request("example.org") + "\r\n" + Request("unknown.example") + "Connection: close\r\n\r\n");

        var places = new[] { "mx: mx1.example.com", "mx: mx2.example.com", "HTTP/1.1 404" }.Select(text => answers.IndexOf(text, StringComparison.Ordinal)).ToList();
        Assert.DoesNotContain(-1, places);
        Assert.Equal(places.Order(), places);
    }

    /// <summary>A connection that is opened and dribbles is closed; the server's own clock decides, so that this test takes as long.</summary>
    [Fact]
    public async Task Get_HeadersThatDoNotEnd_IsTimedOut()
    {
        await using var scene = await GatewayScene.StartAsync();

        var answer = await scene.SendAsync("GET /.well-known/mta-sts.txt HTTP/1.1\r\nHost: mta-sts.exam");

        Assert.Equal(408, Answer.Read(answer).Status);
    }

    [Fact]
    public async Task Get_NobodyCanTell_Is503AndSaysWhenToComeAgain()
    {
        await using var scene = await GatewayScene.StartAsync();
        scene.Source.Failure = new InvalidOperationException("secret words");

        var answer = await scene.AskAsync(GatewayScene.PolicyPath, Host);

        Assert.Equal((503, "5", "no-store"), (answer.Status, answer["Retry-After"], answer["Cache-Control"]));
        Assert.DoesNotContain("secret", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_HealthAndReadiness_SayWhatIs()
    {
        await using var scene = await GatewayScene.StartAsync();

        scene.StoreProblem = "The store does not answer.";
        Assert.Equal((503, "The store does not answer.\n"), await Page("/readyz")); // Not once yet.
        Assert.Equal((200, "ok\n"), await Page("/healthz"));
        scene.StoreProblem = null;
        Assert.Equal((200, "ok\n"), await Page("/readyz"));
        // From now on it is of use without storage, and a load balancer is to leave it in.
        scene.StoreProblem = "The store does not answer.";
        Assert.Equal((200, "degraded: The store does not answer.\n"), await Page("/readyz"));
        scene.Now = new SpoolView("/var/spool", null, 3, 900, new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), 0, []);
        Assert.Equal((200, "degraded: The store does not answer.\n3 reports wait on this machine's disk since 2026-03-01 00:00:00 UTC; they are counted when storage answers.\n"), await Page("/readyz"));
        scene.Now = new SpoolView("/var/spool", null, 0, 0, null, 0, []);
        scene.StoreProblem = null;
        scene.StopApplication();
        Assert.Equal((503, "The service is stopping.\n"), await Page("/readyz"));

        async Task<(int, string)> Page(string path) => await scene.AskAsync(path, "anything") is var answer ? (answer.Status, answer.Body) : default;
    }
}
