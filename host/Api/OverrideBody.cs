using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.Features;

namespace MtaSts.Host.Api;

/// <summary>
/// The body that a command may have and most calls leave out. Read here and not by the framework, which takes a call without a body and its type for a call that there
/// is not.
/// </summary>
/// <param name="Override">Do it in spite of advice that needs an override.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record OverrideBody(bool Override = false)
{
    public static async ValueTask<OverrideBody?> BindAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true })
            return new OverrideBody();
        if (!context.Request.HasJsonContentType())
            throw new BadHttpRequestException("The body is not JSON.", StatusCodes.Status415UnsupportedMediaType);
        try
        {
            return await context.Request.ReadFromJsonAsync<OverrideBody>(context.RequestAborted) ?? new OverrideBody();
        }
        catch (JsonException exception)
        {
            throw new BadHttpRequestException("The body is not JSON.", exception);
        }
    }
}
