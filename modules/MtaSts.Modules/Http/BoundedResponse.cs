namespace MtaSts.Modules.Http;

/// <summary>One attempt: reads the response's body into memory; a larger one is a failure, and so is a connection that takes too long.</summary>
internal sealed class BoundedResponse(int maxBytes) : DelegatingHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await ConnectAsync(request, cancellationToken);
        if (request.Method == HttpMethod.Head)
            return response; // Its Content-Length is that of a body which is not sent.
        try
        {
            await response.Content.LoadIntoBufferAsync(maxBytes, cancellationToken);
            return response;
        }
        catch (Exception exception)
        {
            response.Dispose();
            if (exception is HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded })
                throw new HttpRequestException(HttpRequestError.ConfigurationLimitExceeded, $"the answer is larger than {maxBytes / 1024} KiB", exception);
            throw;
        }
    }

    private async Task<HttpResponseMessage> ConnectAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return await base.SendAsync(request, cancellationToken);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, "no connection in time", exception); // The connection's own timeout.
        }
    }
}
