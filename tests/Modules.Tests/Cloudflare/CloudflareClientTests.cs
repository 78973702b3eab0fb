using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Modules.Cloudflare.Api;
using Xunit;

namespace MtaSts.Modules.Tests.Cloudflare;

/// <summary>What the client makes of answers, those of the API and those of what may stand before it.</summary>
public sealed class CloudflareClientTests
{
    private const string Id = "0d89c70d-ad9f-4843-b99f-6cc0252067e9";
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(409, """{"errors":[{"code":1406,"message":"Duplicate custom hostname found."}]}""", typeof(ApiFailure.Duplicate), "Duplicate custom hostname found. (1406)")]
    [InlineData(404, """{"errors":[{"code":1436,"message":"not found"}]}""", typeof(ApiFailure.NotFound), "not found (1436)")]
    [InlineData(403, """{"errors":[{"code":1404,"message":"no quota"}]}""", typeof(ApiFailure.QuotaExceeded), "no quota (1404)")]
    [InlineData(403, """{"errors":[{"code":1413,"message":"not entitled"}]}""", typeof(ApiFailure.Rejected), "not entitled (1413)")]
    [InlineData(403, """{"errors":[{"code":9109,"message":"Unauthorized to access requested resource"}]}""", typeof(ApiFailure.Unauthorized), "Unauthorized to access requested resource (9109)")]
    [InlineData(401, """{"errors":[{"code":"1000","message":null}]}""", typeof(ApiFailure.Unauthorized), "no message (1000)")]
    [InlineData(400, """{"errors":[{"code":6003,"message":"Invalid request headers","error_chain":[{"code":6103,"message":"x"}]}]}""", typeof(ApiFailure.Rejected), "Invalid request headers (6003)")]
    [InlineData(400, """{"errors":[{"message":"a\nb"},{"code":2,"message":"c"}]}""", typeof(ApiFailure.Rejected), "a b (no code); c (2)")]
    [InlineData(400, "", typeof(ApiFailure.Rejected), "HTTP 400")]
    [InlineData(302, "", typeof(ApiFailure.Rejected), "HTTP 302")]
    [InlineData(302, "<html>", typeof(ApiFailure.Transient), "HTTP 302 with a web page in place of the API's answer: a proxy or a challenge page answered")]
    [InlineData(403, "\r\n <!DOCTYPE html><title>Just a moment...</title>", typeof(ApiFailure.Transient), "HTTP 403 with a web page in place of the API's answer: a proxy or a challenge page answered")]
    [InlineData(401, "<html>Proxy sign-in</html>", typeof(ApiFailure.Transient), "HTTP 401 with a web page in place of the API's answer: a proxy or a challenge page answered")]
    [InlineData(404, "<html>", typeof(ApiFailure.Transient), "HTTP 404 with a web page in place of the API's answer: a proxy or a challenge page answered")]
    [InlineData(403, "", typeof(ApiFailure.Unauthorized), "HTTP 403")]
    [InlineData(408, "", typeof(ApiFailure.Transient), "HTTP 408")]
    [InlineData(500, """{"errors":[{"code":1500,"message":"internal"}]}""", typeof(ApiFailure.Transient), "internal (1500)")]
    [InlineData(521, "<html>", typeof(ApiFailure.Transient), "HTTP 521")]
    public async Task Create_Refused_IsTheFailureThatAsksForTheRightReaction(int status, string body, Type failure, string message)
    {
        var answer = await Client(status, body).CreateAsync("mta-sts.example.com", SslRequest.For("mta-sts.example.com"), default);
        var failed = Assert.IsType<ApiAnswer<CustomHostname>.Failed>(answer).Failure;
        Assert.IsType(failure, failed);
        Assert.Equal(message, failed.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("<html>")]
    [InlineData("""{"success":true,"result":null}""")]
    [InlineData("""{"success":true,"result":{"id":"x"}}""")]
    [InlineData("""{"success":false,"result":{"id":"x","hostname":"y"}}""")]
    [InlineData("""{"success":true,"result":{"id":"x","hostname":"y","ssl":{"expires_on":"never"}}}""")]
    public async Task Create_AnswerOfAnotherForm_IsTransient(string body) =>
        Assert.IsType<ApiFailure.Transient>(Assert.IsType<ApiAnswer<CustomHostname>.Failed>(await Client(200, body).CreateAsync("y", SslRequest.For("y"), default)).Failure);

    [Fact]
    public async Task Create_DeepNesting_IsTransient() =>
        Assert.IsType<ApiAnswer<CustomHostname>.Failed>(await Client(200, """{"success":true,"result":{"id":"x","hostname":"y","new":""" + new string('[', 5000)).CreateAsync("y", SslRequest.For("y"), default));

    [Fact]
    public async Task Create_FieldsAndValuesOfTheFuture_AreKeptOrPassedOver()
    {
        const string body = """{"success":true,"errors":[],"messages":[],"result":{"id":"x","hostname":"y","status":"pending_quantum","novelty":{"a":[1]},"ssl":{"status":"dreaming","method":"cname","settings":{"min_tls_version":"1.4"}}}}""";
        var hostname = Assert.IsType<ApiAnswer<CustomHostname>.Ok>(await Client(202, body).CreateAsync("y", SslRequest.For("y"), default)).Value;
        Assert.Equal(("pending_quantum", "dreaming", "1.4"), (hostname.Status, hostname.Ssl!.Status, hostname.Ssl.Settings!.MinTlsVersion));
    }

    [Theory]
    [InlineData("30", 30)]
    [InlineData("0", 1)]
    [InlineData("999999", 3600)]
    [InlineData("Sun, 01 Mar 2026 12:02:00 GMT", 120)]
    [InlineData("Sun, 01 Mar 2026 11:00:00 GMT", 1)]
    [InlineData(null, 5)]
    public async Task AnyCall_TooMany_WaitsAsLongAsRetryAfterSays(string? retryAfter, int seconds)
    {
        var handler = new Canned(429, """{"errors":[{"code":10429,"message":"slow down"}]}""", retryAfter);
        var client = Client(handler);
        var limited = Assert.IsType<ApiFailure.RateLimited>(Assert.IsType<ApiAnswer<HostnameQuota>.Failed>(await client.GetQuotaAsync(default)).Failure);
        Assert.Equal(TimeSpan.FromSeconds(seconds), limited.RetryAfter);
        await client.GetQuotaAsync(default);
        Assert.Single(handler.Requests);
        clock.Advance(TimeSpan.FromSeconds(seconds));
        await client.GetQuotaAsync(default);
        Assert.Equal(2, handler.Requests.Count);
    }

    /// <summary>No word of how long: short waits first, never longer than Cloudflare's documented block, and short again after an answer.</summary>
    [Fact]
    public async Task AnyCall_TooManyWithoutRetryAfter_WaitsLongerEachTimeUntilAnAnswer()
    {
        var handler = new Canned(429, "") { Then = "" };
        var client = Client(handler);
        var waits = new List<int>();
        for (var i = 0; i < 9; i++)
        {
            var wait = await LimitedAsync(client);
            waits.Add((int)wait.TotalSeconds);
            clock.Advance(wait);
        }
        Assert.Equal([5, 10, 20, 40, 80, 160, 300, 300, 300], waits);
        Assert.Equal(9, handler.Requests.Count);
        handler.Status = 500;
        await client.GetQuotaAsync(default);
        handler.Status = 429;
        Assert.Equal(TimeSpan.FromSeconds(5), await LimitedAsync(client));
    }

    /// <summary>Calls of one burst that are refused together are one refusal.</summary>
    [Fact]
    public async Task AnyCall_SeveralRefusedAtOnce_WaitAsOne()
    {
        var handler = new Canned(429, "") { Gate = new TaskCompletionSource() };
        var client = Client(handler);
        var calls = Enumerable.Range(0, 5).Select(_ => LimitedAsync(client)).ToArray();
        handler.Gate.SetResult();
        Assert.All(await Task.WhenAll(calls), wait => Assert.Equal(TimeSpan.FromSeconds(5), wait));
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(TimeSpan.FromSeconds(10), await LimitedAsync(client));
    }

    [Fact]
    public async Task Find_ByName_AsksForTheExactNameAndStillCompares()
    {
        var handler = new Canned(200, """{"success":true,"result":[{"id":"1","hostname":"x.y"},{"id":"2","hostname":"Y"}]}""");
        var found = Assert.IsType<ApiAnswer<IReadOnlyList<CustomHostname>>.Ok>(await Client(handler).FindAsync("y", default)).Value;
        Assert.Equal("2", Assert.Single(found).Id);
        Assert.Contains("?hostname.exact=y&", Assert.Single(handler.Requests).Uri, StringComparison.Ordinal);
    }

    private static async Task<TimeSpan> LimitedAsync(CloudflareClient client) =>
        Assert.IsType<ApiFailure.RateLimited>(Assert.IsType<ApiAnswer<HostnameQuota>.Failed>(await client.GetQuotaAsync(default)).Failure).RetryAfter;

    [Theory]
    [InlineData("""{"id":"0d89c70d-ad9f-4843-b99f-6cc0252067e9"}""", true)]
    [InlineData("""{"success":true,"errors":[],"messages":[],"result":{"id":"0d89c70d-ad9f-4843-b99f-6cc0252067e9"}}""", true)]
    [InlineData("""{"success":false,"id":"0d89c70d-ad9f-4843-b99f-6cc0252067e9"}""", false)]
    [InlineData("{}", false)]
    public async Task Delete_BothForms_AreRead(string body, bool deleted) =>
        Assert.Equal(deleted, await Client(200, body).DeleteAsync(Id, default) is ApiAnswer<DeletedHostname>.Ok { Value.Id: Id });

    [Fact]
    public async Task Find_NoPageCount_ReadsOnUntilAPageIsNotFull()
    {
        var full = string.Join(',', Enumerable.Range(0, ApiLimits.PageSize).Select(i => $$"""{"id":"{{i}}","hostname":"a{{i}}.y"}"""));
        var handler = new Canned(200, $$"""{"success":true,"result":[{{full}}]}""") { Then = """{"success":true,"result":[{"id":"7","hostname":"Y"}]}""" };
        var found = Assert.IsType<ApiAnswer<IReadOnlyList<CustomHostname>>.Ok>(await Client(handler).FindAsync("y", default)).Value;
        Assert.Equal("7", Assert.Single(found).Id);
        Assert.Equal(2, handler.Requests.Count);
    }

    [Fact]
    public async Task AnyCall_Sent_CarriesTheTokenInItsHeaderAloneAndNothingElse()
    {
        var handler = new Canned(200, """{"success":true,"result":{"id":"x","hostname":"y"}}""");
        await Client(handler).EditAsync("a/../b", SslRequest.For("y"), default);
        var (method, uri, authorization, body) = Assert.Single(handler.Requests);
        Assert.Equal("PATCH", method);
        Assert.Equal("https://api.cloudflare.com/client/v4/zones/zone/custom_hostnames/a%2F..%2Fb", uri);
        Assert.Equal("Bearer secret", authorization);
        Assert.Equal("""{"ssl":{"method":"http","type":"dv","settings":{"min_tls_version":"1.2"}}}""", body);
    }

    private CloudflareClient Client(int status, string body) => Client(new Canned(status, body));

    private CloudflareClient Client(Canned handler) => new(
        new HttpClient(handler) { BaseAddress = new Uri("https://api.cloudflare.com/client/v4/") }, new ApiAccess("zone", "secret", 100), new RequestPace(clock), clock);

    /// <summary>Answers without a network.</summary>
    private sealed class Canned(int status, string body, string? retryAfter = null) : HttpMessageHandler
    {
        public int Status { get; set; } = status;

        public string? Then { get; init; }

        /// <summary>Answers wait for it.</summary>
        public TaskCompletionSource? Gate { get; init; }

        public List<(string Method, string Uri, string? Authorization, string Body)> Requests { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var text = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            Requests.Add((request.Method.Method, request.RequestUri!.AbsoluteUri, request.Headers.Authorization?.ToString(), text));
            if (Gate is not null)
                await Gate.Task;
            var response = new HttpResponseMessage((HttpStatusCode)Status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Requests.Count > 1 ? Then ?? body : body)) };
            if (retryAfter is not null)
                response.Headers.RetryAfter = RetryConditionHeaderValue.Parse(retryAfter);
            return response;
        }
    }
}
