using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
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

/// <summary>
/// Cloudflare's API for custom hostnames, and nothing of what it is used for. No call throws for what Cloudflare or the
/// network does; a call that the caller cancels throws <see cref="OperationCanceledException"/>.
/// </summary>
/// <param name="http">Its base address is the API's, ending in a slash; without a time-out of its own.</param>
internal sealed class CloudflareClient(HttpClient http, ApiAccess access, RequestPace pace, TimeProvider clock)
{
    private string Hostnames => $"zones/{access.ZoneId}/custom_hostnames";

    public Task<ApiAnswer<CustomHostname>> CreateAsync(string hostname, SslRequest ssl, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, Hostnames, JsonContent.Create(new CreateRequest(hostname, ssl), CloudflareJson.Default.CreateRequest),
            CloudflareJson.Default.ApiEnvelopeCustomHostname, cancellationToken);

    /// <summary>Sets the certificate's request anew. With the same method and type it starts validation over, back-off included.</summary>
    public Task<ApiAnswer<CustomHostname>> EditAsync(string id, SslRequest ssl, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Patch, $"{Hostnames}/{Uri.EscapeDataString(id)}", JsonContent.Create(new EditRequest(ssl), CloudflareJson.Default.EditRequest),
            CloudflareJson.Default.ApiEnvelopeCustomHostname, cancellationToken);

    /// <summary>Deletes the hostname and its certificates. Accepts the bare and the enveloped answer.</summary>
    public async Task<ApiAnswer<DeletedHostname>> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        var answer = await ExchangeAsync(HttpMethod.Delete, $"{Hostnames}/{Uri.EscapeDataString(id)}", null, CloudflareJson.Default.DeleteEnvelope, cancellationToken);
        return answer switch
        {
            ApiAnswer<DeleteEnvelope>.Failed failed => failed.Failure,
            ApiAnswer<DeleteEnvelope>.Ok { Value: { Success: not false } value } when (value.Id ?? value.Result?.Id) is { } deleted => new ApiAnswer<DeletedHostname>.Ok(new DeletedHostname(deleted)),
            _ => new ApiFailure.Transient("the answer to the deletion has no id"),
        };
    }

    /// <summary>One page of the hostnames that a filter lets through.</summary>
    /// <param name="page">From 1.</param>
    public async Task<ApiAnswer<HostnamePage>> ListAsync(HostnameFilter filter, int page, CancellationToken cancellationToken)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{Hostnames}?{filter.Parameter}={Uri.EscapeDataString(filter.Value)}&page={page}&per_page={ApiLimits.PageSize}");
        var answer = await ExchangeAsync(HttpMethod.Get, path, null, CloudflareJson.Default.ApiEnvelopeIReadOnlyListCustomHostname, cancellationToken);
        return answer switch
        {
            ApiAnswer<ApiEnvelope<IReadOnlyList<CustomHostname>>>.Failed failed => failed.Failure,
            ApiAnswer<ApiEnvelope<IReadOnlyList<CustomHostname>>>.Ok { Value: { Success: true, Result: { } hostnames } envelope }
                when hostnames.All(IsWhole) => new ApiAnswer<HostnamePage>.Ok(new HostnamePage(hostnames, IsLast(envelope.ResultInfo, page, hostnames.Count))),
            _ => Malformed(),
        };
    }

    /// <summary>
    /// The hostnames of exactly this name: none or one, unless Cloudflare keeps an old one while it deletes it. An empty
    /// answer is sure; a search that would take more than <see cref="ApiLimits.MaxFindPages"/> is a failure, not an empty answer.
    /// </summary>
    public async Task<ApiAnswer<IReadOnlyList<CustomHostname>>> FindAsync(string hostname, CancellationToken cancellationToken)
    {
        var filter = HostnameFilter.ByName(hostname);
        for (var page = 1; page <= ApiLimits.MaxFindPages; page++)
        {
            var answer = await ListAsync(filter, page, cancellationToken);
            if (answer is not ApiAnswer<HostnamePage>.Ok { Value: var found })
                return ((ApiAnswer<HostnamePage>.Failed)answer).Failure;
            CustomHostname[] matches = [.. found.Hostnames.Where(item => string.Equals(item.Hostname, hostname, StringComparison.OrdinalIgnoreCase))];
            if (matches.Length > 0 || found.IsLast)
                return new ApiAnswer<IReadOnlyList<CustomHostname>>.Ok(matches);
        }
        return new ApiFailure.Transient($"the search for the hostname fills more than {ApiLimits.MaxFindPages} pages");
    }

    public Task<ApiAnswer<FallbackOrigin>> GetFallbackOriginAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"{Hostnames}/fallback_origin", null, CloudflareJson.Default.ApiEnvelopeFallbackOrigin, cancellationToken);

    public Task<ApiAnswer<HostnameQuota>> GetQuotaAsync(CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, $"{Hostnames}/quota", null, CloudflareJson.Default.ApiEnvelopeHostnameQuota, cancellationToken);

    private static bool IsWhole(CustomHostname? hostname) => hostname is { Id: not null, Hostname: not null };

    private static bool IsLast(ResultInfo? info, int page, int count) => info switch
    {
        { TotalPages: { } pages } => page >= pages,
        { TotalCount: { } total } => page * (long)ApiLimits.PageSize >= total,
        _ => count < ApiLimits.PageSize,
    };

    private static ApiFailure.Transient Malformed() => new("the answer does not have the form the API promises");

    private async Task<ApiAnswer<T>> SendAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<ApiEnvelope<T>> type, CancellationToken cancellationToken)
        where T : class
    {
        var answer = await ExchangeAsync(method, path, body, type, cancellationToken);
        return answer switch
        {
            ApiAnswer<ApiEnvelope<T>>.Failed failed => failed.Failure,
            ApiAnswer<ApiEnvelope<T>>.Ok { Value: { Success: true, Result: { } result } } when result is not CustomHostname hostname || IsWhole(hostname) => new ApiAnswer<T>.Ok(result),
            _ => Malformed(),
        };
    }

    private async Task<ApiAnswer<T>> ExchangeAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
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
            var failure = FailureReader.Read(response.StatusCode, RetryAfter(response), bytes);
            if (failure is ApiFailure.RateLimited limited)
                pace.Close(limited.RetryAfter);
            return failure;
        }
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
