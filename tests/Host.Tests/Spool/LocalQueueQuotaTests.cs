using MtaSts.Storage;
using Xunit;

namespace MtaSts.Host.Tests.Spool;

public sealed class LocalQueueQuotaTests
{
    private const int Size = 1_000;
    private static readonly LocalQueueLimits Limits = new(64 * 10 * Size, 10_000, 0);

    [Fact]
    public void Refusal_OneTokenFloods_StopsAtItsShareAndOthersGoOn()
    {
        var quota = new LocalQueueQuota(Limits);

        Assert.Equal(10, Fill(quota, _ => "flood", isKnown: false));
        Assert.Equal("full-token", quota.Refusal("flood", Size, false, 0));
        Assert.Null(quota.Refusal("other", Size, false, 0));
        Assert.Equal(80 - 10, Fill(quota, _ => "flood", isKnown: true)); // Known since: the larger share, what waits already counts.
    }

    [Fact]
    public void Refusal_MadeUpTokensFlood_StopAtHalfAndKnownOnesGoOn()
    {
        var quota = new LocalQueueQuota(Limits);

        Assert.Equal(320, Fill(quota, n => $"junk{n}", isKnown: false));
        Assert.Equal("full-unknown", quota.Refusal("other", Size, false, 320 * Size));
        Assert.Equal(320, Fill(quota, n => $"known{n % 50}", isKnown: true, from: 320));
        Assert.Equal("full", quota.Refusal("known1", Size, true, 640 * Size));
    }

    [Fact]
    public void Refusal_ManySmallOnes_StopAtTheNumberOfRecords()
    {
        var quota = new LocalQueueQuota(new LocalQueueLimits(long.MaxValue / 2, 640, 0));

        Assert.Equal(10, Fill(quota, _ => "flood", isKnown: false));
        Assert.Equal(80, Fill(quota, _ => "known", isKnown: true));
        Assert.Equal(310, Fill(quota, n => $"junk{n}", isKnown: false));
        Assert.Equal(240, Fill(quota, n => $"good{n}", isKnown: true));
        Assert.Equal("full", quota.Refusal("one more", 1, true, 0));
    }

    [Fact]
    public void Refusal_ALargeReportOfAnIdleToken_IsTakenBeyondItsShare()
    {
        var quota = new LocalQueueQuota(Limits);

        Assert.Null(quota.Refusal("large", 100 * Size, false, 0));
    }

    [Fact]
    public void Remove_WhatWasAdded_GivesTheRoomBack()
    {
        var quota = new LocalQueueQuota(Limits);
        Fill(quota, _ => "flood", isKnown: false);

        for (var n = 0; n < 10; n++)
            quota.Remove("flood", Size, false);

        Assert.Equal(default, quota.Total);
        Assert.Equal(10, Fill(quota, _ => "flood", isKnown: false));
    }

    private static int Fill(LocalQueueQuota quota, Func<int, string> token, bool isKnown, int from = 0)
    {
        var count = 0;
        for (; count < 2_000 && quota.Refusal(token(count), Size, isKnown, (from + count) * (long)Size) is null; count++)
            quota.Add(token(count), Size, isKnown);
        return count;
    }
}
