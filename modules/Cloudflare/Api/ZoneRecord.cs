namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>A DNS record as the API returns it.</summary>
/// <param name="Content">Of a TXT: quoted strings in most cases, split by Cloudflare.</param>
/// <param name="Ttl">Seconds; 1 is "automatic".</param>
internal sealed record ZoneRecord(string? Id, string? Name, string? Type, string? Content, int? Ttl);

internal sealed record RecordId(string? Id);

/// <summary>Changes that Cloudflare applies in one transaction, in this order.</summary>
internal sealed record RecordBatch(IReadOnlyList<RecordId>? Deletes, IReadOnlyList<ZoneRecord>? Puts, IReadOnlyList<ZoneRecord>? Posts);
