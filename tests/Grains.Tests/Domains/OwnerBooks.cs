using MtaSts.Grains.Domains;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>
/// Whose domain it is, from the outside: its own notes of what stood in the DNS, and no look at how the rule decides. Holds that only the workspace whose
/// token stands in the DNS can change what is served, and that a held domain goes only where the DNS led twice, the record's TTL apart.
/// </summary>
internal sealed class OwnerBooks(LifecycleBench bench)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(5);
    private readonly List<Observation> since = []; // The holder took the domain with the first.
    private readonly HashSet<string> gone = []; // Without a claim at some time since then: a new claim has a new token, which only this test gives again.
    private Observation? last;
    private string? holder;
    private int? served;

    /// <summary>Takeovers seen, so that a run without any is noticed.</summary>
    public int Takeovers { get; private set; }

    public void Check()
    {
        var seen = bench.State.LastObservation;
        if (seen is not null && !ReferenceEquals(seen, last))
            since.Add(last = seen);
        if (bench.State.Holder is { } now && now != holder)
        {
            Assert.True(Stands(now, last!), "the domain went to a workspace without a token in the DNS");
            if (holder is not null)
                CheckTakeover(holder, now);
            since.RemoveRange(0, since.Count - 1);
            gone.Clear();
        }
        gone.UnionWith(new[] { LifecycleBench.Alice, LifecycleBench.Bob }.Where(workspace => Claims.Of(bench.State, workspace) is null));
        holder = bench.State.Holder;
        if (bench.Served is { } version && version.Number != served)
            Assert.Equal(holder, version.Workspace);
        served = bench.Served?.Number;
    }

    private void CheckTakeover(string from, string to)
    {
        Takeovers++;
        var ttl = TimeSpan.FromSeconds(TtlOf(to, last!));
        var first = since.FindLastIndex(one => !Stands(to, one) && Answered(one)) + 1;
        Assert.True(last!.At - since[first].At >= (ttl > Shortest ? ttl : Shortest), "a takeover after one look, or two that are too close");
        if (Shows(to, last!))
            return;
        Assert.False(Stands(from, last!), "taken over by records while the holder's stand there too");
        Assert.True(Answered(last!), "taken over while a look-up failed");
        Assert.True(Named(to, last!.ClaimRecord, NamingOptions.ClaimText) || Named(to, last!.PolicyAlias, LifecycleBench.Naming.PolicyRecordTarget), "taken over by a report address alone");
        Assert.True(gone.Contains(to) || IsNew(to, one => one.ClaimRecord, NamingOptions.ClaimText) || IsNew(to, one => one.PolicyAlias, LifecycleBench.Naming.PolicyRecordTarget), "taken over by what had stood there since before the holder came");
    }

    /// <summary>It stands there now, and was seen not to since the holder came.</summary>
    private bool IsNew(string workspace, Func<Observation, LookupView?> record, Func<string, string?> text) =>
        Named(workspace, record(last!), text) && since.Exists(one => Answered(one) && !Named(workspace, record(one), text));

    private static bool Shows(string workspace, Observation seen) => Named(workspace, seen.Cname, LifecycleBench.Naming.CnameTarget);

    private static bool Answered(Observation seen) =>
        new[] { seen.Cname, seen.ClaimRecord!, seen.PolicyAlias!, seen.ReportingAlias!, seen.ReportingRecord }.All(one => one is { Status: not DnsStatus.Failed });

    private static bool Stands(string workspace, Observation seen) =>
        Shows(workspace, seen) || Named(workspace, seen.ClaimRecord, NamingOptions.ClaimText) || Named(workspace, seen.PolicyAlias, LifecycleBench.Naming.PolicyRecordTarget)
        || Named(workspace, seen.ReportingAlias, LifecycleBench.Naming.ReportingRecordTarget) || Named(workspace, seen.ReportingRecord, Rua);

    private static int TtlOf(string workspace, Observation seen) => Shows(workspace, seen) ? seen.Cname.Ttl
        : Math.Max(Named(workspace, seen.ClaimRecord, NamingOptions.ClaimText) ? seen.ClaimRecord!.Ttl : 0, Named(workspace, seen.PolicyAlias, LifecycleBench.Naming.PolicyRecordTarget) ? seen.PolicyAlias!.Ttl : 0);

    private static bool Named(string workspace, LookupView? record, Func<string, string?> text) => record is not null && record.Values.Contains(text(LifecycleBench.Token(workspace)));

    private static string Rua(string token) => ReportingRecord.Write(["mailto:" + LifecycleBench.Naming.ReportAddress(token)]);
}
