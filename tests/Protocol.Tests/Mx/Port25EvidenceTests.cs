using Xunit;

namespace MtaSts.Protocol.Tests.Mx;

public sealed class Port25EvidenceTests
{
    private const string Alice = "ws-alice";
    private const string Bob = "ws-bob";
    private static readonly MxOutcome[] Silence = [MxOutcome.NoAnswer, MxOutcome.NoAnswer, MxOutcome.NoRoute];
    private static readonly MxOutcome[] Answer = [MxOutcome.Encrypted];
    private static readonly TimeSpan Later = Port25Evidence.OpenFor;

    private static Port25Evidence Blocked => Silent(Port25Evidence.None, Alice, 3);

    public static TheoryData<MxOutcome> Answers => [.. Enum.GetValues<MxOutcome>().Except([MxOutcome.NotTried, MxOutcome.PrivateAddress, MxOutcome.NoAnswer, MxOutcome.NoRoute, MxOutcome.Refused])];

    [Fact]
    public void State_NothingTried_IsUnknown() => Assert.Equal(Port25State.Unknown, Port25Evidence.None.State);

    /// <summary>A service with one workspace: it alone can show it.</summary>
    [Fact]
    public void State_SeveralHostsOfTheOnlyWorkspaceAreSilent_IsBlocked()
    {
        Assert.Equal(Port25State.Unknown, Silent(Port25Evidence.None, Alice, 2).State);
        Assert.Equal(Port25State.Blocked, Silent(Port25Evidence.None, Alice, 3).State);
    }

    /// <summary>Its members choose the MX hosts of its domains: what they are shown decides for nobody else, however many there are and however long they are silent.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void State_ManyHostsOfOneWorkspaceAmongSeveralAreSilent_IsAsBefore(bool isSecondSeenFirst)
    {
        var evidence = isSecondSeenFirst ? Port25Evidence.None.After(Bob, "", Answer, default) : Silent(Port25Evidence.None, Alice, 2).After(Bob, "", Answer, default);
        evidence = Silent(evidence, Alice, 50, Later * 10);
        Assert.Equal(Port25State.Open, evidence.State);
        // A single host of a second one shows that it is not that workspace alone.
        Assert.Equal(Port25State.Blocked, evidence.After(Bob, "b.example", Silence, Later * 10).State);
    }

    /// <summary>It may be down: only several different ones say something of the port.</summary>
    [Fact]
    public void State_OneHostIsSilentAgainAndAgain_IsUnknown() =>
        Assert.Equal(Port25State.Unknown, Enumerable.Range(0, 10).Aggregate(Port25Evidence.None, static (evidence, i) => evidence.After(i % 3 == 0 ? Bob : Alice, i % 2 == 0 ? "a.example" : "A.Example", Silence, default)).State);

    /// <summary>An established connection is an answer, also after the port was found blocked; and one answer outweighs what was silent before, for hours.</summary>
    [Theory, MemberData(nameof(Answers))]
    public void State_AnythingAnswers_IsOpenAndNotBlockedForHours(MxOutcome answer)
    {
        var evidence = Blocked.After(Bob, "d.example", [MxOutcome.NoAnswer, answer], default);
        Assert.Equal(Port25State.Open, evidence.State);
        evidence = evidence.After(Alice, "a.example", Silence, default).After(Bob, "b.example", Silence, default);
        Assert.Equal(Port25State.Open, evidence.State);
        evidence = evidence.After(Bob, "c.example", Silence, Later - TimeSpan.FromSeconds(1));
        Assert.Equal(Port25State.Unknown, evidence.State); // Connections that fail now say nothing of the hosts.
        Assert.Equal(Port25State.Open, evidence.After(Bob, "d.example", [answer], Later).State);
        Assert.Equal(Port25State.Blocked, evidence.After(Alice, "a.example", Silence, Later).State);
    }

    /// <summary>A firewall of this network that rejects connections causes the same refusal everywhere; a single MX host that refuses shows nothing.</summary>
    [Fact]
    public void State_EveryHostRefuses_IsBlocked()
    {
        MxOutcome[] refused = [MxOutcome.Refused];
        var evidence = Port25Evidence.None.After(Alice, "a.example", refused, default).After(Alice, "b.example", Silence, default);
        Assert.Equal(Port25State.Unknown, evidence.State);
        Assert.Equal(Port25State.Blocked, evidence.After(Alice, "c.example", refused, default).State);
        Assert.Equal(Port25State.Open, evidence.After(Alice, "c.example", [MxOutcome.Refused, MxOutcome.Closed], default).After(Alice, "d.example", refused, default).State);
    }

    [Theory]
    [InlineData(MxOutcome.NotTried)]
    [InlineData(MxOutcome.PrivateAddress)]
    [InlineData(MxOutcome.NoRoute)]
    public void State_NoConnectionWasPossible_SaysNothing(MxOutcome outcome)
    {
        Assert.Equal(Port25State.Unknown, Enumerable.Range(0, 10).Aggregate(Port25Evidence.None, (evidence, i) => evidence.After(Alice, $"{i}.example", [outcome], default)).State);
        Assert.Equal(Port25State.Blocked, Blocked.After(Alice, "d.example", [outcome], default).State);
        Assert.Equal(Port25State.Unknown, Port25Evidence.None.After(Alice, "a.example", [], default).State);
    }

    /// <summary>Bounds: a set of every silent host.</summary>
    [Fact]
    public void After_Blocked_KeepsNoFurtherHosts()
    {
        var blocked = Silent(Blocked, Bob, 3);
        Assert.Same(blocked, Silent(Silent(blocked, Alice, 10), "ws-carol", 10));
    }

    private static Port25Evidence Silent(Port25Evidence evidence, string workspace, int hosts, TimeSpan now = default) =>
        Enumerable.Range(0, hosts).Aggregate(evidence, (known, i) => known.After(workspace, $"{workspace}{i}.example", Silence, now));
}
