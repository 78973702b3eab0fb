using Microsoft.AspNetCore.SignalR;

namespace MtaSts.Host.Dashboard.Sessions;

/// <summary>
/// Checks each call of an open page: its session must be valid, and only the session that started a circuit can use it, even if its id became known.
/// </summary>
internal sealed partial class CircuitGuard(LiveCircuits circuits, SessionList sessions, ILogger<CircuitGuard> logger) : IHubFilter
{
    // The methods of the framework's hub that start or resume a circuit; both return its id.
    private const string Start = "StartCircuit";
    private const string Resume = "ResumeCircuit";
    private const string Connect = "ConnectCircuit";

    public async Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        if (Key(context.Context) is { } key && circuits.TryEnter(context.Context, key))
        {
            await next(context);
            return;
        }
        LogRefused();
        context.Context.Abort();
    }

    public async Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        circuits.Leave(context.Context);
        await next(context, exception);
    }

    public async ValueTask<object?> InvokeMethodAsync(HubInvocationContext invocationContext, Func<HubInvocationContext, ValueTask<object?>> next)
    {
        var hub = invocationContext.Context;
        if (Key(hub) is not { } key || !await IsLiveAsync(hub))
        {
            hub.Abort();
            return null;
        }
        var method = invocationContext.HubMethodName;
        var circuit = invocationContext.HubMethodArguments is [string id, ..] ? id : null;
        if (method is Connect or Resume && !circuits.IsOwn(key, circuit))
            return method == Connect ? false : null; // As for a circuit that no longer exists: the page loads again.
        var answer = await next(invocationContext);
        if (method is Start or Resume && answer is string begun)
            circuits.Own(hub, begun);
        else if (method == Connect && answer is true)
            circuits.Own(hub, circuit!);
        return answer;
    }

    private SessionKey? Key(HubCallerContext hub) =>
        hub.User is { } user && SessionList.Id(user) is { } session && sessions.Account(user) is { } account ? new SessionKey(session, account) : null;

    private async ValueTask<bool> IsLiveAsync(HubCallerContext hub)
    {
        try
        {
            return await sessions.IsLiveAsync(hub.User);
        }
        catch (Exception)
        {
            return true; // A storage outage ends no session; the page itself shows what is unavailable.
        }
    }

    [LoggerMessage(1806, LogLevel.Warning, "Connection of a page refused: its account, or all accounts together, have too many open pages. The page retries")]
    private partial void LogRefused();
}
