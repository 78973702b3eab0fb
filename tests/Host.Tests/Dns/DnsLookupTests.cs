using MtaSts.Modules.Dns;
using Xunit;

namespace MtaSts.Host.Tests.Dns;

/// <summary>Look-ups against a real name server.</summary>
public sealed class DnsLookupTests(BindFixture bind) : IClassFixture<BindFixture>
{
    private const int Ttl = 321;

    [Fact]
    public async Task Query_Cname_IsTheFirstHopAndNotTheEnd() =>
        Assert.Equal(
            [new DnsRecord("_mta-sts.alias.test", "hop-1.test", Ttl)],
            await FoundAsync("_mta-sts.alias.test", DnsType.Cname));

    [Theory]
    [InlineData("_mta-sts.alias.test")]
    [InlineData("_MTA-STS.Alias.TEST")]
    [InlineData("_mta-sts.alias.test.")]
    public async Task Query_TxtBehindAChainOfAliases_IsTheTextAtItsEnd(string name) =>
        Assert.Equal([new DnsRecord("target.test", "v=STSv1; id=20260102030405;", Ttl)], await FoundAsync(name, DnsType.Txt));

    [Fact]
    public async Task Query_TxtOfSeveralStrings_IsJoinedWithoutSpaces()
    {
        Assert.Equal(["v=STSv1; id=2026;"], await ValuesAsync("_mta-sts.strings.test", DnsType.Txt));
        Assert.Equal([new string('x', 3_000)], await ValuesAsync("long.test", DnsType.Txt));
    }

    [Fact]
    public async Task Query_SeveralTxtRecords_AreSeveral() =>
        Assert.Equal(["", "v=STSv1; id=1;", "v=spf1 -all"], (await ValuesAsync("_mta-sts.several.test", DnsType.Txt)).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Query_TxtOfOddBytes_IsTextAndNoException() =>
        Assert.Equal(["a\"b\\c;d", "ü", "\uFFFD\0"], (await ValuesAsync("odd.test", DnsType.Txt)).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Query_AnAnswerTooLargeForUdp_ComesByTcp()
    {
        var values = await ValuesAsync("large.test", DnsType.Txt);

        Assert.Equal(60, values.Distinct(StringComparer.Ordinal).Count());
        Assert.All(values, static value => Assert.Equal(504, value.Length));
    }

    [Fact]
    public async Task Query_Mx_IsInTheOrderOfPreference()
    {
        var records = await FoundAsync("mail.test", DnsType.Mx);

        Assert.Equal([5, 10, 10, 20], records.Select(static record => record.Preference));
        Assert.Equal("first.test", records[0].Value);
        Assert.Equal(["primary-2.test", "primary.test"], records.Skip(1).Take(2).Select(static record => record.Value).Order(StringComparer.Ordinal));
        Assert.Equal("backup.test", records[3].Value);
    }

    [Fact]
    public async Task Query_NullMx_IsADot() => Assert.Equal([new DnsRecord("null.test", ".", Ttl)], await FoundAsync("null.test", DnsType.Mx));

    [Fact]
    public async Task Query_TheOtherTypes_AreDecoded()
    {
        Assert.Equal(["192.0.2.1", "192.0.2.2"], (await ValuesAsync("host.test", DnsType.A)).Order(StringComparer.Ordinal));
        Assert.Equal(["2001:db8::1"], await ValuesAsync("host.test", DnsType.Aaaa));
        Assert.Equal(["0 issue \"ca.example\""], await ValuesAsync("host.test", DnsType.Caa));
        Assert.Equal(
            ["2 0 0 30", "255 7 9 ABCD", "3 1 1 00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"],
            (await ValuesAsync("_25._tcp.host.test", DnsType.Tlsa)).Order(StringComparer.Ordinal));
        Assert.Equal(["ns.test"], await ValuesAsync("test", DnsType.Ns));
        Assert.Equal(["ns.test"], await ValuesAsync("test", DnsType.Soa));
    }

    [Theory]
    [InlineData("unheard-of.test", DnsType.Txt, DnsStatus.NoName)]
    [InlineData("astray.test", DnsType.Txt, DnsStatus.NoName)]
    [InlineData("host.test", DnsType.Txt, DnsStatus.NoData)]
    [InlineData("host.test", DnsType.Cname, DnsStatus.NoData)]
    [InlineData("under.test", DnsType.A, DnsStatus.NoData)]
    [InlineData("away.test", DnsType.Txt, DnsStatus.NoData)]
    public async Task Query_NoSuchNameAndNoSuchRecord_AreToldApart(string name, DnsType type, DnsStatus status)
    {
        var answer = await bind.Lookup.AskAsync(name, type);

        Assert.Equal((status, 0, null), (answer.Status, answer.Records.Count, answer.Problem));
    }

    [Fact]
    public async Task Query_ALoopOfAliasesAndAZoneTheServerDoesNotHave_Failed()
    {
        // SERVFAIL and REFUSED in BIND's words.
        Assert.Equal(new DnsAnswer(DnsStatus.Failed, [], "Server Failure"), await bind.Lookup.AskAsync("loop-1.test", DnsType.Txt));
        Assert.Equal(new DnsAnswer(DnsStatus.Failed, [], "Query Refused"), await bind.Lookup.AskAsync("somewhere.example", DnsType.A));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..test")]
    [InlineData(".test")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa.test")]
    public async Task Query_WhatTheDnsCannotHold_FailedWithoutAsking(string name) =>
        Assert.Equal(DnsStatus.Failed, (await bind.Lookup.AskAsync(name, DnsType.A)).Status);

    [Theory]
    [InlineData("a b.test")]
    [InlineData("a\\.b.test")]
    [InlineData("a\0b.test")]
    [InlineData("*.test")]
    [InlineData("bücher.test")]
    [InlineData("\uD800.test")]
    [InlineData("a@b.test")]
    public async Task Query_AnOddName_IsAnAnswerAndNoException(string name) =>
        Assert.NotEqual(DnsStatus.Found, (await bind.Lookup.AskAsync(name, DnsType.A)).Status);

    [Fact]
    public async Task Query_AChangedRecord_IsSeenAtOnce()
    {
        Assert.Equal(DnsStatus.NoName, (await bind.Lookup.AskAsync("later.test", DnsType.Txt)).Status);

        await bind.Server.PublishAsync("later.test", "TXT", "here");

        Assert.Equal(["here"], await ValuesAsync("later.test", DnsType.Txt));
        // Its TTL would let a cache keep it for minutes.
        await bind.Server.PublishAsync("later.test", "TXT", "there");
        Assert.Equal(["there"], await ValuesAsync("later.test", DnsType.Txt));
    }

    [Fact]
    public async Task Query_ManyAtOnce_AreAllAnswered()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(i => bind.Lookup.AskAsync(i % 2 == 0 ? "mail.test" : "null.test", DnsType.Mx)));

        Assert.All(answers, static (answer, i) => Assert.Equal(i % 2 == 0 ? 4 : 1, answer.Records.Count));
    }

    private async Task<IReadOnlyList<DnsRecord>> FoundAsync(string name, DnsType type)
    {
        var answer = await bind.Lookup.AskAsync(name, type);
        Assert.Equal((DnsStatus.Found, null), (answer.Status, answer.Problem));
        return answer.Records;
    }

    private async Task<IReadOnlyList<string>> ValuesAsync(string name, DnsType type) => [.. (await FoundAsync(name, type)).Select(static record => record.Value)];
}
