using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using MtaSts.Protocol;

namespace MtaSts.Host.Gateway;

/// <summary>The endpoints for senders: the policy file, the report POST, the answer to reach probes, and two pages for monitoring.</summary>
internal sealed class GatewayHandler
{
    private const string PolicyPath = "/.well-known/mta-sts.txt";
    private const string ReportPath = "/tlsrpt/";
    private static readonly StringValues PlainText = new("text/plain; charset=utf-8");
    private static readonly StringValues NoSniff = new("nosniff");
    private static readonly StringValues NoStore = new("no-store");
    private readonly PolicyCache cache;
    private readonly ReportIntake intake;
    private readonly Readiness readiness;
    private readonly ReachProof reach;
    private readonly StringValues[] cacheControl;

    public GatewayHandler(PolicyCache cache, ReportIntake intake, Readiness readiness, ReachProof reach, IOptions<GatewayOptions> options)
    {
        this.cache = cache;
        this.intake = intake;
        this.readiness = readiness;
        this.reach = reach;
        // One prepared value for each second of the lease: a downstream copy must not outlive the gateway's, not even in a shared cache that serves
        // stale responses on errors.
        cacheControl = [.. Enumerable.Range(0, (int)options.Value.Lease.TotalSeconds + 1).Select(s => new StringValues(string.Create(CultureInfo.InvariantCulture, $"max-age={s}, must-revalidate")))];
    }

    public Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path == PolicyPath)
            return Policy(context);
        if (path.StartsWith(ReportPath, StringComparison.Ordinal))
            return Report(context, path[ReportPath.Length..]);
        if (path.StartsWith(ReachProof.Path, StringComparison.Ordinal))
            return Reach(context, path[ReachProof.Path.Length..]);
        return path switch
        {
            "/healthz" => IsRead(context) ? Say(context, StatusCodes.Status200OK, "ok\n") : NotAllowed(context, "GET, HEAD"),
            "/readyz" => IsRead(context) ? Ready(context) : NotAllowed(context, "GET, HEAD"),
            _ => Say(context, StatusCodes.Status404NotFound, "Not found.\n"),
        };
    }

    private Task Policy(HttpContext context)
    {
        if (!IsRead(context))
            return NotAllowed(context, "GET, HEAD");
        var found = cache.FindAsync(context.Request.Headers.Host.ToString());
        if (!found.IsCompletedSuccessfully)
            return AwaitPolicy(context, found);
        Write(context, found.Result);
        return Task.CompletedTask;
    }

    private async Task AwaitPolicy(HttpContext context, ValueTask<PolicyAnswer> found) => Write(context, await found);

    private void Write(HttpContext context, in PolicyAnswer answer)
    {
        var response = context.Response;
        if (answer.Policy is not { } policy)
        {
            if (!answer.IsKnown)
                response.Headers.RetryAfter = "5";
            Put(context, answer.IsKnown ? StatusCodes.Status404NotFound : StatusCodes.Status503ServiceUnavailable, answer.IsKnown ? "No policy is served under this name.\n"u8 : "Policy temporarily unavailable; try again later.\n"u8);
            return;
        }
        response.Headers.ContentType = PlainText;
        response.Headers.CacheControl = cacheControl[Math.Min(answer.SecondsLeft, cacheControl.Length - 1)];
        response.Headers.XContentTypeOptions = NoSniff;
        response.ContentLength = policy.Body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            response.BodyWriter.Write(policy.Body);
    }

    private async Task Report(HttpContext context, string token)
    {
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            await NotAllowed(context, "POST");
            return;
        }
        var (status, text) = await intake.TakeAsync(context, token);
        if (status == StatusCodes.Status503ServiceUnavailable)
            context.Response.Headers.RetryAfter = "60";
        await Say(context, status, text);
    }

    private Task Reach(HttpContext context, string question)
    {
        if (!IsRead(context))
            return NotAllowed(context, "GET, HEAD");
        return DomainName.TryParsePolicyHost(context.Request.Headers.Host.ToString(), out var domain) && reach.Answer(domain, question) is { } answer
            ? Say(context, StatusCodes.Status200OK, answer)
            : Say(context, StatusCodes.Status404NotFound, "Not found.\n");
    }

    private async Task Ready(HttpContext context)
    {
        var (isReady, text) = await readiness.CheckAsync(context.RequestAborted);
        await Say(context, isReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable, text);
    }

    private static Task NotAllowed(HttpContext context, string allowed)
    {
        context.Response.Headers.Allow = allowed;
        return Say(context, StatusCodes.Status405MethodNotAllowed, $"Use {allowed} here.\n");
    }

    private static bool IsRead(HttpContext context) => HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);

    private static Task Say(HttpContext context, int status, string text)
    {
        Put(context, status, System.Text.Encoding.UTF8.GetBytes(text));
        return Task.CompletedTask;
    }

    private static void Put(HttpContext context, int status, ReadOnlySpan<byte> text)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.Headers.ContentType = PlainText;
        response.Headers.CacheControl = NoStore;
        response.Headers.XContentTypeOptions = NoSniff;
        response.ContentLength = text.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            response.BodyWriter.Write(text);
    }
}
