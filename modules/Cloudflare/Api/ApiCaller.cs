using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>Where the client calls and as whom.</summary>
/// <param name="RequestBudget">Requests per <see cref="RequestPace.Window"/> that this process allows itself.</param>
internal sealed record ApiAccess(string ZoneId, string Token, int RequestBudget)
{
    /// <summary>Without the token: this may be logged.</summary>
    public override string ToString() => $"zone {ZoneId}";
}

/// <summary>One request and its answer: pace, token, time, size and form. Nothing is thrown for what Cloudflare or the network does.</summary>
internal sealed class ApiCaller(HttpClient http, ApiAccess access, RequestPace pace, TimeProvider clock)
{
    public static ApiFailure.Transient Malformed() => new("the answer does not have the form the API promises");

    public async Task<ApiAnswer<T>> ExchangeAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        if (pace.Refuse(access.RequestBudget) is { } wait)
            return new ApiFailure.RateLimited("waiting, so as to stay below the limit of requests", wait);
        using var limit = new CancellationTokenSource(ApiLimits.RequestTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access.Token);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (await BoundedContent.ReadAsync(response.Content, ApiLimits.MaxResponseBytes, either.Token) is not { } bytes)
                return new ApiFailure.Transient($"the answer is larger than {ApiLimits.MaxResponseBytes / 1024} KiB");
            return Read(response, bytes, type);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new ApiFailure.Transient($"no answer within {ApiLimits.RequestTimeout.TotalSeconds:0} s");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new ApiFailure.Transient(FailureReader.Line(exception.Message));
        }
    }

    private ApiAnswer<T> Read<T>(HttpResponseMessage response, byte[] bytes, JsonTypeInfo<T> type)
        where T : class
    {
        if (!response.IsSuccessStatusCode)
        {
            if (response.StatusCode != HttpStatusCode.TooManyRequests)
                pace.Answered();
            return FailureReader.Read(response.StatusCode, response.StatusCode == HttpStatusCode.TooManyRequests ? pace.Close(RetryAfter(response)) : TimeSpan.Zero, bytes);
        }
        pace.Answered();
        try
        {
            return JsonSerializer.Deserialize(bytes, type) is { } value ? new ApiAnswer<T>.Ok(value) : Malformed();
        }
        catch (JsonException)
        {
            return Malformed();
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - clock.GetUtcNow(),
        _ => null,
    };
}
