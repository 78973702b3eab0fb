using Microsoft.Extensions.Options;
using MtaSts.Modules.Cloudflare.Api;
using MtaSts.Modules.Dns;

namespace MtaSts.Modules.Cloudflare.Dns;

/// <summary>Records in a zone at Cloudflare: listed, compared, and differences are changed in one transaction.</summary>
public sealed class CloudflareDnsProvider : IDnsProvider
{
    /// <summary>The permanent id.</summary>
    public const string ProviderId = "dns.cloudflare";

    /// <summary>The TTLs that Cloudflare accepts on every plan.</summary>
    private const int ShortestTtl = 60;
    private const int LongestTtl = 86_400;
    private static readonly TimeSpan AfterOutage = TimeSpan.FromSeconds(30);

    private readonly IHttpClientFactory http;
    private readonly IOptions<CloudflareDnsOptions> options;
    private readonly TimeProvider clock;
    private readonly RequestPace pace;

    /// <summary>Constructed by the host.</summary>
    public CloudflareDnsProvider(IHttpClientFactory http, IOptions<CloudflareDnsOptions> options, TimeProvider clock) =>
        (this.http, this.options, this.clock, pace) = (http, options, clock, new RequestPace(clock));

    /// <inheritdoc/>
    public string Id => ProviderId;

    /// <inheritdoc/>
    public Task<DnsChange> ReplaceAsync(DnsRecordSet set, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(set);
        return set.Type is DnsType.Txt or DnsType.Cname
            ? ChangeAsync(set.Name, records => RecordPlan.Replace(records, set, Math.Clamp(set.Ttl, ShortestTtl, LongestTtl)), Math.Clamp(set.Ttl, ShortestTtl, LongestTtl), cancellationToken)
            : Task.FromResult<DnsChange>(new DnsChange.Failed($"Cloudflare: records of type {set.Type} are not written by this module.", null));
    }

    /// <inheritdoc/>
    public Task<DnsChange> DeleteAsync(string name, DnsType type, CancellationToken cancellationToken) =>
        ChangeAsync(name, records => RecordPlan.Delete(records, type), 0, cancellationToken);

    private async Task<DnsChange> ChangeAsync(string name, Func<IReadOnlyList<ZoneRecord>, RecordBatch?> plan, int ttl, CancellationToken cancellationToken)
    {
        ZoneRecordsClient client;
        try
        {
            client = Create();
        }
        catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException)
        {
            return new DnsChange.Failed($"Cloudflare: {exception.Message}", "The operator must set it (section CloudflareDns).");
        }
        var listed = await client.ListAsync(name, cancellationToken);
        if (listed is not ApiAnswer<IReadOnlyList<ZoneRecord>>.Ok { Value: var records })
            return Failure(((ApiAnswer<IReadOnlyList<ZoneRecord>>.Failed)listed).Failure);
        if (plan(records) is not { } batch)
            return new DnsChange.Done(ttl);
        var refused = await client.ChangeAsync(batch, cancellationToken);
        // Read again after any answer: another silo may have made the same change, and a change may succeed although its answer is lost.
        return await client.ListAsync(name, cancellationToken) switch
        {
            ApiAnswer<IReadOnlyList<ZoneRecord>>.Ok { Value: var after } when plan(after) is null => new DnsChange.Done(ttl),
            ApiAnswer<IReadOnlyList<ZoneRecord>>.Failed failed => Failure(refused ?? failed.Failure),
            _ when refused is not null => Failure(refused),
            _ => new DnsChange.Pending("Cloudflare has accepted the change but does not return it yet.", AfterOutage),
        };
    }

    private ZoneRecordsClient Create()
    {
        var settings = options.Value;
        var client = http.CreateClient(ProviderId);
        client.BaseAddress = settings.ApiUrl.AbsolutePath.EndsWith('/') ? settings.ApiUrl : new Uri(settings.ApiUrl.AbsoluteUri + "/");
        return new ZoneRecordsClient(new ApiCaller(client, new ApiAccess(settings.ZoneId, settings.ApiToken, settings.RequestsPerFiveMinutes), pace, clock), settings.ZoneId);
    }

    private static DnsChange Failure(ApiFailure failure) => failure switch
    {
        ApiFailure.RateLimited limited => new DnsChange.Pending($"Cloudflare accepts no more requests now: {limited.Message}.", limited.RetryAfter),
        ApiFailure.Transient => new DnsChange.Pending($"Cloudflare gave no usable answer: {failure.Message}.", AfterOutage),
        ApiFailure.Unauthorized => new DnsChange.Failed($"Cloudflare: {failure.Message}", "The operator must check CloudflareDns:ApiToken: active, for this zone, with “DNS: Edit”."),
        _ => new DnsChange.Failed($"Cloudflare: {failure.Message}", "The operator must check that CloudflareDns:ZoneId is the zone that contains Hosting:RecordZone."),
    };
}
