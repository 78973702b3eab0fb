using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Grains.Domains;

/// <summary>
/// Which records are to stand in the service's own zone, where the owners' CNAMEs lead (RFC 8461 §8.2). An effect <see cref="EffectKind.SetRecord"/> stays on the
/// list for as long as its record is wanted, so the list says what stands there; nothing that was ever ordered is forgotten before its deletion is done.
/// </summary>
internal static class DelegatedRecords
{
    /// <summary>
    /// Orders what is missing and the deletion of what is no longer wanted. A policy record shows the announced id and no other (<see cref="Announcement"/>), for the
    /// holder alone, and goes when the domain is off: after the retirement clock and the hostname's removal. A reporting record is written when the owner's CNAME has
    /// been seen, so that nobody fills the zone by claiming names, and goes with the claim.
    /// </summary>
    public static DomainState Follow(DomainState state, NamingOptions naming, HostingOptions options, DateTimeOffset now)
    {
        var wanted = Wanted(state, naming);
        foreach (var effect in state.Effects)
        {
            if (effect.Kind == EffectKind.SetRecord && !wanted.ContainsKey(effect.Record!))
                state = Order(state, EffectKind.RemoveRecord, effect.Record!, null, effect.Provider, now);
        }
        foreach (var (name, value) in wanted)
        {
            var known = Find(state, name);
            if (known is { Kind: EffectKind.SetRecord } && known.Value == value)
                continue;
            state = Order(state, EffectKind.SetRecord, name, value, known?.Provider, now);
            if (options.RecordTtl > RetirementClock.PolicyRecordTtl(state, options) && name == PolicyRecordName(state, naming))
                state = state with { PolicyRecordTtl = (int)options.RecordTtl.TotalSeconds };
        }
        return state;
    }

    /// <summary>The order that stands for the record of this name: to write it, or to delete it.</summary>
    public static PendingEffect? Find(DomainState state, string? name) =>
        name is null ? null : state.Effects.FirstOrDefault(effect => effect.Record == name);

    /// <summary>How the order ended. A record that stands is looked at again from time to time, so that one that was lost is written anew.</summary>
    public static DomainState Done(DomainState state, PendingEffect effect, EffectOutcome outcome, NamingOptions naming, HostingOptions options, DateTimeOffset now)
    {
        if (!outcome.Completed)
            return PendingEffects.Retry(state, effect with { Problem = outcome.Problem, NextStep = outcome.NextStep, Provider = outcome.Provider ?? effect.Provider }, outcome.RetryAfter, now, options);
        if (effect.Kind == EffectKind.RemoveRecord)
            return PendingEffects.Remove(state, effect.Id);
        if (effect.Record == PolicyRecordName(state, naming) && outcome.RecordTtl > (state.PolicyRecordTtl ?? 0))
            state = state with { PolicyRecordTtl = outcome.RecordTtl };
        if (effect.WrittenAt is null)
            state = state with { NextCheckAt = now }; // What the owner sees of it is to be right soon.
        return PendingEffects.Replace(state, effect with
        {
            Attempts = 0,
            Problem = null,
            NextStep = null,
            Provider = outcome.Provider ?? effect.Provider,
            WrittenAt = effect.WrittenAt ?? now,
            DueAt = now + options.EnsureLive,
        });
    }

    /// <summary>Whether the owner's CNAME leads to this name.</summary>
    public static bool LeadsTo(LookupView? alias, string? name) =>
        name is not null && alias is { Status: DnsStatus.Found } && alias.Values.Any(value => string.Equals(value.TrimEnd('.'), name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The value of a claim's reporting record; what owners who publish it themselves publish.</summary>
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
            if (naming.ReportingRecordTarget(claim.Token) is { } name && (LeadsTo(state.LastObservation?.ReportingAlias, name) || Find(state, name) is { Kind: EffectKind.SetRecord }))
                wanted[name] = ReportingValue(claim, naming);
        }
        return wanted;
    }

    private static string? PolicyRecordName(DomainState state, NamingOptions naming) => Claims.Holder(state) is { } holder ? naming.PolicyRecordTarget(holder.Token) : null;

    // A later order for the same name takes the earlier one's place; that it was failing is not forgotten.
    private static DomainState Order(DomainState state, EffectKind kind, string name, string? value, string? provider, DateTimeOffset now)
    {
        var earlier = Find(state, name);
        state = PendingEffects.Add(state with { Effects = state.Effects.RemoveAll(effect => effect.Record == name) }, kind, now);
        return PendingEffects.Replace(state, state.Effects[^1] with
        {
            Record = name,
            Value = value,
            Provider = provider,
            Attempts = earlier?.Kind == kind ? earlier.Attempts : 0,
            Problem = earlier?.Kind == kind ? earlier.Problem : null,
            NextStep = earlier?.Kind == kind ? earlier.NextStep : null,
        });
    }
}
