using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <summary>Problem details (RFC 9457) with two members more: <c>code</c> for programs, <c>field</c> for forms.</summary>
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

    public static ProblemHttpResult NoClaim(string name) =>
        Of(StatusCodes.Status404NotFound, RefusalCodes.NotFound, $"This workspace has no claim on {name}. Add it with POST /api/v1/domains.");

    public static ProblemHttpResult NotFound(string detail) => Of(StatusCodes.Status404NotFound, RefusalCodes.NotFound, detail);

    /// <summary>Storage does not answer: 503, with the time after which to try again.</summary>
    public static ProblemHttpResult Unavailable(HttpContext context, string detail)
    {
        context.Response.Headers.RetryAfter = "5";
        return Of(StatusCodes.Status503ServiceUnavailable, "unavailable", detail);
    }

    /// <summary>The store's disk is full: 507 (RFC 4918 §11.5), because nothing that the caller does will help.</summary>
    public static ProblemHttpResult Full(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "300";
        return Of(StatusCodes.Status507InsufficientStorage, "storage-full",
            "The disk of the store is full, so nothing was changed. Policies are served as before. The operator has to free space; repeat the call after that.");
    }

    public static ProblemHttpResult NoSuchCall(HttpRequest request) =>
        NotFound($"There is no {request.Method} {request.Path}. The calls are described at /openapi/v1.json.");

    private static string Hint(string code) => code == RefusalCodes.NeedsOverride ? " If it is meant, repeat the call with \"override\": true; that is recorded." : "";

    private static int Status(string code) => code switch
    {
        RefusalCodes.NotFound => StatusCodes.Status404NotFound,
        RefusalCodes.Invalid => StatusCodes.Status400BadRequest,
        RefusalCodes.PlanRequired => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status409Conflict,
    };
}
