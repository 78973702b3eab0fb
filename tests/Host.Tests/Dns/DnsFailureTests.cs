using System.Net;
using MtaSts.Host.Dns;
using MtaSts.Modules.Dns;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Host.Tests.Dns;

/// <summary>Servers that fail, lie or are silent: a bounded wait, an answer that says nothing of the name, and never an exception.</summary>
public sealed class DnsFailureTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(9)]
    public async Task Query_AnErrorCode_Failed(byte code)
    {
        await using var server = new BrokenServer(question => BrokenServer.Say(question, code));

        var answer = await DnsScene.Through(server.Address).AskAsync("example.test", DnsType.Txt);

        Assert.Equal((DnsStatus.Failed, 0), (answer.Status, answer.Records.Count));
        Assert.False(string.IsNullOrEmpty(answer.Problem));
        Assert.InRange(server.Questions, 1, 10);
    }

    public static TheoryData<string, byte[]> Garbage()
    {
        byte[] record = [0xC0, 0x0C, 0, 16, 0, 1, 0, 0, 0, 60, 0, 5, 4, (byte)'t', (byte)'e', (byte)'x', (byte)'t'];
        return new TheoryData<string, byte[]>
        {
            { "a pointer to itself as the owner", [0xC0, 0x1E, .. record.Skip(2)] },
            { "a pointer beyond the end", [0xFF, 0xFF, .. record.Skip(2)] },
            { "a length beyond the end", [.. record.Take(10), 0xFF, 0xFF, .. record.Skip(12)] },
            { "a string longer than its record", [.. record.Take(12), 255, .. record.Skip(13)] },
            { "a record cut in two", [.. record.Take(7)] },
            { "nothing where a record is announced", [] },
            { "noise", [.. Enumerable.Range(0, 400).Select(static i => (byte)((i * 151) ^ 0x5A))] },
        };
    }

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task Query_AnAnswerThatCannotBeRead_FailedWithoutAnException(string what, byte[] records)
    {
        Assert.NotEmpty(what);
        await using var server = new BrokenServer(question =>
        {
            // The additional section of the question (EDNS) goes; one answer record is announced.
            var end = Array.IndexOf<byte>(question, 0, 12) + 5;
            byte[] answer = [.. BrokenServer.Say(question, 0)[..end], .. records];
            (answer[6], answer[7], answer[10], answer[11]) = (0, 1, 0, 0);
            return answer;
        });
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(12));

        var answer = await DnsScene.Through(server.Address).AskAsync("example.test", DnsType.Txt, limit.Token);

        Assert.Equal((DnsStatus.Failed, 0), (answer.Status, answer.Records.Count));
        // For people: nothing of the bytes.
        Assert.InRange(answer.Problem!.Length, 1, 60);
    }

    [Fact]
    public async Task Query_AnAnswerToAnotherQuestion_IsNotBelieved()
    {
        await using var server = new BrokenServer(static question =>
        {
            var answer = BrokenServer.Say(question, 3);
            answer[0] ^= 0xFF;
            return answer;
        });

        Assert.Equal(DnsStatus.Failed, (await DnsScene.Through(server.Address).AskAsync("example.test", DnsType.Txt)).Status);
    }

    [Fact]
    public async Task Query_MoreRecordsThanAMailDomainHas_AreCutAtTheLimit()
    {
        await using var server = new BrokenServer(static question =>
        {
            var end = Array.IndexOf<byte>(question, 0, 12) + 5;
            byte[] answer = [.. BrokenServer.Say(question, 0)[..end], .. Enumerable.Range(0, 150).SelectMany(static i => new byte[] { 0xC0, 0x0C, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, (byte)i })];
            (answer[6], answer[7], answer[10], answer[11]) = (0, 150, 0, 0);
            return answer;
        });

        Assert.Equal(DnsLookup.MaxRecords, (await DnsScene.Through(server.Address).AskAsync("example.test", DnsType.A)).Records.Count);
    }

    [Fact]
    public async Task Query_NobodyListens_FailedWithinTheLimit() =>
        Assert.Equal(DnsStatus.Failed, (await DnsScene.Through(new IPEndPoint(IPAddress.Loopback, FreePort.Next())).AskAsync("example.test", DnsType.A)).Status);

    [Fact]
    public async Task Query_ASilentServer_FailedWithinTheLimit()
    {
        await using var server = new BrokenServer(static _ => null);

        var answer = await DnsScene.Through(server.Address).AskAsync("example.test", DnsType.A);

        Assert.Equal((DnsStatus.Failed, "no answer in time"), (answer.Status, answer.Problem));
        Assert.InRange(server.Questions, 1, 5);
    }

    [Fact]
    public async Task Query_TheCallerWillNotWait_FailedAtOnce()
    {
        await using var server = new BrokenServer(static _ => null);
        using var limit = new CancellationTokenSource();
        var asking = DnsScene.Through(server.Address).AskAsync("example.test", DnsType.A, limit.Token);
        await Poll.Until(() => server.Questions > 0, TimeSpan.FromMinutes(2), "the question is asked");

        await limit.CancelAsync();

        var answer = await asking;
        Assert.Equal((DnsStatus.Failed, "no answer in time"), (answer.Status, answer.Problem));
        Assert.Equal(1, server.Questions);
    }

    [Fact]
    public async Task Query_TheFirstServerIsSilent_TheSecondAnswers()
    {
        await using var silent = new BrokenServer(static _ => null);
        await using var server = new BrokenServer(static question => BrokenServer.Say(question, 3));

        Assert.Equal(DnsStatus.NoName, (await DnsScene.Through(silent.Address, server.Address).AskAsync("example.test", DnsType.A)).Status);
    }

    [Fact]
    public async Task Query_TheFirstServerSaysNoSuchName_TheSecondIsNotAsked()
    {
        await using var server = new BrokenServer(static question => BrokenServer.Say(question, 3));
        await using var silent = new BrokenServer(static _ => null);

        Assert.Equal(DnsStatus.NoName, (await DnsScene.Through(server.Address, silent.Address).AskAsync("example.test", DnsType.A)).Status);
        Assert.Equal(0, silent.Questions);
    }

    [Fact]
    public async Task Query_TheFirstServerFails_TheSecondAnswers()
    {
        await using var failing = new BrokenServer(static question => BrokenServer.Say(question, 2));
        await using var server = new BrokenServer(static question => BrokenServer.Say(question, 3));

        Assert.Equal(DnsStatus.NoName, (await DnsScene.Through(failing.Address, server.Address).AskAsync("example.test", DnsType.A)).Status);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Servers_NothingSet_AreTheSystems(string? setting) => Assert.Empty(DnsSetup.Servers(setting));

    [Fact]
    public void Servers_AList_IsReadWithItsPorts() =>
        Assert.Equal(["192.0.2.1:53", "192.0.2.2:5353", "[2001:db8::1]:53", "[2001:db8::2]:5353"], DnsSetup.Servers("192.0.2.1, 192.0.2.2:5353 ,[2001:db8::1]:53,[2001:db8::2]:5353").Select(static server => server.ToString()));

    [Theory]
    [InlineData("dns.example")]
    [InlineData("192.0.2.1;192.0.2.2")]
    [InlineData("192.0.2.1:99999")]
    public void Servers_WhatIsNoAddress_SaysWhichAndHow(string setting)
    {
        var exception = Assert.Throws<InvalidOperationException>(() => DnsSetup.Servers("192.0.2.9, " + setting));

        Assert.Contains(setting, exception.Message, StringComparison.Ordinal);
        Assert.Contains("Dns:Servers", exception.Message, StringComparison.Ordinal);
    }
}
