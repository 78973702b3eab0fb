using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Grains;
using MtaSts.Storage;

namespace MtaSts.Host.Api;

/// <summary>Turns errors into problem details (RFC 9457) that say what to do.</summary>
internal sealed partial class ApiErrors(RequestDelegate next, IStorageHealth storage, ILogger<ApiErrors> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { StatusCode: StatusCodes.Status413PayloadTooLarge, HasStarted: false })
                await TooLarge(context).ExecuteAsync(context);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge && !context.Response.HasStarted)
        {
            await TooLarge(context).ExecuteAsync(context);
        }
        catch (BadHttpRequestException exception) when (!context.Response.HasStarted)
        {
            await Describe(exception).ExecuteAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client has disconnected.
        }
        catch (Exception exception) when (!context.Response.HasStarted)
        {
            var problem = await storage.CheckAsync(CancellationToken.None);
            if (problem is { IsFull: true } || DiskFull.Is(exception))
            {
                LogFull(exception);
                await Problems.Full(context).ExecuteAsync(context);
                return;
            }
            if (problem is not null)
            {
                LogUnavailable(exception);
                await Problems.Unavailable(context, $"{problem.Text} Retry later.").ExecuteAsync(context);
                return;
            }
            LogFault(exception, context.TraceIdentifier);
            await Problems.Of(StatusCodes.Status500InternalServerError, "fault", $"Internal error. The log of the service has the details under {context.TraceIdentifier}.").ExecuteAsync(context);
        }
    }

    private static ProblemHttpResult TooLarge(HttpContext context) => Problems.Of(
        StatusCodes.Status413PayloadTooLarge,
        "too-large",
        $"The body is larger than the {(context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? ApiLimits.MaxBody) / 1024} KiB that this call accepts.");

    /// <summary>Replaces the framework's messages, which describe its own code, by messages about the call.</summary>
    private static ProblemHttpResult Describe(BadHttpRequestException exception)
    {
        var (wrong, missing) = (Parameter().Match(exception.Message), Missing().Match(exception.Message));
        return wrong.Success ? Problems.Invalid(wrong.Groups["name"].Value, $"“{wrong.Groups["value"].Value}” is not a value of {wrong.Groups["name"].Value}. Write days as 2026-11-24 and numbers in digits.")
            : missing.Success ? Problems.Invalid(missing.Groups["name"].Value, $"{missing.Groups["name"].Value} is required. Add it to the query string: ?{missing.Groups["name"].Value}=…")
            : Problems.Of(exception.StatusCode, RefusalCodes.Invalid, Text(exception));
    }

    private static string Text(BadHttpRequestException exception) => exception switch
    {
        { InnerException: JsonException { Path: { Length: > 1 } path } } => $"The body is JSON, but {path} does not have the expected type. The fields are described at /openapi/v1.json.",
        { InnerException: JsonException } => "The body is not valid JSON. Correct it.",
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } => "Send the body as JSON, with \"Content-Type: application/json\".",
        _ when NoBody().IsMatch(exception.Message) => "This call requires a JSON body, with \"Content-Type: application/json\". The fields are described at /openapi/v1.json.",
        _ => "The request cannot be read. The calls are described at /openapi/v1.json.",
    };

    // The framework's messages for an invalid query parameter, a missing one, and a missing body.
    [GeneratedRegex("""^Failed to bind parameter ".* (?<name>\w+)" from "(?<value>.{0,80}).*"\.$""", RegexOptions.Singleline)]
    private static partial Regex Parameter();

    [GeneratedRegex("""^Required parameter ".* (?<name>\w+)" was not provided from query string\.$""", RegexOptions.Singleline)]
    private static partial Regex Missing();

    [GeneratedRegex("""was not provided from body\.$|^Implicit body inferred for parameter ".*" but no body was provided""", RegexOptions.Singleline)]
    private static partial Regex NoBody();

    [LoggerMessage(1601, LogLevel.Warning, "API call failed (storage unavailable); the client received status 503 and can retry")]
    private partial void LogUnavailable(Exception exception);

    [LoggerMessage(1603, LogLevel.Error, "API call failed (the disk of the store is full); the client received status 507. Free space on that disk")]
    private partial void LogFull(Exception exception);

    [LoggerMessage(1602, LogLevel.Error, "API call {Trace} failed; the client received status 500")]
    private partial void LogFault(Exception exception, string trace);
}
