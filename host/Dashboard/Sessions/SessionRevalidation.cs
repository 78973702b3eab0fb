using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Components.Server.Circuits;

namespace MtaSts.Host.Dashboard.Sessions;

/// <summary>
/// Ends an open page when its session has ended: at once if it ended in this process, else at the next use of the page or at this periodic check.
/// </summary>
internal sealed partial class SessionRevalidation : RevalidatingServerAuthenticationStateProvider
{
    private readonly SessionList sessions;
    private readonly LiveCircuits circuits;
    private readonly ILogger logger;

    public SessionRevalidation(SessionList sessions, LiveCircuits circuits, ILoggerFactory logging)
        : base(logging)
    {
        this.sessions = sessions;
        this.circuits = circuits;
        logger = logging.CreateLogger<SessionRevalidation>();
    }

    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(30);

    /// <summary>Marks this as the state of an open page, not of a single request: the end of its session ends the page.</summary>
    public Task OpenAsync()
    {
        AuthenticationStateChanged += state => _ = WatchAsync(state);
        return WatchAsync(GetAuthenticationStateAsync());
    }

    /// <summary>Ends access to the page.</summary>
    public void End() => SetAuthenticationState(Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity()))));

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken)
    {
        try
        {
            return await sessions.IsLiveAsync(authenticationState.User);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnavailable(exception);
            return true; // A storage outage ends no session.
        }
    }

    protected override void Dispose(bool disposing)
    {
        circuits.Remove(this);
        base.Dispose(disposing);
    }

    private async Task WatchAsync(Task<AuthenticationState> state)
    {
        var user = (await state).User;
        if (SessionList.Id(user) is { } session && sessions.Account(user) is { } account)
            circuits.Add(this, new SessionKey(session, account));
        else
            circuits.Remove(this);
    }

    [LoggerMessage(1803, LogLevel.Warning, "Session of an open page not checked; the page stays open until the next check")]
    private partial void LogUnavailable(Exception exception);
}

/// <summary>Distinguishes the session of an open page from that of a request.</summary>
internal sealed class OpenPage(AuthenticationStateProvider session) : CircuitHandler
{
    public override Task OnCircuitOpenedAsync(Circuit circuit, CancellationToken cancellationToken) => (session as SessionRevalidation)?.OpenAsync() ?? Task.CompletedTask;
}
