using System.Net.Http.Json;

namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>Client of Cloudflare's API for DNS records, without any logic of its use.</summary>
internal sealed class ZoneRecordsClient(ApiCaller caller, string zoneId)
{
    /// <summary>Records of one name that are read; the service writes one for each name.</summary>
    private const int MaxRecords = 100;

    private string Records => $"zones/{zoneId}/dns_records";

    /// <summary>The records of exactly this name, of every type.</summary>
    public async Task<ApiAnswer<IReadOnlyList<ZoneRecord>>> ListAsync(string name, CancellationToken cancellationToken)
    {
        var answer = await caller.ExchangeAsync(HttpMethod.Get, $"{Records}?name.exact={Uri.EscapeDataString(name)}&per_page={MaxRecords}", null, CloudflareJson.Default.ApiEnvelopeIReadOnlyListZoneRecord, cancellationToken);
        return answer switch
        {
            ApiAnswer<ApiEnvelope<IReadOnlyList<ZoneRecord>>>.Failed failed => failed.Failure,
            ApiAnswer<ApiEnvelope<IReadOnlyList<ZoneRecord>>>.Ok { Value: { Success: true, Result: { } records } } when records.Count < MaxRecords && records.All(record => record is { Id: not null, Name: not null, Type: not null }) =>
                new ApiAnswer<IReadOnlyList<ZoneRecord>>.Ok([.. records.Where(record => string.Equals(record.Name, name, StringComparison.OrdinalIgnoreCase))]),
            _ => ApiCaller.Malformed(),
        };
    }

    /// <summary>All of the changes or none.</summary>
    public async Task<ApiFailure?> ChangeAsync(RecordBatch batch, CancellationToken cancellationToken)
    {
        var answer = await caller.ExchangeAsync(HttpMethod.Post, $"{Records}/batch", JsonContent.Create(batch, CloudflareJson.Default.RecordBatch), CloudflareJson.Default.ApiEnvelopeRecordBatch, cancellationToken);
        return answer switch
        {
            ApiAnswer<ApiEnvelope<RecordBatch>>.Failed failed => failed.Failure,
            ApiAnswer<ApiEnvelope<RecordBatch>>.Ok { Value.Success: true } => null,
            _ => ApiCaller.Malformed(),
        };
    }
}
