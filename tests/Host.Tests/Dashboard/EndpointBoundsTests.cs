using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MtaSts.Host.Api;
using MtaSts.Host.Bootstrap;
using MtaSts.Host.Dashboard;
using MtaSts.Host.Dashboard.Bounds;
using MtaSts.Host.Dns;
using MtaSts.Host.Fetch;
using MtaSts.Host.Gateway;
using MtaSts.Host.Modules;
using MtaSts.Host.Spool;
using MtaSts.Host.Storage;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Host.Tests.Dashboard;

/// <summary>Every endpoint of the dashboard's listener, those that will be added too.</summary>
public sealed class EndpointBoundsTests
{
    /// <summary>What is open to strangers. Each of them reads nothing, or a form of a few hundred bytes.</summary>
    private static readonly string[] Open = ["/sign-in", "/openapi/{documentName}.json", "/api/", "/recipients/"];

    [Fact]
    public async Task Endpoints_All_HaveABoundOnBodiesAndRatesAndLetNoStrangerReadMore()
    {
        await using var store = TempStore.Sqlite();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ApplicationName = "MtaSts.Host", Args = [$"--Dashboard:Url=http://127.0.0.1:{FreePort.Next()}"] });
        builder.Configuration.AddInMemoryCollection(store.Settings);
        builder.Logging.ClearProviders();
        builder.AddDefaults();
        builder.AddStandInGateway();
        builder.AddStorage();
        builder.AddDns();
        builder.AddFetch();
        builder.AddModules();
        builder.AddGrains();
        builder.AddSpool();
        builder.AddBootstrap();
        builder.AddStandInGatewayEnd();
        builder.AddGateway();
        builder.AddApi();
        builder.AddDashboard();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Gateway:Url"] = $"http://127.0.0.1:{FreePort.Next()}",
            ["Spool:Path"] = Path.Combine(Path.GetDirectoryName(store.ConnectionString["Data Source=".Length..])!, "spool"),
        });
        await using var app = builder.Build();
        var seen = new SeenBodies();
        app.Use(seen.WatchAsync);
        app.UseBounds();
        app.MapApi();
        app.MapDashboard();
        await app.StartAsync(TestContext.Current.CancellationToken);

        var endpoints = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToArray();
        Assert.True(endpoints.Length > 50);
        Assert.All(endpoints, HasNoExemption);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()) };
        foreach (var path in endpoints.Select(Path_).Distinct(StringComparer.Ordinal))
        {
            foreach (var method in new[] { HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete })
                await SendAsync(client, method, path);
        }
        // Pages and answers write their own address.
        foreach (var path in endpoints.Select(Path_).Distinct(StringComparer.Ordinal))
        {
            foreach (var head in new[] { $"GET {path} HTTP/1.0\r\n\r\n", $"GET {path} HTTP/1.1\r\nHost:\r\n\r\n", $"GET {path} HTTP/1.1\r\nHost: localhost:99999\r\n\r\n", $"GET {path} HTTP/1.1\r\nHost: a..localhost\r\n\r\n" })
                Assert.StartsWith("HTTP/1.1 400 ", await SayAsync(client.BaseAddress!, head), StringComparison.Ordinal);
        }
        // Whoever read: never more than a stranger's form, and an open page's message where only a session comes.
        Assert.All(seen.Bytes, one => Assert.InRange(one.Value, 0, one.Key.StartsWith("/_blazor", StringComparison.Ordinal) ? BodyLimits.Circuit : BodyLimits.Anonymous));
        Assert.InRange(app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<Microsoft.AspNetCore.SignalR.HubOptions>>().Value.MaximumReceiveMessageSize!.Value, 1, BodyLimits.Message);
        Assert.NotNull(app.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<RateLimiterOptions>>().Value.GlobalLimiter);
        await app.StopAsync(TestContext.Current.CancellationToken);
    }

    private static void HasNoExemption(RouteEndpoint endpoint)
    {
        Assert.Null(endpoint.Metadata.GetMetadata<DisableRateLimitingAttribute>());
        Assert.Null(endpoint.Metadata.GetMetadata<IRequestSizeLimitMetadata>());
        var pattern = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
        var isFile = endpoint.Metadata.GetMetadata<HttpMethodMetadata>() is { HttpMethods: var methods } && methods.All(method => method is "GET" or "HEAD");
        if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null && !isFile)
            Assert.Contains(Open, open => pattern.StartsWith(open, StringComparison.Ordinal));
    }

    private static string Path_(RouteEndpoint endpoint) =>
        "/" + string.Join('/', endpoint.RoutePattern.PathSegments.Select(segment => string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            RoutePatternParameterPart { Name: "number" } => "1",
            RoutePatternParameterPart { Name: "what" } => "reports",
            _ => "x",
        }))));

    /// <returns>The first line of the answer.</returns>
    private static async Task<string> SayAsync(Uri server, string request)
    {
        using var connection = new System.Net.Sockets.TcpClient();
        await connection.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        await connection.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(request), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(connection.GetStream());
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
    }

    private static async Task SendAsync(HttpClient client, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(new byte[300_000]) };
        request.Headers.TransferEncodingChunked = true;
        request.Content.Headers.ContentType = new("application/x-www-form-urlencoded");
        try
        {
            using var answer = await client.SendAsync(request);
            Assert.False(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode}");
            Assert.InRange((int)answer.StatusCode, 300, 499);
        }
        catch (HttpRequestException)
        {
            // Closed while the body was under way.
        }
    }

    /// <summary>Counts what of the bodies anything behind it reads.</summary>
    private sealed class SeenBodies
    {
        public System.Collections.Concurrent.ConcurrentDictionary<string, long> Bytes { get; } = new(StringComparer.Ordinal);

        public async Task WatchAsync(HttpContext context, RequestDelegate next)
        {
            var counting = new Counting(context.Request.Body);
            context.Request.Body = counting;
            try
            {
                await next(context);
            }
            finally
            {
                Bytes.AddOrUpdate(context.Request.Path, counting.Count, (_, before) => Math.Max(before, counting.Count));
            }
        }
    }

    private sealed class Counting(Stream body) : Stream
    {
        public long Count { get; private set; }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await body.ReadAsync(buffer, cancellationToken);
            Count += read;
            return read;
        }

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
