using MtaSts.Modules.Reports;
using Xunit;

namespace MtaSts.Host.Tests.Spool;

public sealed class SpooledInboxTests
{
    private const int Large = 2 * 1024 * 1024;

    [Fact]
    public async Task Accept_AddressHasHadItsShare_IsPutOffAndNotSpooled()
    {
        await using var scene = new SpoolScene(onEnvelope: _ => new Receipt.Unavailable("spent") { IsOverShare = true });
        Assert.IsType<Receipt.Unavailable>(await scene.AcceptAsync(Samples.Envelope(1)));
        Assert.Equal(0, scene.Spool.Now.Waiting);
    }

    [Fact]
    public async Task Accept_StorageAnswers_GoesPastTheSpool()
    {
        await using var scene = new SpoolScene();

        Assert.Equal(new Receipt.Stored("rp-1"), await scene.AcceptAsync(Samples.Envelope(1)));

        Assert.Equal(0, scene.Spool.Now.Waiting);
        Assert.Single(scene.Stored);
    }

    [Fact]
    public async Task Accept_StorageIsDown_IsKeptAndLaterNobodyWaitsForStorage()
    {
        await using var scene = new SpoolScene { IsDown = true };

        Assert.IsType<Receipt.Stored>(await scene.AcceptAsync(Samples.Envelope(1)));
        scene.Hang = new TaskCompletionSource(); // Asked once more it would keep us.
        Assert.IsType<Receipt.Stored>(await scene.AcceptAsync(Samples.Envelope(2)));

        Assert.Equal((1, 2), (scene.Asked, scene.Spool.Now.Waiting));
    }

    [Fact]
    public async Task Accept_StorageDoesNotAnswerInTime_IsKeptAndTheLateCopyChangesNothing()
    {
        await using var scene = new SpoolScene { Hang = new TaskCompletionSource() };

        var receipt = scene.AcceptAsync(Samples.Envelope(1));
        Assert.False(receipt.IsCompleted);
        scene.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.IsType<Receipt.Stored>(await receipt.WaitAsync(TimeSpan.FromMinutes(2)));

        scene.Hang.SetResult(); // The write arrives after all.
        await scene.DrainAsync();
        Assert.Single(scene.Stored);
        Assert.Equal(0, scene.Spool.Now.Waiting);
    }

    [Fact]
    public async Task Accept_ALargeOneIsTheFirstToMeetAnOutage_IsKeptAndLaterNobodyWaitsForStorage()
    {
        await using var scene = new SpoolScene { IsDown = true };

        Assert.IsType<Receipt.Stored>(await scene.AcceptAsync(Samples.Envelope(1, Large)));
        Assert.IsType<Receipt.Stored>(await scene.AcceptAsync(Samples.Envelope(2, Large)));

        Assert.Equal((1, 2, true), (scene.Asked, scene.Spool.Now.Waiting, scene.Watch.IsDown));
    }

    /// <summary>Storage answers, the silo has no place for another one: the disk is not there to give the crowd more room.</summary>
    [Fact]
    public async Task Accept_ALargeOneTooMany_IsToldNotNow()
    {
        await using var scene = new SpoolScene(onEnvelope: _ => new Receipt.Unavailable("Too many reports at once. Retry later."));

        Assert.IsType<Receipt.Unavailable>(await scene.AcceptAsync(Samples.Envelope(1, Large)));

        Assert.Equal((0, false), (scene.Spool.Now.Waiting, scene.Watch.IsDown));
    }

    [Theory]
    [InlineData("source.smtp")]
    [InlineData("source.upload")]
    public async Task Accept_AnotherSource_IsToldTheTruth(string source)
    {
        await using var scene = new SpoolScene { IsDown = true };

        Assert.IsType<Receipt.Unavailable>(await scene.AcceptAsync(Samples.Envelope(1, source: source)));

        Assert.Equal(0, scene.Spool.Now.Waiting);
    }

    [Fact]
    public async Task Accept_ASourceThatTheOperatorChose_IsKept()
    {
        await using var scene = new SpoolScene(options => options.Sources = "source.https, source.smtp") { IsDown = true };

        Assert.IsType<Receipt.Stored>(await scene.AcceptAsync(Samples.Envelope(1, source: "source.smtp")));
    }

    [Fact]
    public async Task Accept_AnUpload_IsNeverKept()
    {
        await using var scene = new SpoolScene { IsDown = true };

        Assert.IsType<Receipt.Unavailable>(await scene.AcceptAsync(Samples.Envelope(1) with { Token = null, Workspace = "ws-1" }));
    }

    [Theory]
    [InlineData("short")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaa1")]
    public async Task Accept_WhatCannotBeAToken_IsNotKept(string token)
    {
        await using var scene = new SpoolScene(onEnvelope: _ => new Receipt.UnknownToken());
        scene.Watch.Fell();

        Assert.IsType<Receipt.UnknownToken>(await scene.AcceptAsync(Samples.Envelope(1) with { Token = token }));
    }

    [Fact]
    public async Task Accept_NoRoom_SaysNotNow()
    {
        await using var scene = new SpoolScene(options => options.MaxRecords = 2) { IsDown = true };
        await scene.AcceptAsync(Samples.Envelope(1));

        Assert.IsType<Receipt.Unavailable>(await scene.AcceptAsync(Samples.Envelope(2))); // The half for tokens nobody knows.

        Assert.Equal(1, scene.Spool.Now.Waiting);
    }

    [Fact]
    public async Task Accept_ATokenKnownFromBefore_HasRoomThatJunkCannotTake()
    {
        await using var scene = new SpoolScene(options => options.MaxRecords = 64);
        await scene.AcceptAsync(Samples.Envelope(0));
        scene.IsDown = true;
        for (var junk = 1; junk < 100; junk++)
            await scene.AcceptAsync(Samples.Envelope(junk));
        Assert.Equal(32, scene.Spool.Now.Waiting);

        Assert.IsType<Receipt.Stored>(await scene.AcceptAsync(Samples.Envelope(200, token: 0)));
    }

    /// <summary>A mail server asks before it delivers: the address that had a report lately is let in where the spool takes mail, and no other.</summary>
    [Theory]
    [InlineData("source.https", TokenKnowledge.Unavailable)]
    [InlineData("source.https,source.smtp", TokenKnowledge.Known)]
    public async Task Knows_StorageIsDown_LetsInWhatTheSpoolTakes(string sources, TokenKnowledge expected)
    {
        await using var scene = new SpoolScene(options => options.Sources = sources);
        await scene.AcceptAsync(Samples.Envelope(0));
        scene.IsDown = true;

        Assert.Equal(expected, await scene.Inbox.KnowsAsync(Samples.Token(0), CancellationToken.None));
        Assert.Equal(TokenKnowledge.Unavailable, await scene.Inbox.KnowsAsync(Samples.Token(1), CancellationToken.None));
        scene.Watch.Fell(); // From now on nobody waits.
        Assert.Equal(expected, await scene.Inbox.KnowsAsync(Samples.Token(0), CancellationToken.None));
    }
}
