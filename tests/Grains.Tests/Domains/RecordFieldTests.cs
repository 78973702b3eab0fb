using MtaSts.Modules.Dns;
using MtaSts.Peers;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

/// <summary>Records that some senders read in one way and others in another, and a policy host that reaches the service through other names.</summary>
public sealed class RecordFieldTests : DomainSceneTests
{
    private const string Name = "harbour.example";

    protected override Task<TempStore> NewStoreAsync() => Task.FromResult(TempStore.Sqlite());

    protected override Task BeginAsync() => Scene.GoLive(Name, PolicyMode.Testing, 86_400);

    [Theory]
    [InlineData("v=STSv1; id={0};", RecordState.Ok)]
    [InlineData("v=STSv1; id={0}; id={0};", RecordState.Invalid)]
    [InlineData("v=STSv1; id={0}; id=other;", RecordState.Invalid)]
    [InlineData("v=STSv1; v=STSv1; id={0};", RecordState.Invalid)]
    [InlineData("v=STSv1; id={0}; v=STSv2", RecordState.Invalid)]
    [InlineData("v=STSv1; id={0}; x=1; x=2", RecordState.Ok)]
    public async Task PolicyRecord_WithAFieldTwice_IsNotOk(string text, RecordState state)
    {
        await Poll.Until(
            async () =>
            {
                // Its id is announced when every gateway has the policy and it was seen from outside.
                await Scene.Pass(Name, TimeSpan.FromSeconds(30));
                await Scene.Check(Name);
                return (await Record("_mta-sts." + Name)).Expected is not null;
            },
            TimeSpan.FromSeconds(30),
            "the id is announced");
        var id = (await Record("_mta-sts." + Name)).Expected!.Split("id=")[1].TrimEnd(';');
        Scene.Dns.Publish("_mta-sts." + Name, DnsType.Txt, string.Format(System.Globalization.CultureInfo.InvariantCulture, text, id));
        await Scene.Check(Name);
        Assert.Equal(state, (await Record("_mta-sts." + Name)).State);
    }

    [Theory]
    [InlineData("v=TLSRPTv1; rua=mailto:{0}", RecordState.Ok)]
    [InlineData("v=TLSRPTv1; rua=mailto:{0},mailto:b@c.example", RecordState.Ok)]
    [InlineData("v=TLSRPTv1; rua=mailto:{0}; rua=mailto:b@c.example", RecordState.Invalid)]
    [InlineData("v=TLSRPTv1; rua=mailto:{0}; rua=mailto:{0}", RecordState.Invalid)]
    [InlineData("v=TLSRPTv1; v=TLSRPTv1; rua=mailto:{0}", RecordState.Invalid)]
    public async Task ReportingRecord_WithAFieldTwice_IsNotOk(string text, RecordState state)
    {
        var address = (await Scene.View(Name)).ReportAddress;
        Scene.Dns.Publish("_smtp._tls." + Name, DnsType.Txt, string.Format(System.Globalization.CultureInfo.InvariantCulture, text, address));
        await Scene.Check(Name);
        Assert.Equal(state, (await Record("_smtp._tls." + Name)).State);
    }

    [Theory]
    [InlineData(1, RecordState.Ok)]
    [InlineData(3, RecordState.Ok)]
    [InlineData(20, RecordState.Mismatch)]
    public async Task Cname_ThatReachesUsThroughOtherNames_IsOurs(int hops, RecordState state)
    {
        for (var hop = 0; hop < hops; hop++)
            Scene.Dns.Publish(hop == 0 ? "mta-sts." + Name : $"hop{hop}.example.net", DnsType.Cname, $"hop{hop + 1}.example.net");
        Scene.Dns.Publish($"hop{hops}.example.net", DnsType.Cname, (await Scene.View(Name)).CnameTarget);
        await Scene.Check(Name);
        Assert.Equal(state, (await Record("mta-sts." + Name)).State);
    }

    [Fact]
    public async Task Cname_ThatTurnsInACircle_LeadsElsewhere()
    {
        Scene.Dns.Publish("mta-sts." + Name, DnsType.Cname, "a.example.net");
        Scene.Dns.Publish("a.example.net", DnsType.Cname, "b.example.net");
        Scene.Dns.Publish("b.example.net", DnsType.Cname, "a.example.net");
        await Scene.Check(Name);
        Assert.Equal(RecordState.Mismatch, (await Record("mta-sts." + Name)).State);
    }

    private async Task<RecordView> Record(string name) => (await Scene.Domain(Name).GetRecords(DomainScene.Workspace))!.Single(record => record.Name == name);
}
