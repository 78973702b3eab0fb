using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>The zone and the credentials of the client.</summary>
/// <param name="RequestBudget">Requests per <see cref="RequestPace.Window"/> allowed to this process.</param>
internal sealed record ApiAccess(string ZoneId, string Token, int RequestBudget)
{
    /// <summary>Without the token: this may be logged.</summary>
    public override string ToString() => $"zone {ZoneId}";
}

/// <summary>One request and its answer: pace, token and form; the HTTP client has the limits of time and size. Errors of Cloudflare or the network do not throw.</summary>
internal sealed class ApiCaller(HttpClient http, ApiAccess access, RequestPace pace, TimeProvider clock)
{
    public static ApiFailure.Transient Malformed() => new("the answer does not have the form the API promises");

    public async Task<ApiAnswer<T>> ExchangeAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class
    {
        if (pace.Refuse(access.RequestBudget) is { } wait)
            return new ApiFailure.RateLimited("waiting, so as to stay below the limit of requests", wait);
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", access.Token);
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return Read(response, await response.Content.ReadAsByteArrayAsync(cancellationToken), type);
        }
        catch (HttpRequestException exception)
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
