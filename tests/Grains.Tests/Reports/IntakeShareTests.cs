using CsCheck;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Grains.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>A report address is public: what anybody posts to it keeps out no genuine report.</summary>
public sealed class IntakeShareTests
{
    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 3, 1, 23, 0, 0, TimeSpan.Zero));
    private readonly IntakeShare share;

    public IntakeShareTests() => share = new IntakeShare(clock);

    [Theory]
    [InlineData(10 * 1024 * 1024, "198.51.100.0/24")]
    [InlineData(200, "198.51.100.0/24")]
    [InlineData(10 * 1024 * 1024, null)]
    [InlineData(200, null)]
    public void TryTake_JunkUntilNoneIsTaken_LeavesTheShareOfReports(int bytes, string? network)
    {
        var junk = Report(network, bytes) with { IsJunk = true };
        while (share.TryTake(junk, _ => false) != IntakeCharge.None)
        {
        }
        Assert.Equal(IntakeCharge.Open, share.TryTake(Report(network, 20_000), _ => false));
        Assert.Equal(IntakeCharge.Open, share.TryTake(Report("192.0.2.0/24", 10 * 1024 * 1024), _ => false));
    }

    [Theory]
    [InlineData(10 * 1024 * 1024)]
    [InlineData(1_000)]
    public void TryTake_OneNetworkMakesReportsUp_GetsNoMoreThanItsPart(int bytes)
    {
        var taken = Flood(Report("198.51.100.0/24", bytes));
        Assert.InRange(taken, 1, (int)(IntakeShare.Ordinary.Reports * IntakePool.Part));
        Assert.Equal(IntakeCharge.Open, share.TryTake(Report("192.0.2.0/24", bytes), _ => false));
    }

    [Fact]
    public void TryTake_AThousandNetworksMakeReportsUp_LeaveRoomForTheFirstOfAnother()
    {
        for (var round = 0; round < 100; round++)
        {
            for (var i = 0; i < 1_000; i++)
                share.TryTake(Report($"10.{i / 256}.{i % 256}.0/24", 4_000), _ => false);
        }
        for (var i = 0; i < 30; i++)
            Assert.Equal(IntakeCharge.Open, share.TryTake(Report($"192.0.{i}.0/24", 20_000), _ => false));
    }

    [Fact]
    public void TryTake_LargePostsWithoutNetwork_LeaveTheShareOfOrdinaryReports()
    {
        Assert.InRange(Flood(Report(null, 10 * 1024 * 1024)), 1, 103);
        Assert.Equal(IntakeCharge.Open, share.TryTake(Report(null, 20_000), _ => false));
    }

    [Fact]
    public void TryTake_EveryShareSpent_TakesKnownReportersAndSignedMail()
    {
        Flood(Report(null, 1_000));
        Flood(Report(null, 1_000) with { IsJunk = true });
        Assert.Equal(IntakeCharge.None, share.TryTake(Report("192.0.2.0/24", 20_000), _ => false));
        var known = Report("192.0.2.0/24", 20_000) with { Reporters = [KnownReporters.Network("192.0.2.0/24")] };
        Assert.Equal(IntakeCharge.Reporter, share.TryTake(known, _ => true));
        Assert.Equal(IntakeCharge.Reporter, share.TryTake(known with { IsJunk = true }, _ => true)); // What our decoder cannot read may be genuine.
        Assert.Equal(IntakeCharge.Reporter, share.TryTake(Report(null, 20_000) with { Organizations = [KnownReporters.Organization("Bigmail")] }, _ => true));
        Assert.Equal(IntakeCharge.Signed, share.TryTake(Report("203.0.113.0/24", 20_000) with { Signer = "bigmail.example" }, _ => false));
    }

    [Fact]
    public void TryTake_SignedFlood_LeavesWhatKnownSignersHave()
    {
        Flood(Report(null, 1_000) with { Signer = "forger.example" });
        Assert.Equal(IntakeCharge.None, share.TryTake(Report(null, 1_000) with { Signer = "new.example" }, _ => false));
        Assert.Equal(IntakeCharge.Reporter, share.TryTake(Report(null, 1_000) with { Signer = "bigmail.example", Reporters = [KnownReporters.Signer("bigmail.example")] }, _ => true));
        Assert.Equal(IntakeCharge.Open, share.TryTake(Report(null, 1_000), _ => false));
    }

    [Fact]
    public void TryTake_SpentAndSomeTimeLater_HasRoomAgain()
    {
        var report = Report(null, 1_000);
        Flood(report);
        Assert.Equal(IntakeCharge.None, share.TryTake(report, _ => false));
        clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(IntakeCharge.Open, share.TryTake(report, _ => false));
    }

    [Fact]
    public void RecordResult_CopiesAndSignedMail_GiveBackTheShareOfReports()
    {
        var report = Report(null, 1_000);
        var taken = Flood(report);
        for (var i = 0; i < taken; i++)
            share.RecordResult(new IntakeResult { Charge = IntakeCharge.Open, Bytes = 1_000, IsCounted = i % 2 == 0, Signer = i % 2 == 0 ? "bigmail.example" : null });
        Assert.Equal(taken, Flood(report));
    }

    [Fact]
    public void Take_WhatWasPromised_IsTakenWithoutRoom()
    {
        Flood(Report(null, 1_000));
        Assert.Equal(IntakeCharge.Open, share.Take(Report(null, 1_000)));
    }

    [Fact]
    public void TryTake_AnyFlood_NeverExceedsAPoolNorKeepsOutAKnownReporter() =>
        Gen.Select(Gen.Int[0, 40], Gen.Int[1, 10 * 1024 * 1024], Gen.Bool, Gen.Int[0, 30]).Array[1, 400].Sample(
            steps =>
            {
                var flooded = new IntakeShare(new FakeTimeProvider());
                var bytes = 0L;
                foreach (var (network, size, isJunk, signer) in steps)
                {
                    var request = Report(network == 0 ? null : $"10.0.{network}.0/24", size) with { IsJunk = isJunk, Signer = !isJunk && signer == 0 ? "any.example" : null };
                    if (flooded.TryTake(request, _ => false) != IntakeCharge.None)
                        bytes += size;
                }
                Assert.True(bytes <= IntakeShare.Ordinary.Bytes + IntakeShare.Large.Bytes + IntakeShare.Junk.Bytes + IntakeShare.Signed.Bytes);
                Assert.Equal(IntakeCharge.Reporter, flooded.TryTake(Report("192.0.2.0/24", 10 * 1024 * 1024) with { Reporters = [KnownReporters.Network("192.0.2.0/24")] }, _ => true));
            },
            iter: 200);

    private int Flood(IntakeRequest request)
    {
        var taken = 0;
        while (share.TryTake(request, _ => false) != IntakeCharge.None)
            taken++;
        return taken;
    }

    private static IntakeRequest Report(string? network, int bytes) => new() { Bytes = bytes, IsJunk = false, Network = network };
}
