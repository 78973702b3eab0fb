using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Grains;
using MtaSts.Host.Storage;

namespace MtaSts.Host.Api;

/// <summary>Turns what went wrong into problem details (RFC 9457) that say what to do.</summary>
internal sealed partial class ApiErrors(RequestDelegate next, IStorageHealth storage, ILogger<ApiErrors> logger)
{
    /// <summary>Limit in bytes of a body that is read whole before it is parsed: many times the JSON of any call. Set when the token is known; uploads set their own.</summary>
    public const int MaxBody = 256 * 1024;

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
            var parameter = Parameter().Match(exception.Message);
            await (parameter.Success
                ? Problems.Invalid(parameter.Groups["name"].Value, $"“{parameter.Groups["value"].Value}” is no value for {parameter.Groups["name"].Value}. Days are written 2026-11-24, numbers in digits.")
                : Problems.Of(exception.StatusCode, RefusalCodes.Invalid, Text(exception))).ExecuteAsync(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody listens any more.
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
                await Problems.Unavailable(context, $"{problem.Text} Nothing was lost; try again.").ExecuteAsync(context);
                return;
            }
            LogFault(exception, context.TraceIdentifier);
            await Problems.Of(StatusCodes.Status500InternalServerError, "fault", $"A fault of ours. The log has it under {context.TraceIdentifier}.").ExecuteAsync(context);
        }
    }

    private static ProblemHttpResult TooLarge(HttpContext context) => Problems.Of(
        StatusCodes.Status413PayloadTooLarge,
        "too-large",
        $"The body is larger than the {(context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? MaxBody) / 1024} KiB that this call takes.");

    private static string Text(BadHttpRequestException exception) => exception switch
    {
        { InnerException: JsonException { Path: { Length: > 1 } path } } => $"The body is JSON, but not of the kind expected here: look at {path}. The fields are described at /openapi/v1.json.",
        { InnerException: JsonException } => "The body is not JSON.",
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } => "Send the body as JSON, with \"Content-Type: application/json\".",
        _ => exception.Message,
    };

    // How the framework words a query parameter that it could not read; where it words it otherwise, its own text is shown.
    [GeneratedRegex("""^Failed to bind parameter ".* (?<name>\w+)" from "(?<value>.{0,80}).*"\.$""", RegexOptions.Singleline)]
    private static partial Regex Parameter();

    [LoggerMessage(1601, LogLevel.Warning, "An API call failed while storage did not answer")]
    private partial void LogUnavailable(Exception exception);

    [LoggerMessage(1603, LogLevel.Error, "An API call failed: the disk of the store is full. Free space on that disk")]
    private partial void LogFull(Exception exception);

    [LoggerMessage(1602, LogLevel.Error, "An API call failed ({Trace})")]
    private partial void LogFault(Exception exception, string trace);
}
