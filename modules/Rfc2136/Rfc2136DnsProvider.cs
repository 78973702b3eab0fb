using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;
using ARSoft.Tools.Net.Dns.DynamicUpdate;
using Microsoft.Extensions.Options;
using MtaSts.Modules.Dns;

namespace MtaSts.Modules.Rfc2136;

/// <summary>
/// Records by dynamic updates (RFC 2136). A set is replaced in one message, which the server applies completely or not at all, and is done when the
/// server answers queries with it.
/// </summary>
public sealed class Rfc2136DnsProvider(IOptions<Rfc2136Options> options, TimeProvider clock) : IDnsProvider
{
    /// <summary>The permanent id.</summary>
    public const string ProviderId = "dns.rfc2136";

    /// <inheritdoc/>
    public string Id => ProviderId;

    /// <inheritdoc/>
    public async Task<DnsChange> ReplaceAsync(DnsRecordSet set, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (Unusable(set.Type) is { } unusable)
            return unusable;
        var name = DomainName.Parse(set.Name);
        return await WithServerAsync(async client =>
        {
            var before = await client.ReadAsync(name, Wire(set.Type), cancellationToken);
            if (before is ServerAnswer.Ok { Records: var records } && Shows(records, set) && records.All(record => record.TimeToLive == set.Ttl))
                return (before, new DnsChange.Done(set.Ttl));
            var updated = await client.UpdateAsync(
                [Drop(name, set.Type == DnsType.Txt ? DnsType.Cname : DnsType.Txt), Drop(name, set.Type), .. set.Values.Select(value => new AddRecordUpdate(Record(name, set, value)))], cancellationToken);
            if (updated is not ServerAnswer.Ok)
                return (updated, null);
            var after = await client.ReadAsync(name, Wire(set.Type), cancellationToken);
            return (after, after is ServerAnswer.Ok { Records: var written } && Shows(written, set) ? new DnsChange.Done(written[0].TimeToLive) : null);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<DnsChange> DeleteAsync(string name, DnsType type, CancellationToken cancellationToken)
    {
        if (Unusable(type) is { } unusable)
            return unusable;
        var parsed = DomainName.Parse(name);
        return await WithServerAsync(async client =>
        {
            // Without a query before: "no records" may come from the server's cache (PowerDNS keeps it for a minute).
            var updated = await client.UpdateAsync([Drop(parsed, type)], cancellationToken);
            if (updated is not ServerAnswer.Ok)
                return (updated, null);
            var after = await client.ReadAsync(parsed, Wire(type), cancellationToken);
            return (after, after is ServerAnswer.Ok { Records.Count: 0 } ? new DnsChange.Done(0) : null);
        }, cancellationToken);
    }

    private DnsChange.Failed? Unusable(DnsType type)
    {
        if (type is not (DnsType.Txt or DnsType.Cname))
            return new DnsChange.Failed($"RFC 2136: records of type {type} are not written by this module.", null);
        try
        {
            _ = options.Value;
            return null;
        }
        catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException)
        {
            return new DnsChange.Failed($"RFC 2136: {exception.Message}", "The operator must set it (section Rfc2136).");
        }
    }

    private async Task<DnsChange> WithServerAsync(Func<UpdateClient, Task<(ServerAnswer Last, DnsChange.Done? Done)>> change, CancellationToken cancellationToken)
    {
        var (key, problem) = await TsigKey.ReadAsync(options.Value, cancellationToken);
        if (key is null)
            return new DnsChange.Failed($"RFC 2136: {problem}.", "The operator must check Rfc2136:KeySecretFile.");
        var target = UpdateTarget.Of(options.Value);
        var (last, done) = await change(new UpdateClient(target, key, clock));
        return done ?? FailureAnswers.Of(last, target, key);
    }

    private static bool Shows(IReadOnlyList<DnsRecordBase> records, DnsRecordSet set) =>
        records.Select(Value).Order(StringComparer.Ordinal).SequenceEqual(set.Values.Order(StringComparer.Ordinal));

    private static string Value(DnsRecordBase record) => record switch
    {
        TxtRecord txt => string.Concat(txt.TextParts),
        CNameRecord alias => alias.CanonicalName.ToString().TrimEnd('.').ToLowerInvariant(),
        _ => "",
    };

    private static DnsRecordBase Record(DomainName name, DnsRecordSet set, string value) =>
        set.Type == DnsType.Txt ? new TxtRecord(name, set.Ttl, TxtStrings.Cut(value)) : new CNameRecord(name, set.Ttl, DomainName.Parse(value));

    private static DeleteAllRecordsUpdate Drop(DomainName name, DnsType type) => new(name, Wire(type));

    private static RecordType Wire(DnsType type) => type == DnsType.Txt ? RecordType.Txt : RecordType.CName;
}
