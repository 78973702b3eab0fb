using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
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
        using var gate = new IntakeGate(TimeProvider.System);
        for (var place = 0; place < IntakeGate.SmallPlaces; place++)
            Assert.NotNull(await gate.EnterAsync("source.smtp", 1, NotAtAll, Ending));

        Assert.Null(await gate.EnterAsync("source.smtp", 1, NotAtAll, Ending));
        Assert.NotNull(await gate.EnterAsync("source.https", 1, NotAtAll, Ending));
    }

    [Fact]
    public async Task EnterAsync_MediumOnes_LeaveThePlacesOfSmallOnes()
    {
        using var gate = new IntakeGate(TimeProvider.System);
        for (var place = 0; place < IntakeGate.MediumPlaces; place++)
            Assert.NotNull(await gate.EnterAsync("source.smtp", IntakeGate.LargeFrom, NotAtAll, Ending));

        Assert.Null(await gate.EnterAsync("source.smtp", IntakeGate.LargeFrom, NotAtAll, Ending));
        Assert.NotNull(await gate.EnterAsync("source.smtp", IntakeGate.MediumFrom, NotAtAll, Ending));
    }

    [Fact]
    public async Task EnterAsync_LargeOnes_AreAloneWhateverTheSourceUntilTheyLeave()
    {
        using var gate = new IntakeGate(TimeProvider.System);
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
        using var gate = new IntakeGate(TimeProvider.System);
        var decoder = new EnvelopeDecoder(gate);
        var turn = await gate.EnterAloneAsync();
        var heavy = decoder.Use(Gzip(EnvelopeDecoder.LightBytes + 1), result => result);

        Assert.IsType<DecodeResult.Decoded>(await decoder.Use(Gzip(1_000), result => result));
        Assert.False(heavy.IsCompleted);
        turn.Dispose();
        Assert.IsType<DecodeResult.Decoded>(await heavy);
    }

    [Theory]
    [InlineData(65_537)]
    [InlineData(65_538)]
    [InlineData(65_539)]
    public void Serialize_LargeEnvelope_IsReadAsWhatItIs(int size)
    {
        var raw = new byte[size];
        new Random(size).NextBytes(raw);
        var record = new IngestionRecord { Source = "source.smtp", Raw = raw, Workspace = "w", Peer = "\"raw\":\"\"", FileName = "a+b" };

        var written = Storage.StoredStates.Serializer.Serialize(record);

        Assert.Equal(JsonSerializer.Serialize(Convert.ToBase64String(raw), JsonSerializerOptions.Web).Replace("\\u002B", "+", StringComparison.Ordinal), JsonDocument.Parse(written).RootElement.GetProperty("raw").GetRawText());
        AssertRead(Storage.StoredStates.Serializer.Deserialize<IngestionRecord>(written)!);
        // As the serializer beneath may have written it.
        AssertRead(Storage.StoredStates.Serializer.Deserialize<IngestionRecord>(BinaryData.FromString(written.ToString().Replace("+", "\\u002B", StringComparison.Ordinal)))!);

        void AssertRead(IngestionRecord read)
        {
            Assert.Equal(raw, read.Raw);
            Assert.Equal((record.Source, record.Workspace, record.Peer, record.FileName), (read.Source, read.Workspace, read.Peer, read.FileName));
        }
    }

    private static byte[] Gzip(int bytes)
    {
        var json = Encoding.ASCII.GetBytes("""{"date-range":{"start-datetime":"2026-03-04T00:00:00Z","end-datetime":"2026-03-05T00:00:00Z"},"policies":[],"x":""" + $"\"{new string('x', bytes)}\"}}");
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(json);
        return packed.ToArray();
    }

    /// <summary>Each forced collection stops the whole process; a flood of large envelopes that cost nothing had two for each.</summary>
    [Fact]
    public async Task Leaving_NothingAllocatedSince_CollectsNothing()
    {
        var clock = new FakeTimeProvider();
        var allocated = 100_000_000L;
        using var gate = new IntakeGate(clock, () => allocated);
        for (var times = 0; times < 3; times++)
            (await gate.EnterAloneAsync()).Dispose();
        Assert.Equal(1, gate.Collections);
        allocated += 100_000_000;
        (await gate.EnterAloneAsync()).Dispose();
        Assert.Equal(2, gate.Collections);
    }

    /// <summary>The last one of a flood is followed by none that would give back what it left.</summary>
    [Fact]
    public async Task Leaving_LastOfAFlood_GivesBackOnceALittleLater()
    {
        var clock = new FakeTimeProvider();
        var allocated = 100_000_000L;
        using var gate = new IntakeGate(clock, () => allocated);
        for (var times = 0; times < 3; times++)
        {
            (await gate.EnterAloneAsync()).Dispose();
            clock.Advance(IntakeGate.Afterwards / 2);
        }
        Assert.Equal(1, gate.Collections);
        allocated += 100_000_000;
        clock.Advance(IntakeGate.Afterwards / 2);
        Assert.Equal(2, gate.Collections);
        allocated += 100_000_000;
        clock.Advance(10 * IntakeGate.Afterwards);
        Assert.Equal(2, gate.Collections);
    }
}
