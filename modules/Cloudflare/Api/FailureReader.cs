using System.Net;
using System.Text;
using System.Text.Json;

namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>Reads an unsuccessful answer: the kind of failure, and Cloudflare's message.</summary>
internal static class FailureReader
{
    private const int MarkupSample = 256;

    /// <param name="retryAfter">For a 429: how long nothing is sent.</param>
    public static ApiFailure Read(HttpStatusCode status, TimeSpan retryAfter, byte[] body)
    {
        var errors = Errors(body);
        var message = Message(status, errors);
        var code = errors.Select(error => error.Code ?? 0).FirstOrDefault();
        return status switch
        {
            HttpStatusCode.TooManyRequests => new ApiFailure.RateLimited(message, retryAfter),
            >= HttpStatusCode.InternalServerError or HttpStatusCode.RequestTimeout => new ApiFailure.Transient(message),
            _ when Has(errors, ErrorCodes.DuplicateHostname) => new ApiFailure.Duplicate(message),
            _ when Has(errors, ErrorCodes.NoQuota) || Has(errors, ErrorCodes.QuotaExceeded) => new ApiFailure.QuotaExceeded(message),
            _ when Has(errors, ErrorCodes.HostnameNotFound) => new ApiFailure.NotFound(message),
            // The API answers in JSON. An HTML page is a challenge or comes from a proxy, and means nothing for the token or the request.
            _ when errors.Count == 0 && IsPage(body) => new ApiFailure.Transient($"{message} with a web page in place of the API's answer: a proxy or a challenge page answered"),
            HttpStatusCode.Unauthorized => new ApiFailure.Unauthorized(message),
            // 1413, 1414 … are limits of the plan with their own messages; a 403 outside that range concerns the token.
            HttpStatusCode.Forbidden when code is < 1400 or >= 1500 => new ApiFailure.Unauthorized(message),
            _ => new ApiFailure.Rejected(message, code),
        };
    }

    /// <summary>The errors as one human-readable line.</summary>
    public static string Message(HttpStatusCode status, IReadOnlyList<ApiError> errors)
    {
        if (errors.Count == 0)
            return $"HTTP {(int)status}";
        return string.Join("; ", errors.Take(ApiLimits.MaxErrors).Select(error => $"{Line(error.Message)} ({error.Code?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "no code"})"));
    }

    /// <summary>One of Cloudflare's texts, on one line and of bounded length.</summary>
    public static string Line(string? text)
    {
        var line = string.Concat((text ?? "").Take(ApiLimits.MaxMessage).Select(character => char.IsControl(character) ? ' ' : character)).Trim();
        return line.Length == 0 ? "no message" : line;
    }

    private static bool Has(IReadOnlyList<ApiError> errors, long code) => errors.Any(error => error.Code == code);

    private static bool IsPage(byte[] body) =>
        Encoding.ASCII.GetString(body.AsSpan(0, Math.Min(body.Length, MarkupSample))).TrimStart('\uFEFF', '?', ' ', '\t', '\r', '\n').StartsWith('<');

    private static IReadOnlyList<ApiError> Errors(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, CloudflareJson.Default.ErrorEnvelope)?.Errors ?? [];
        }
        catch (JsonException)
        {
            return []; // A proxy's page: only the status is used.
        }
    }
}
