using MtaSts.Modules.Cloudflare.Api;
using MtaSts.Modules.Dns;

namespace MtaSts.Modules.Cloudflare.Dns;

/// <summary>The changes to the records of a name; null when there are none. Values are compared decoded, because Cloudflare splits and quotes TXT
/// records differently.</summary>
internal static class RecordPlan
{
    public static RecordBatch? Replace(IReadOnlyList<ZoneRecord> records, DnsRecordSet set, int ttl)
    {
        var type = Wire(set.Type);
        List<ZoneRecord> spare = [];
        var missing = set.Values.ToList();
        List<RecordId> deletes = [.. records.Where(record => IsInTheWay(record.Type!, set.Type)).Select(record => new RecordId(record.Id))];
        foreach (var record in records.Where(record => record.Type == type))
        {
            if (record.Ttl != ttl || !missing.Remove(Decoded(record, set.Type)))
                spare.Add(record);
        }
        // An existing record is changed in place, so that the name is never without one.
        List<ZoneRecord> puts = [.. spare.Zip(missing, (record, value) => new ZoneRecord(record.Id, set.Name, type, Encoded(value, set.Type), ttl))];
        List<ZoneRecord> posts = [.. missing.Skip(puts.Count).Select(value => new ZoneRecord(null, set.Name, type, Encoded(value, set.Type), ttl))];
        deletes.AddRange(spare.Skip(puts.Count).Select(record => new RecordId(record.Id)));
        return Batch(deletes, puts, posts);
    }

    public static RecordBatch? Delete(IReadOnlyList<ZoneRecord> records, DnsType type) =>
        Batch([.. records.Where(record => record.Type == Wire(type)).Select(record => new RecordId(record.Id))], [], []);

    private static RecordBatch? Batch(List<RecordId> deletes, List<ZoneRecord> puts, List<ZoneRecord> posts) =>
        deletes.Count + puts.Count + posts.Count == 0 ? null : new RecordBatch(deletes.Count == 0 ? null : deletes, puts.Count == 0 ? null : puts, posts.Count == 0 ? null : posts);

    // RFC 1034 §3.6.2: a name with a CNAME has no other records.
    private static bool IsInTheWay(string type, DnsType wanted) => wanted == DnsType.Cname ? type != "CNAME" : type == "CNAME";

    private static string Decoded(ZoneRecord record, DnsType type) =>
        type == DnsType.Txt ? TxtStrings.Unquote(record.Content ?? "") : (record.Content ?? "").TrimEnd('.').ToLowerInvariant();

    private static string Encoded(string value, DnsType type) => type == DnsType.Txt ? TxtStrings.Quote(value) : value;

    private static string Wire(DnsType type) => type == DnsType.Txt ? "TXT" : "CNAME";
}
