using System.IO.Compression;
using System.Text;
using MtaSts.Grains.Reports;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>What is taken in at once is bounded, and a flood at one source keeps no other waiting.</summary>
public sealed class IntakeGateTests
{
    private static readonly TimeSpan NotAtAll = TimeSpan.Zero;
    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EnterAsync_SmallOnesOfOneSource_HaveTheirPlacesAndLeaveThoseOfOthers()
    {
        using var gate = new IntakeGate();
        for (var place = 0; place < IntakeGate.SmallPlaces; place++)
            Assert.NotNull(await gate.EnterAsync("source.smtp", 1, NotAtAll, Ending));

        Assert.Null(await gate.EnterAsync("source.smtp", 1, NotAtAll, Ending));
        Assert.NotNull(await gate.EnterAsync("source.https", 1, NotAtAll, Ending));
    }

    [Fact]
    public async Task EnterAsync_MediumOnes_LeaveThePlacesOfSmallOnes()
    {
        using var gate = new IntakeGate();
        for (var place = 0; place < IntakeGate.MediumPlaces; place++)
            Assert.NotNull(await gate.EnterAsync("source.smtp", IntakeGate.LargeFrom, NotAtAll, Ending));

        Assert.Null(await gate.EnterAsync("source.smtp", IntakeGate.LargeFrom, NotAtAll, Ending));
        Assert.NotNull(await gate.EnterAsync("source.smtp", IntakeGate.MediumFrom, NotAtAll, Ending));
    }

    [Fact]
    public async Task EnterAsync_LargeOnes_AreAloneWhateverTheSourceUntilTheyLeave()
    {
        using var gate = new IntakeGate();
        var first = await gate.EnterAsync("source.smtp", IntakeGate.LargeFrom + 1, NotAtAll, Ending);

        Assert.Null(await gate.EnterAsync("source.https", IntakeGate.LargeFrom + 1, NotAtAll, Ending));
        Assert.NotNull(await gate.EnterAsync("source.https", 1, NotAtAll, Ending));
        first!.Dispose();
        first.Dispose();
        using var second = await gate.EnterAsync("source.https", IntakeGate.LargeFrom + 1, NotAtAll, Ending);
        Assert.NotNull(second);
        Assert.Null(await gate.EnterAsync("source.smtp", IntakeGate.LargeFrom + 1, NotAtAll, Ending));
    }

    [Fact]
    public async Task Use_WhatUnpacksToMuch_WaitsForItsTurnAndWhatDoesNotGoesOn()
    {
        using var gate = new IntakeGate();
        var decoder = new EnvelopeDecoder(gate);
        var turn = await gate.EnterAloneAsync();
        var heavy = decoder.Use(Gzip(EnvelopeDecoder.LightBytes + 1), result => result);

        Assert.IsType<DecodeResult.Decoded>(await decoder.Use(Gzip(1_000), result => result));
        Assert.False(heavy.IsCompleted);
        turn.Dispose();
        Assert.IsType<DecodeResult.Decoded>(await heavy);
    }

    private static byte[] Gzip(int bytes)
    {
        var json = Encoding.ASCII.GetBytes("""{"date-range":{"start-datetime":"2026-03-04T00:00:00Z","end-datetime":"2026-03-05T00:00:00Z"},"policies":[],"x":""" + $"\"{new string('x', bytes)}\"}}");
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(json);
        return packed.ToArray();
    }
}
