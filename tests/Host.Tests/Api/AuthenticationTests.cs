using System.Collections.Concurrent;
using System.Net;
using System.Reflection;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using MtaSts.Application;
using MtaSts.Application.Workspaces;
using MtaSts.Grains;
using MtaSts.Grains.Storage;
using MtaSts.Host.Api;
using Xunit;

namespace MtaSts.Host.Tests.Api;

/// <summary>Who a request comes from, and what it may: by an API token below <c>/api</c>, by a session's cookie elsewhere, and by the same permissions in both.</summary>
public sealed class AuthenticationTests : IAsyncLifetime
{
    private const string Mine = "a-token-of-a-workspace";
    private const string Operators = "a-token-of-the-operator";

    private readonly Tokens tokens = Tokens.New();
    private readonly Categories log = new();
    private readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private WebApplication app = null!;
    private LiveKeys keys = null!;

    public async ValueTask InitializeAsync()
    {
        tokens.Owners[ApiTokens.Hash(Mine)] = new ApiTokenOwner("ws-mine", "script");
        tokens.Owners[ApiTokens.Hash(Operators)] = new ApiTokenOwner(Actor.OperatorWorkspace, "monitoring");
        keys = new LiveKeys(null!, TimeProvider.System, NullLogger<LiveKeys>.Instance);
        keys.Add(LiveKeys.ApiToken, GrainKeys.ApiTokenKey(ApiTokens.Hash(Mine)));
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders().AddProvider(log).SetMinimumLevel(LogLevel.Information);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(new ApiTokenDirectory(new ApiTokenCommands((IGrainFactory)(object)tokens), keys, TimeProvider.System));
        builder.Services.AddSingleton<ApiLimits>();
        builder.Services.AddPermissionPolicies().AddScheme<AuthenticationSchemeOptions, Administrator>(IdentityConstants.ApplicationScheme, null);
        app = builder.Build();
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseApiLimits();
        foreach (var root in new[] { "/api/v1", "/pages" })
        {
            app.MapGet(root + "/alerts", (Caller caller) => caller.Actor.Name).Needs(Permissions.AlertsRead);
            app.MapGet(root + "/plugins", (Caller caller) => caller.Actor.Name).Needs(Permissions.ServiceRead);
        }
        await app.StartAsync(TestContext.Current.CancellationToken);
        client.BaseAddress = new Uri(app.Urls.Single());
    }

    public async ValueTask DisposeAsync()
    {
        tokens.Answer.TrySetResult();
        client.Dispose();
        await app.DisposeAsync();
        keys.Dispose();
    }

    [Fact]
    public async Task Api_WithAToken_IsItsWorkspaces()
    {
        using var response = await Get("/api/v1/alerts", Mine);

        Assert.Equal((HttpStatusCode.OK, "API token script"), (response.StatusCode, await Text(response)));
    }

    [Theory]
    [InlineData(null, "Bearer")]
    [InlineData("made-up", "Bearer error=\"invalid_token\"")]
    [InlineData("", "Bearer")]
    public async Task Api_WithoutAKnownToken_IsChallengedWhateverCookieComesWithIt(string? token, string challenge)
    {
        using var response = await Get("/api/v1/alerts", token, withCookie: true);

        Assert.Equal((HttpStatusCode.Unauthorized, challenge), (response.StatusCode, response.Headers.WwwAuthenticate.ToString()));
        Assert.Equal("unauthorized", (string?)JsonNode.Parse(await Text(response))!["code"]);
    }

    [Fact]
    public async Task Api_WithoutThePermission_IsRefusedInTheWordsOfTheApplication()
    {
        using var refused = await Get("/api/v1/plugins", Mine);
        using var allowed = await Get("/api/v1/plugins", Operators);

        var problem = JsonNode.Parse(await Text(refused))!;
        Assert.Equal((HttpStatusCode.Forbidden, "forbidden", Actor.ApiToken("ws-mine", "script").Lacks(Permissions.ServiceRead)!.Message), (refused.StatusCode, (string?)problem["code"], (string?)problem["detail"]));
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
    }

    /// <summary>The service logs at this level: a flood of guesses would fill the log, and wait for it.</summary>
    [Fact]
    public async Task Api_WithAGuessOrWithoutThePermission_LogsNothingOfTheService()
    {
        using var guess = await Get("/api/v1/alerts", "made-up");
        using var refused = await Get("/api/v1/plugins", Mine);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden), (guess.StatusCode, refused.StatusCode));
        Assert.DoesNotContain(log.Written, category => category.StartsWith("MtaSts", StringComparison.Ordinal));
        Assert.NotEmpty(log.Written);
    }

    [Fact]
    public async Task Pages_MeetTheSamePolicies_ByTheirCookieAlone()
    {
        using var bySession = await Get("/pages/plugins", null, withCookie: true);
        using var byToken = await Get("/pages/alerts", Operators);

        Assert.Equal((HttpStatusCode.OK, "admin@example.com"), (bySession.StatusCode, await Text(bySession)));
        Assert.Equal(HttpStatusCode.Unauthorized, byToken.StatusCode);
    }

    /// <summary>As many guesses as there is room for wait for storage, and a token that is known does not wait behind them.</summary>
    [Fact]
    public async Task Api_FullOfGuesses_AnswersKnownTokensAndTurnsFurtherGuessesAway()
    {
        tokens.Answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var gone = new CancellationTokenSource();
        var guesses = Enumerable.Range(0, 400).Select(async i =>
        {
            using var response = await Get("/api/v1/alerts", $"guess-{i}", cancellationToken: gone.Token);
            return (response.StatusCode, response.Headers.RetryAfter?.ToString());
        }).ToArray();
        var first = await await Task.WhenAny(guesses);

        using var known = await Get("/api/v1/alerts", Mine);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "1"), first);
        Assert.Equal(HttpStatusCode.OK, known.StatusCode);
        tokens.Answer.SetResult();
        var answers = await Task.WhenAll(guesses);
        Assert.All(answers, answer => Assert.Contains(answer.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.ServiceUnavailable }));
        Assert.Contains(answers, answer => answer.StatusCode == HttpStatusCode.Unauthorized);
    }

    private async Task<HttpResponseMessage> Get(string path, string? token, bool withCookie = false, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        if (withCookie)
            request.Headers.Add("Cookie", Administrator.Cookie + "=1");
        return await client.SendAsync(request, cancellationToken);
    }

    private static Task<string> Text(HttpResponseMessage response) => response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

    /// <summary>In the place of the session's cookie: an administrator's.</summary>
    private sealed class Administrator(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logging, UrlEncoder encoder) : AuthenticationHandler<AuthenticationSchemeOptions>(options, logging, encoder)
    {
        public const string Cookie = "session";

        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Request.Cookies.ContainsKey(Cookie)
            ? AuthenticateResult.Success(new AuthenticationTicket(
                new ClaimsPrincipal(new ClaimsIdentity([new(ClaimTypes.Name, "admin@example.com"), new(ActorClaims.Workspace, "ws-mine"), new(ClaimTypes.Role, ActorClaims.Administrator)], "session")), Scheme.Name))
            : AuthenticateResult.NoResult());
    }

    /// <summary>The categories in which something was logged.</summary>
    private sealed class Categories : ILoggerProvider
    {
        public ConcurrentBag<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Logger(categoryName, Written);

        public void Dispose()
        {
            // Nothing is held.
        }

        private sealed class Logger(string category, ConcurrentBag<string> written) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => written.Add(category);
        }
    }

    /// <summary>The grains of API tokens: those that exist answer at once, others when <see cref="Answer"/> says so.</summary>
    public class Tokens : DispatchProxy
    {
        public Dictionary<string, ApiTokenOwner> Owners { get; } = [];

        public TaskCompletionSource Answer { get; set; } = Done();

        public static Tokens New() => (Tokens)(object)Create<IGrainFactory, Tokens>();

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var grain = (Token)(object)Create<IApiTokenGrain, Token>();
            grain.Find = async () =>
            {
                if (Owners.Where(owner => GrainKeys.ApiTokenKey(owner.Key) == (string)args![0]!).Select(owner => owner.Value).FirstOrDefault() is { } known)
                    return known;
                await Answer.Task;
                return null;
            };
            return grain;
        }

        private static TaskCompletionSource Done()
        {
            var done = new TaskCompletionSource();
            done.SetResult();
            return done;
        }
    }

    public class Token : DispatchProxy
    {
        public Func<Task<ApiTokenOwner?>> Find { get; set; } = () => Task.FromResult<ApiTokenOwner?>(null);

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => new ValueTask<ApiTokenOwner?>(Find());
    }
}
