using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>
/// The records required in the service's own zone, the targets of the owners' CNAMEs (RFC 8461 §8.2). A record stays listed until its deletion is done.
/// </summary>
internal static class DelegatedRecords
{
    /// <summary>
    /// Updates the wanted state of the records. A policy record contains only the announced id (<see cref="Announcement"/>), for the
    /// holder only, and is deleted when the domain is off: after the retirement clock and the hostname's removal. A reporting record is written when the owner's CNAME was
    /// seen, so that claims alone cannot fill the zone, and is deleted with the claim.
    /// </summary>
    public static DomainState Follow(DomainState state, NamingOptions naming, HostingOptions options, DateTimeOffset now)
    {
        var wanted = Wanted(state, naming);
        foreach (var record in state.Records.Where(record => record.Value is not null && !wanted.ContainsKey(record.Name)))
            state = Set(state, record.Name, null, now);
        foreach (var (name, value) in wanted)
        {
            if (Find(state, name)?.Value == value)
                continue;
            state = Set(state, name, value, now);
            if (options.RecordTtl > RetirementClock.PolicyRecordTtl(state, options) && name == PolicyRecordName(state, naming))
                state = state with { PolicyRecordTtl = (int)options.RecordTtl.TotalSeconds };
        }
        return state;
    }

    public static DesiredRecord? Find(DomainState state, string? name) => state.Records.FirstOrDefault(record => record.Name == name);

    /// <summary>Applies the result of an order. An existing record is checked regularly, so that a lost one is written again.</summary>
    public static DomainState Reconciled(DomainState state, DesiredRecord record, ReconcileResult result, NamingOptions naming, HostingOptions options, DateTimeOffset now)
    {
        var reported = record.With(result);
        if (!result.IsDone)
            return state with { Records = state.Records.Replace(record, reported.Delay(result.RetryAfter, now, options)) };
        if (record.Value is null)
            return state with { Records = state.Records.Remove(record) };
        if (record.Name == PolicyRecordName(state, naming) && result is RecordResult { Ttl: { } ttl } && ttl > (state.PolicyRecordTtl ?? 0))
            state = state with { PolicyRecordTtl = ttl };
        return state with
        {
            Records = state.Records.Replace(record, reported with { Attempts = 0, WrittenAt = record.WrittenAt ?? now, DueAt = now + options.EnsureLive }),
            NextCheckAt = record.WrittenAt is null ? now : state.NextCheckAt, // Updates the owner's view soon.
        };
    }

    /// <summary>Whether the owner's CNAME leads to this name.</summary>
    public static bool LeadsTo(LookupView? alias, string? name) =>
        name is not null && alias is { Status: DnsStatus.Found } && alias.Values.Any(value => string.Equals(value.TrimEnd('.'), name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The value of a claim's reporting record; the same value that owners publish themselves.</summary>
    public static string ReportingValue(Claim claim, NamingOptions naming)
    {
        var address = "mailto:" + naming.ReportAddress(ReportAddresses.Token(claim));
        return ReportingRecord.Write(naming.ReportUrl(ReportAddresses.Token(claim)) is { } url ? [address, url] : [address]);
    }

    private static Dictionary<string, string> Wanted(DomainState state, NamingOptions naming)
    {
        var wanted = new Dictionary<string, string>(StringComparer.Ordinal);
        if (PolicyRecordName(state, naming) is { } policy && Announcement.Version(state) is { } announced && announced.Workspace == state.Holder)
            wanted[policy] = PolicyRecord.Write(announced.Id);
        foreach (var claim in state.Claims)
        {
            if (naming.ReportingRecordTarget(claim.Token) is { } name && (LeadsTo(state.LastObservation?.ReportingAlias, name) || Find(state, name)?.Value is not null))
                wanted[name] = ReportingValue(claim, naming);
        }
        return wanted;
    }

    private static string? PolicyRecordName(DomainState state, NamingOptions naming) => Claims.Holder(state) is { } holder ? naming.PolicyRecordTarget(holder.Token) : null;

    // A later decision on the same name replaces the earlier one, but keeps its failures.
    private static DomainState Set(DomainState state, string name, string? value, DateTimeOffset now)
    {
        var earlier = Find(state, name);
        state = Work.NextId(state, now, out var id);
        var record = earlier is not null && earlier.Value is null == value is null
            ? earlier with { Id = id, Value = value, WrittenAt = null, DueAt = now }
            : new DesiredRecord { Id = id, Name = name, Value = value, Provider = earlier?.Provider, DueAt = now };
        return state with { Records = [.. state.Records.Where(known => known.Name != name), record] };
    }
}
