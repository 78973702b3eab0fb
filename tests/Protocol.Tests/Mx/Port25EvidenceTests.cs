using Xunit;

namespace MtaSts.Protocol.Tests.Mx;

public sealed class Port25EvidenceTests
{
    private static readonly MxOutcome[] Silence = [MxOutcome.NoAnswer, MxOutcome.NoAnswer, MxOutcome.NoRoute];

    private static readonly Port25Evidence Blocked = Port25Evidence.None.After("a.example", Silence).After("b.example", Silence).After("c.example", Silence);

    [Fact]
    public void State_NothingTried_IsUnknown() => Assert.Equal(Port25State.Unknown, Port25Evidence.None.State);

    [Fact]
    public void State_SeveralDomainsAreSilent_IsBlocked()
    {
        var evidence = Port25Evidence.None.After("a.example", Silence).After("b.example", Silence);
        Assert.Equal(Port25State.Unknown, evidence.State);
        Assert.Equal(Port25State.Blocked, evidence.After("c.example", Silence).State);
    }

    /// <summary>It may be down: only several different ones say something of the port.</summary>
    [Fact]
    public void State_OneDomainIsSilentAgainAndAgain_IsUnknown() =>
        Assert.Equal(Port25State.Unknown, Enumerable.Range(0, 10).Aggregate(Port25Evidence.None, static (evidence, i) => evidence.After(i % 2 == 0 ? "a.example" : "A.Example", Silence)).State);

    public static TheoryData<MxOutcome> Answers => [.. Enum.GetValues<MxOutcome>().Except([MxOutcome.NotTried, MxOutcome.PrivateAddress, MxOutcome.NoAnswer, MxOutcome.NoRoute, MxOutcome.Refused])];

    /// <summary>An established connection is an answer, also after the port was found blocked; and one answer outweighs what was silent before.</summary>
    [Theory, MemberData(nameof(Answers))]
    public void State_AnythingAnswers_IsOpen(MxOutcome answer)
    {
        var evidence = Blocked.After("d.example", [MxOutcome.NoAnswer, answer]);
        Assert.Equal(Port25State.Open, evidence.State);
        evidence = evidence.After("a.example", Silence).After("b.example", Silence);
        Assert.Equal(Port25State.Open, evidence.State);
        Assert.Equal(Port25State.Blocked, evidence.After("c.example", Silence).State);
    }

    /// <summary>A firewall of this network that rejects connections causes the same refusal everywhere; a single MX host that refuses shows nothing.</summary>
    [Fact]
    public void State_EveryDomainRefuses_IsBlocked()
    {
        MxOutcome[] refused = [MxOutcome.Refused];
        var evidence = Port25Evidence.None.After("a.example", refused).After("b.example", Silence);
        Assert.Equal(Port25State.Unknown, evidence.State);
        Assert.Equal(Port25State.Blocked, evidence.After("c.example", refused).State);
        Assert.Equal(Port25State.Open, evidence.After("c.example", [MxOutcome.Refused, MxOutcome.Closed]).After("d.example", refused).State);
    }

    [Theory]
    [InlineData(MxOutcome.NotTried)]
    [InlineData(MxOutcome.PrivateAddress)]
    [InlineData(MxOutcome.NoRoute)]
    public void State_NoConnectionWasPossible_SaysNothing(MxOutcome outcome)
    {
        Assert.Equal(Port25State.Unknown, Enumerable.Range(0, 10).Aggregate(Port25Evidence.None, (evidence, i) => evidence.After($"{i}.example", [outcome])).State);
        Assert.Equal(Port25State.Blocked, Blocked.After("d.example", [outcome]).State);
        Assert.Equal(Port25State.Unknown, Port25Evidence.None.After("a.example", []).State);
    }

    /// <summary>Bounds: a set of every silent domain.</summary>
    [Fact]
    public void After_Blocked_KeepsNoFurtherDomains() => Assert.Same(Blocked, Blocked.After("e.example", Silence));
}
