using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using MtaSts.Modules.Hostnames;

namespace MtaSts.Modules.Caddy.Ask;

/// <summary>
/// Answers Caddy's ask requests whether a name may have a certificate: 200 permits it, any other status refuses it. Without it anyone who points a
/// name at Caddy could cause certificate orders.
/// </summary>
internal sealed class AskHandler(IHostedNames names, IOptions<CaddyOptions> options)
{
    /// <summary>Longest name of the DNS in text (RFC 1035 §2.3.4).</summary>
    private const int MaxName = 253;

    private readonly Lazy<byte[]> path = new(() => Encoding.UTF8.GetBytes(PathOf(options.Value))); // Lazy, because another provider may be in use.

    /// <summary>Path of the ask requests, including the secret.</summary>
    public static string PathOf(CaddyOptions options) => options.AskSecret is { } secret ? $"/ask/{secret}" : "/ask";

    public async Task HandleAsync(HttpContext context)
    {
        context.Response.ContentLength = 0;
        context.Response.StatusCode = CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(context.Request.Path.Value ?? ""), path.Value)
            ? await AnswerAsync(context.Request)
            : StatusCodes.Status404NotFound;
    }

    private async Task<int> AnswerAsync(HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method))
            return StatusCodes.Status405MethodNotAllowed;
        if (request.Query["domain"] is not [{ } name] || !IsOrderable(name))
            return StatusCodes.Status400BadRequest;
        return await names.FindAsync(name) switch
        {
            HostedState.Hosted => StatusCodes.Status200OK,
            HostedState.NotHosted => StatusCodes.Status404NotFound,
            _ => StatusCodes.Status503ServiceUnavailable,
        };
    }

    /// <summary>A certificate's name has no port and no trailing dot, which a Host header may have.</summary>
    private static bool IsOrderable(string name) => name.Length is > 0 and <= MaxName && !name.Contains(':', StringComparison.Ordinal) && name[^1] != '.';
}
