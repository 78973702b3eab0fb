using Polly.RateLimiting;
using Polly.Timeout;

namespace MtaSts.Modules.Http;

/// <summary>Replaces the library's exceptions by the one that callers of an HTTP client expect.</summary>
internal sealed class HttpFailures : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (TimeoutRejectedException exception)
        {
            throw new HttpRequestException($"no answer within {exception.Timeout.TotalSeconds:0.#} s", exception);
        }
        catch (RateLimiterRejectedException exception)
        {
            throw new HttpRequestException("too many requests of this module are waiting", exception);
        }
    }

    /// <summary>The limits hold for asynchronous requests only.</summary>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The HTTP clients of a module send asynchronously: call SendAsync.");
}
