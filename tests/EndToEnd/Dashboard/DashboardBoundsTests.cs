using System.Net;
using System.Net.WebSockets;
using MtaSts.EndToEnd.Hostile;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd.Dashboard;

/// <summary>What the dashboard's listener takes from whom, before anybody has signed in.</summary>
public sealed class DashboardBoundsTests(NamedFixture named) : IClassFixture<NamedFixture>
{
    private const int Large = 16 * 1024 * 1024;

    /// <summary>MiB. Sixty such bodies in memory would be a thousand.</summary>
    private const int MostGrowth = 100;

    [Theory]
    [InlineData("/sign-in", false, Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    [InlineData("/sign-in", true)]
    [InlineData("/sign-out", true, Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    [InlineData("/settings/password", true, Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    [InlineData("/nothing-here", true, Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    [InlineData("/_blazor/disconnect", true)]
    [InlineData("/_blazor?id=x", true, Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    [InlineData("/api/v1/reports", true, Traits = [LongFormAttribute.Trait, LongFormAttribute.Long])]
    [InlineData("/api/v1/domains", false)]
    public async Task Post_SixtyOf16MiBByAStranger_CostNoMemory(string path, bool isChunked)
    {
        await using var host = await HostProcess.StartAsync(ApiClient.Settings());
        var visitor = new DashboardVisitor(host);
        using (await visitor.SendAsync(HttpMethod.Get, "/sign-in")) { }
        using var memory = new MemoryWatch(host.Id);
        var before = memory.Now;

        await Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
        {
            try
            {
                using var content = new LargeForm(isChunked);
                using var answer = await new DashboardVisitor(host) { Cookies = new(visitor.Cookies) }.SendAsync(HttpMethod.Post, path, content);
                Assert.InRange((int)answer.StatusCode, 300, 499);
            }
            catch (HttpRequestException)
            {
                // The connection was closed while the body was under way.
            }
        }));

        Assert.InRange(memory.Peak - before, -1000, MostGrowth);
        using var alive = await visitor.SendAsync(HttpMethod.Get, "/openapi/v1.json");
        Assert.True(alive.StatusCode is HttpStatusCode.OK or HttpStatusCode.TooManyRequests);
    }

    [Theory]
    [InlineData("/sign-in")]
    [InlineData("/")]
    [InlineData("/_blazor")]
    [InlineData("/api/v1/workspace")]
    [InlineData("/openapi/v1.json")]
    public async Task Get_ForANameThatWasNotSet_IsRefusedWithWhatToSet(string path)
    {
        var host = named.Host;
        foreach (var (name, isRefused) in new[] { ("evil.example", true), ($"evil.example:{host.DashboardUrl.Port}", true), (NamedFixture.Name, false), ("localhost", false), ("[::1]:8460", false) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.DashboardUrl, path));
            request.Headers.Host = name;
            using var answer = await host.Client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.Equal(isRefused, answer.StatusCode == HttpStatusCode.BadRequest && text.Contains("Dashboard:Hosts", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("http://evil.example", false)]
    [InlineData("null", false)]
    [InlineData(null, false)]
    [InlineData("own", true)]
    public async Task Circuit_FromAnotherOrigin_IsRefused(string? origin, bool isOpened)
    {
        var host = named.Host;
        var owner = await new DashboardVisitor(host).SignInAsync();
        using var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", string.Join("; ", owner.Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin == "own" ? host.DashboardUrl.GetLeftPart(UriPartial.Authority) : origin);
        var connecting = socket.ConnectAsync(new UriBuilder(host.DashboardUrl) { Scheme = "ws", Path = "/_blazor" }.Uri, TestContext.Current.CancellationToken);

        if (isOpened)
            await connecting;
        else
            await Assert.ThrowsAsync<WebSocketException>(() => connecting);
    }

    private sealed class LargeForm : HttpContent
    {
        private static readonly byte[] Piece = new byte[64 * 1024];
        private readonly bool isChunked;

        public LargeForm(bool isChunked)
        {
            this.isChunked = isChunked;
            Headers.ContentType = new("application/x-www-form-urlencoded");
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            Array.Fill(Piece, (byte)'a');
            await stream.WriteAsync("Entry.Email="u8.ToArray());
            for (var sent = 12; sent < Large; sent += Piece.Length)
                await stream.WriteAsync(Piece.AsMemory(0, Math.Min(Piece.Length, Large - sent)));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = Large;
            return !isChunked;
        }
    }
}
