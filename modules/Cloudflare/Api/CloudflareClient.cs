using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Serialization.Metadata;

namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>
/// Client of Cloudflare's API for custom hostnames, without any logic of its use. Errors of Cloudflare or the network do not throw; a call that the
/// caller cancels throws <see cref="OperationCanceledException"/>.
/// </summary>
/// <param name="http">Its base address is the API's, ending in a slash.</param>
internal sealed class CloudflareClient(HttpClient http, ApiAccess access, RequestPace pace, TimeProvider clock)
{
    private readonly ApiCaller caller = new(http, access, pace, clock);

    private string Hostnames => $"zones/{access.ZoneId}/custom_hostnames";

    public Task<ApiAnswer<CustomHostname>> CreateAsync(string hostname, SslRequest ssl, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Post, Hostnames, JsonContent.Create(new CreateRequest(hostname, ssl), CloudflareJson.Default.CreateRequest),
            CloudflareJson.Default.ApiEnvelopeCustomHostname, cancellationToken);

    /// <summary>Replaces the certificate request. With the same method and type it restarts validation and its back-off.</summary>
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

    /// <summary>One page of the hostnames that match a filter.</summary>
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
    /// The hostnames of exactly this name: none or one, unless Cloudflare still deletes an old one. An empty answer is reliable; a search that would
    /// need more than <see cref="ApiLimits.MaxFindPages"/> is a failure, not an empty answer.
    /// </summary>
    public async Task<ApiAnswer<IReadOnlyList<CustomHostname>>> FindAsync(string hostname, CancellationToken cancellationToken)
    {
        var exact = await ListAsync(HostnameFilter.ByExactName(hostname), 1, cancellationToken);
        if (exact is not ApiAnswer<HostnamePage>.Ok { Value: var listed })
            return ((ApiAnswer<HostnamePage>.Failed)exact).Failure;
        var named = Named(listed, hostname);
        // A full page of other names: the filter was ignored, and the zone is too large to be read completely.
        return named.Count > 0 || listed.IsLast ? new ApiAnswer<IReadOnlyList<CustomHostname>>.Ok(named) : await SearchAsync(hostname, cancellationToken);
    }

    private async Task<ApiAnswer<IReadOnlyList<CustomHostname>>> SearchAsync(string hostname, CancellationToken cancellationToken)
    {
        for (var page = 1; page <= ApiLimits.MaxFindPages; page++)
        {
            var answer = await ListAsync(HostnameFilter.ByName(hostname), page, cancellationToken);
            if (answer is not ApiAnswer<HostnamePage>.Ok { Value: var found })
                return ((ApiAnswer<HostnamePage>.Failed)answer).Failure;
            var matches = Named(found, hostname);
            if (matches.Count > 0 || found.IsLast)
                return new ApiAnswer<IReadOnlyList<CustomHostname>>.Ok(matches);
        }
        return new ApiFailure.Transient($"the search for the hostname fills more than {ApiLimits.MaxFindPages} pages");
    }

    private static IReadOnlyList<CustomHostname> Named(HostnamePage page, string hostname) =>
        [.. page.Hostnames.Where(item => string.Equals(item.Hostname, hostname, StringComparison.OrdinalIgnoreCase))];

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

    private static ApiFailure.Transient Malformed() => ApiCaller.Malformed();

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

    private Task<ApiAnswer<T>> ExchangeAsync<T>(HttpMethod method, string path, HttpContent? body, JsonTypeInfo<T> type, CancellationToken cancellationToken)
        where T : class => caller.ExchangeAsync(method, path, body, type, cancellationToken);
}
