using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace MtaSts.Host.Tests.Modules;

/// <summary>The HTTP client that a module gets, against servers that misbehave.</summary>
public sealed class ModuleHttpTests : IAsyncDisposable
{
    private const string Secret = "s3cr3t";
    private readonly HttpScene scene = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => scene.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Send_ServerHangs_FailsAfterTheTimeOfAnAttempt(bool afterPartOfTheBody)
    {
        var client = await scene.StartAsync((context, _) => HangAsync(context, afterPartOfTheBody), http => http.MaxAttempts = 1);
        var call = client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead, Cancelled);
        await scene.ArrivedAsync();
        scene.Clock.Advance(TimeSpan.FromSeconds(8.9));
        Assert.False(call.IsCompleted);
        scene.Clock.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal("no answer within 9 s", (await Assert.ThrowsAsync<HttpRequestException>(() => call)).Message);
    }

    [Fact]
    public async Task Send_ServerHangsAtEachAttempt_FailsAfterTheTotalTime()
    {
        var client = await scene.StartAsync((context, _) => HangAsync(context, false), http => http.AttemptTimeout = TimeSpan.FromHours(1));
        var call = client.GetAsync("/", Cancelled);
        await scene.ArrivedAsync();
        scene.Clock.Advance(TimeSpan.FromSeconds(27));
        Assert.Equal("no answer within 27 s", (await Assert.ThrowsAsync<HttpRequestException>(() => call)).Message);
    }

    [Theory]
    [InlineData("GET", 503)]
    [InlineData("GET", 500)]
    [InlineData("GET", 429)]
    [InlineData("GET", 408)]
    [InlineData("GET", 0)]
    [InlineData("HEAD", 503)]
    [InlineData("PUT", 503)]
    [InlineData("DELETE", 503)]
    public async Task Send_IdempotentRequestFailsTwice_IsRepeatedUntilItSucceeds(string method, int status)
    {
        var client = await scene.StartAsync((context, number) => AnswerAsync(context, number <= 2 ? status : 200));
        var call = SendAsync(client, method);
        for (var i = 0; i < 2; i++)
            Assert.InRange(await scene.WaitOutAsync(), TimeSpan.FromTicks(1), TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);
        Assert.Equal(3, scene.Requests);
    }

    [Fact]
    public async Task Send_EachAttemptFails_ReturnsTheLastResponse()
    {
        var client = await scene.StartAsync((context, number) => AnswerAsync(context, 500 + number));
        var call = client.GetAsync("/", Cancelled);
        await scene.WaitOutAsync();
        await scene.WaitOutAsync();
        Assert.Equal(503, (int)(await call).StatusCode);
        Assert.Equal(3, scene.Requests);
    }

    [Theory]
    [InlineData("POST", 503)]
    [InlineData("POST", 429)]
    [InlineData("POST", 0)]
    [InlineData("PATCH", 503)]
    [InlineData("MKCOL", 503)]
    [InlineData("GET", 400)]
    [InlineData("GET", 404)]
    public async Task Send_FailsButMayHaveHadAnEffectOrFailsAgain_IsNotRepeated(string method, int status)
    {
        var client = await scene.StartAsync((context, _) => AnswerAsync(context, status));
        if (status == 0)
            await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(client, method));
        else
            Assert.Equal(status, (int)(await SendAsync(client, method)).StatusCode);
        Assert.Equal(1, scene.Requests);
    }

    [Fact]
    public async Task Send_ContentIsAStream_IsNotRepeated()
    {
        var client = await scene.StartAsync((context, _) => AnswerAsync(context, 503));
        using var content = new StreamContent(new MemoryStream([1]));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await client.PutAsync("/", content, Cancelled)).StatusCode);
        Assert.Equal(1, scene.Requests);
    }

    [Theory]
    [InlineData("4")]
    [InlineData("Sun, 01 Mar 2026 12:00:04 GMT")]
    public async Task Send_RetryAfterWithinTheLimit_WaitsAsLong(string retryAfter)
    {
        var client = await scene.StartAsync((context, number) => AnswerAsync(context, number == 1 ? 503 : 200, ("Retry-After", retryAfter)));
        var call = client.GetAsync("/", Cancelled);
        Assert.Equal(TimeSpan.FromSeconds(4), await scene.WaitOutAsync());
        Assert.Equal(HttpStatusCode.OK, (await call).StatusCode);
    }

    [Theory]
    [InlineData("3600")]
    [InlineData("Sun, 01 Mar 2026 13:00:00 GMT")]
    public async Task Send_RetryAfterBeyondTheLimit_ReturnsTheResponseAtOnce(string retryAfter)
    {
        var client = await scene.StartAsync((context, _) => AnswerAsync(context, 429, ("Retry-After", retryAfter)));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.GetAsync("/", Cancelled)).StatusCode);
        Assert.Equal(1, scene.Requests);
    }

    [Theory]
    [InlineData(HttpCompletionOption.ResponseContentRead)]
    [InlineData(HttpCompletionOption.ResponseHeadersRead)]
    public async Task Send_BodyWithoutEnd_FailsAtTheLimitAndIsNotRepeated(HttpCompletionOption completion)
    {
        var client = await scene.StartAsync(async (context, _) =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.Body.WriteAsync(new byte[64 * 1024], context.RequestAborted);
        });
        Assert.Equal("the answer is larger than 1024 KiB", (await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("/", completion, Cancelled))).Message);
        Assert.Equal(1, scene.Requests);
    }

    [Fact]
    public async Task Send_RedirectedToAnotherHost_ReturnsTheRedirectAndSendsNothingThere()
    {
        await using var other = new HttpScene();
        var elsewhere = (await other.StartAsync((context, _) => AnswerAsync(context, 200))).BaseAddress!;
        var client = await scene.StartAsync((context, _) => AnswerAsync(context, 302, ("Location", elsewhere.ToString()), ("Set-Cookie", "a=b")));
        client.DefaultRequestHeaders.Add("X-Api-Key", Secret);
        Assert.Equal(HttpStatusCode.Redirect, (await client.GetAsync("/", Cancelled)).StatusCode);
        Assert.Equal(0, other.Requests);
    }

    [Fact]
    public async Task Send_MoreAtOnceThanAllowed_FailsAtOnce()
    {
        var client = await scene.StartAsync((context, _) => HangAsync(context, false), http => (http.MaxConcurrentRequests, http.MaxQueuedRequests) = (1, 0));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var first = client.GetAsync("/", stop.Token);
        await scene.ArrivedAsync();
        Assert.Equal("too many requests of this module are waiting", (await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("/", Cancelled))).Message);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
    }

    [Fact]
    public async Task Send_NoConnectionInTime_IsRepeatedAndThenFails()
    {
        var handler = new Unreachable();
        var client = await scene.StartAsync((context, _) => AnswerAsync(context, 200), services: services => services.AddHttpClient(HttpScene.Name).ConfigurePrimaryHttpMessageHandler(() => handler));
        var call = client.GetAsync("/", Cancelled);
        await scene.WaitOutAsync();
        await scene.WaitOutAsync();
        Assert.Equal("no connection in time", (await Assert.ThrowsAsync<HttpRequestException>(() => call)).Message);
        Assert.Equal(3, handler.Attempts);
    }

    [Fact]
    public async Task Send_Synchronously_IsRefusedBecauseTheLimitsWouldNotHold()
    {
        var client = await scene.StartAsync((context, _) => AnswerAsync(context, 200));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        Assert.Throws<NotSupportedException>(() => client.Send(request, Cancelled));
    }

    [Fact]
    public async Task Send_AnyOutcome_LogsEachRequestOnceWithoutSecrets()
    {
        var client = await scene.StartAsync(
            (context, number) => number == 2 ? Task.Run(context.Abort) : AnswerAsync(context, number == 1 ? 503 : 200, ("Set-Cookie", Secret), ("X-Token", Secret)), services: services => services.AddHttpClient(HttpScene.Name));
        client.DefaultRequestHeaders.Authorization = new("Bearer", Secret);
        client.DefaultRequestHeaders.Add("X-Api-Key", Secret);
        client.DefaultRequestHeaders.Add("Cookie", Secret);
        using var content = new StringContent(Secret);
        var call = client.PutAsync($"/records?key={Secret}", content, Cancelled);
        await scene.WaitOutAsync();
        await scene.WaitOutAsync();
        Assert.Contains(Secret, await (await call).Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Single(scene.Log, line => line.Contains("Start processing HTTP request PUT", StringComparison.Ordinal) && line.Contains("/records?*", StringComparison.Ordinal));
        Assert.Contains(scene.Log, line => line.Contains("X-Api-Key: *", StringComparison.Ordinal));
        Assert.Contains(scene.Log, line => line.Contains("OnRetry", StringComparison.Ordinal));
        Assert.DoesNotContain(scene.Log, line => line.Contains(Secret, StringComparison.Ordinal));
        Assert.DoesNotContain(scene.Log, line => line.StartsWith("Warning", StringComparison.Ordinal) || line.StartsWith("Error", StringComparison.Ordinal));
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string method) =>
        client.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/") { Content = method is "GET" or "HEAD" ? null : new StringContent("body") }, Cancelled);

    private static async Task HangAsync(HttpContext context, bool afterPartOfTheBody)
    {
        if (afterPartOfTheBody)
            await context.Response.Body.WriteAsync("{"u8.ToArray(), context.RequestAborted);
        await Task.Delay(Timeout.Infinite, context.RequestAborted);
    }

    /// <summary>Status 0 closes the connection without an answer.</summary>
    private static Task AnswerAsync(HttpContext context, int status, params (string Name, string Value)[] headers)
    {
        if (status == 0)
            return Task.Run(context.Abort);
        context.Response.StatusCode = status;
        foreach (var (name, value) in headers)
            context.Response.Headers[name] = value;
        return context.Request.Method == "HEAD" ? Task.CompletedTask : context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(Secret)).AsTask();
    }

    /// <summary>Fails as the framework's handler does after its ConnectTimeout.</summary>
    private sealed class Unreachable : HttpMessageHandler
    {
        public int Attempts { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Attempts++;
            throw new TaskCanceledException("A connection could not be established.", new TimeoutException());
        }
    }
}
