using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <summary>Problem details (RFC 9457) with two additional members: <c>code</c> for programs, <c>field</c> for forms.</summary>
internal static class Problems
{
    public static ProblemHttpResult Of(int status, string code, string detail, string? field = null)
    {
        var extensions = new Dictionary<string, object?>(StringComparer.Ordinal) { ["code"] = code };
        if (field is not null)
            extensions["field"] = field;
        return TypedResults.Problem(detail, statusCode: status, extensions: extensions);
    }

    public static ProblemHttpResult Of(Refusal refusal) => Of(Status(refusal.Code), refusal.Code, refusal.Message + Hint(refusal.Code), refusal.Field);

    public static ProblemHttpResult Invalid(string field, string detail) => Of(StatusCodes.Status400BadRequest, RefusalCodes.Invalid, detail, field);

    public static ProblemHttpResult NotFound(string detail) => Of(StatusCodes.Status404NotFound, RefusalCodes.NotFound, detail);

    /// <summary>Storage is unavailable: 503, with the time after which to retry.</summary>
    public static ProblemHttpResult Unavailable(HttpContext context, string detail)
    {
        context.Response.Headers.RetryAfter = "5";
        return Of(StatusCodes.Status503ServiceUnavailable, "unavailable", detail);
    }

    /// <summary>The store's disk is full: 507 (RFC 4918 §11.5), because the caller cannot resolve it.</summary>
    public static ProblemHttpResult Full(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "300";
        return Of(StatusCodes.Status507InsufficientStorage, "storage-full",
            "The disk of the store is full, so nothing was changed. Policies are served as before. The operator must free space on that disk. Repeat the call after that.");
    }

    public static ProblemHttpResult NoSuchCall(HttpRequest request) =>
        NotFound($"There is no {request.Method} {request.Path}. The calls are described at /openapi/v1.json.");

    private static string Hint(string code) => code switch
    {
        RefusalCodes.NeedsOverride => " To make the change anyway, repeat the call with \"override\": true. This is recorded.",
        RefusalCodes.NotReady => " To enforce it anyway, repeat the call with \"override\": true and a \"reason\". Both are recorded. For the conditions, call GET /domains/{name}/readiness.",
        _ => "",
    };

    private static int Status(string code) => code switch
    {
        RefusalCodes.NotFound => StatusCodes.Status404NotFound,
        RefusalCodes.Invalid => StatusCodes.Status400BadRequest,
        RefusalCodes.PlanRequired or RefusalCodes.Forbidden => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status409Conflict,
    };
}
