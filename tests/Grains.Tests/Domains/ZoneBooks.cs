using MtaSts.Grains.Domains;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>What must hold of the service's own zone, whatever happens: judged by its history and by when which version was served.</summary>
internal sealed class ZoneBooks(LifecycleBench bench, RecordZoneModel zone)
{
    private readonly Dictionary<string, DateTimeOffset> servedSince = [];
    private readonly Dictionary<string, DateTimeOffset> rememberedUntil = [];
    private readonly Dictionary<string, int> newest = [];
    private readonly HashSet<string> disowned = [];
    private string? current;

    public void Check()
    {
        NoteServed();
        while (zone.Changes.TryDequeue(out var change))
        {
            if (WorkspaceOf(change.Name) is { } workspace)
                CheckPolicyRecord(change.Name, workspace, change.Before, change.After);
        }
        foreach (var name in zone.Records.Keys)
        {
            if (WorkspaceOf(name) is { } workspace && workspace != bench.State.Holder)
                disowned.Add(name);
        }
    }

    /// <summary>When all is carried out the zone holds what is announced and what is asked for, and nothing else.</summary>
    public void CheckSettled()
    {
        Check();
        Dictionary<string, string> expected = [];
        if (Announcement.Version(bench.State) is { } announced && announced.Workspace == bench.State.Holder)
            expected[LifecycleBench.Naming.PolicyRecordTarget(LifecycleBench.Token(announced.Workspace))!] = PolicyRecord.Write(announced.Id);
        var policies = zone.Records.Where(record => WorkspaceOf(record.Key) is not null).ToDictionary();
        Assert.Equal(expected.Order(Comparer<KeyValuePair<string, string>>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key))), policies.OrderBy(record => record.Key, StringComparer.Ordinal));
        foreach (var name in zone.Records.Keys.Except(policies.Keys))
            Assert.Contains(bench.State.Claims, claim => LifecycleBench.Naming.ReportingRecordTarget(claim.Token) == name);
    }

    private void NoteServed()
    {
        var served = bench.Served;
        if (current is not null && served?.Id != current)
            rememberedUntil[current] = bench.Now + bench.Options.Lease + TimeSpan.FromSeconds(Version(current).Content.MaxAge);
        current = served?.Id;
        if (current is not null && servedSince.TryAdd(current, bench.Now))
            rememberedUntil[current] = DateTimeOffset.MaxValue;
    }

    private void CheckPolicyRecord(string name, string workspace, string? before, string? after)
    {
        if (after is not null)
        {
            var version = Version(IdOf(after));
            Assert.True(bench.Now >= servedSince[version.Id] + bench.Options.Lease, "an id stands in the zone before every gateway serves its version");
            Assert.True(version.Number >= newest.GetValueOrDefault(name), "an older id stands in the zone after a newer one");
            newest[name] = version.Number;
            disowned.Remove(name);
        }
        else if (before is not null && workspace == bench.State.Holder && !disowned.Contains(name))
        {
            var last = Version(IdOf(before)).Number;
            var promised = bench.State.Versions.Where(version => version.Number <= last && version.Content.Mode != PolicyMode.None).Select(version => rememberedUntil[version.Id]);
            Assert.All(promised, until => Assert.True(bench.Now >= until, "the record is deleted while a sender may still apply a cached policy"));
        }
    }

    private static string? WorkspaceOf(string name) =>
        Array.Find([LifecycleBench.Alice, LifecycleBench.Bob], workspace => LifecycleBench.Naming.PolicyRecordTarget(LifecycleBench.Token(workspace)) == name);

    private static string IdOf(string record) => Assert.IsType<PolicyRecordReading.Found>(PolicyRecord.Parse(record)).Record.Id;

    private PolicyVersion Version(string id) => bench.State.Versions.Single(version => version.Id == id);
}
