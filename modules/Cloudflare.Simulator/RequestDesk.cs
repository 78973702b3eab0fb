using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace MtaSts.Modules.Cloudflare.Simulator;

/// <summary>Processes requests: token, limit, fault, then the call itself.</summary>
internal sealed class RequestDesk(SimulatorOptions options, SimulatedZone zone, SimulatedRecords records, FaultQueue faults, SemaphoreSlim turn, Action<Exchange> record, TimeProvider clock) : IDisposable
{
    /// <summary>The path of the API's base.</summary>
    public const string Base = "/client/v4";

    private const int MaxBody = 64 * 1024;
    private const int OversizedAnswer = 2 * 1024 * 1024;

    private readonly RateLimit limit = new(options.RequestsPerFiveMinutes, Timings.RequestWindow, Timings.RequestWindow);

    /// <summary>Released once for each request whose answer is delayed or never sent.</summary>
    public SemaphoreSlim Held { get; } = new(0);

    public void Dispose() => Held.Dispose();

    public async Task HandleAsync(HttpContext context)
    {
        var body = await ReadAsync(context.Request);
        var fault = faults.Take(context.Request.Method);
        var answer = Before(fault);
        if (answer is null && fault is not (Fault.NoAnswer or Fault.Cut))
            answer = await PerformAsync(context, body);
        if (fault is Fault.DoneThenDuplicate)
            answer = Answer.Refused(SimulatedZone.Duplicate);
        var text = After(fault, answer?.Body.ToJsonString() ?? "");
        var sends = fault is not (Fault.NoAnswer or Fault.Cut or Fault.DoneWithoutAnswer or Fault.DoneThenCut);
        var path = context.Request.Path.Value![Base.Length..] + context.Request.QueryString;
        record(new Exchange(context.Request.Method, path, body, sends ? Status(fault, answer) : 0, sends ? text : "", fault));
        if (fault is Fault.Slow)
            await WaitAsync(context);
        if (sends)
            await SendAsync(context, Status(fault, answer), text, answer?.RetryAfter);
        else
            await WithholdAsync(context, fault);
    }

    private Answer? Before(Fault? fault)
    {
        switch (fault)
        {
            case Fault.InternalError:
                return Answer.Refused(500, 1500, "Internal server error");
            case Fault.Unauthorized:
                return Answer.Refused(401, 1001, "The token is not active.");
            case Fault.BadGateway:
                return new Answer(502, new System.Text.Json.Nodes.JsonObject());
            case Fault.RateLimited:
                limit.Block(clock.GetUtcNow() + FaultQueue.RetryAfter);
                return null;
            default:
                return null;
        }
    }

    private static string After(Fault? fault, string text) => fault switch
    {
        Fault.BadGateway => "<html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>",
        Fault.DoneThenMalformed => text[..(text.Length / 2)],
        Fault.DoneThenOversized => text[..^1] + ",\"padding\":\"" + new string('x', OversizedAnswer) + "\"}",
        _ => text,
    };

    private static int Status(Fault? fault, Answer? answer) => answer?.Status ?? (fault is null ? 500 : 502);

    private async Task WithholdAsync(HttpContext context, Fault? fault)
    {
        if (fault is Fault.Cut or Fault.DoneThenCut)
        {
            context.Abort();
            return;
        }
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        Held.Release();
        await gone.Task;
    }

    private async Task WaitAsync(HttpContext context)
    {
        var over = Task.Delay(FaultQueue.SlowAnswer, clock, context.RequestAborted);
        Held.Release();
        await over.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task SendAsync(HttpContext context, int status, string text, TimeSpan? retryAfter)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = text.StartsWith('<') ? "text/html" : "application/json";
        if (retryAfter is { } wait)
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        await context.Response.WriteAsync(text, context.RequestAborted);
    }

    /// <summary>Executes a received request even if its caller no longer waits.</summary>
    private async Task<Answer> PerformAsync(HttpContext context, string body)
    {
        await turn.WaitAsync();
        try
        {
            if (limit.CheckBlock(clock.GetUtcNow()) is { } wait)
                return Answer.Refused(429, 10429, "More than 1200 requests per 300 seconds reached. Please wait and consider throttling your request speed", wait);
            limit.Record(clock.GetUtcNow());
            if (Refuse(context.Request) is { } refused)
                return refused;
            await zone.AdvanceAsync(CancellationToken.None);
            return Route(context.Request, body);
        }
        finally
        {
            turn.Release();
        }
    }

    private Answer? Refuse(HttpRequest request) => request.Headers.Authorization.ToString() switch
    {
        "" => Answer.Refused(400, 1403, "Authorization is missing."),
        var header when header != $"Bearer {options.Token}" => Answer.Refused(401, 1000, "Invalid API token."),
        _ => null,
    };

    private Answer Route(HttpRequest request, string body)
    {
        var prefix = $"{Base}/zones/{options.ZoneId}/custom_hostnames";
        var path = request.Path.Value!;
        if (path == $"{Base}/zones/{options.ZoneId}/dns_records" && request.Method == "GET")
            return records.List(request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString()));
        if (path == $"{Base}/zones/{options.ZoneId}/dns_records/batch" && request.Method == "POST")
            return records.Batch(body);
        if (!path.StartsWith(prefix, StringComparison.Ordinal))
            return NoRoute(path);
        return (request.Method, path[prefix.Length..].TrimStart('/')) switch
        {
            ("GET", "") => zone.List(request.Query.ToDictionary(pair => pair.Key, pair => pair.Value.ToString())),
            ("POST", "") => zone.Create(body),
            ("GET", "fallback_origin") => zone.FallbackOrigin(),
            ("GET", "quota") => zone.Quota(),
            ("GET", var id) => zone.Get(id),
            ("PATCH", var id) => zone.Edit(id, body),
            ("DELETE", var id) => zone.Delete(id),
            _ => NoRoute(path),
        };
    }

    private static Answer NoRoute(string path) => Answer.Refused(404, 7003, $"Could not route to {path}, perhaps your object identifier is invalid?");

    private static async Task<string> ReadAsync(HttpRequest request)
    {
        var buffer = new byte[MaxBody];
        var length = 0;
        int read;
        while (length < MaxBody && (read = await request.Body.ReadAsync(buffer.AsMemory(length))) > 0)
            length += read;
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
