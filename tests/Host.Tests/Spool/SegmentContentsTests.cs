using MtaSts.Host.Spool;
using MtaSts.Modules.Reports;
using Xunit;

namespace MtaSts.Host.Tests.Spool;

/// <summary>A segment cut at every byte and damaged at every byte: each record is read as it was written or not at all, and damage never spreads.</summary>
public sealed class SegmentContentsTests
{
    private static readonly Envelope[] Three = [Samples.Envelope(1), Samples.Envelope(2, 40), Samples.Envelope(3, 5)];

    [Fact]
    public void Read_AWholeSegment_GivesEveryFactBack()
    {
        var envelope = new Envelope("source.https", Samples.Received, new byte[] { 0x1f, 0x8b, 0, 255 }, Samples.Token(1), null, "2001:db8::1", "a!b!1!2.json.gz");

        var record = Assert.Single(SegmentContents.Read(Samples.Segment(envelope).Bytes).Records);

        Assert.Equal(envelope.Raw.ToArray(), record.Envelope.Raw.ToArray());
        Assert.Equal(envelope with { Raw = default }, record.Envelope with { Raw = default });
        Assert.True(record.IsKnown);
    }

    /// <summary>Segments of released versions stay readable: these bytes never change.</summary>
    [Fact]
    public void Read_TheSampleOfVersionOne_IsUnderstood()
    {
        var sample = Convert.FromBase64String(VersionOne);

        var record = Assert.Single(SegmentContents.Read(sample).Records);

        Assert.Equal(("source.https", Samples.Received.AddSeconds(1), Samples.Token(1), "192.0.2.1", 1),
            (record.Envelope.Source, record.Envelope.ReceivedAt, record.Envelope.Token, record.Envelope.Peer, Samples.Number(record.Envelope)));
        Assert.Equal(VersionOne, Convert.ToBase64String(Samples.Segment(Samples.Envelope(1)).Bytes));
    }

    [Fact]
    public void Read_CutAtEachByte_GivesTheRecordsThatAreWholeAndCallsTheRestTorn()
    {
        var (bytes, records) = Samples.Segment(Three);
        for (var length = 0; length <= bytes.Length; length++)
        {
            var contents = SegmentContents.Read(bytes.AsMemory(0, length));

            var whole = records.Where(record => record.To <= length).ToArray();
            Assert.Equal(whole.Select(record => record.From), contents.Records.Select(record => record.Offset));
            Assert.Equal([.. Enumerable.Range(1, whole.Length)], contents.Records.Select(record => Samples.Number(record.Envelope)));
            Assert.Empty(contents.Damage);
            Assert.Equal(length < SegmentHeader.Length ? length : length - (whole.Length > 0 ? whole[^1].To : SegmentHeader.Length), contents.Torn);
        }
    }

    [Fact]
    public void Read_EachByteFlippedInEachBit_LosesTheRecordItIsInAndNoOther()
    {
        var (bytes, records) = Samples.Segment(Three);
        for (var at = 0; at < bytes.Length; at++)
        {
            for (var bit = 0; bit < 8; bit++)
            {
                var damaged = bytes.ToArray();
                damaged[at] ^= (byte)(1 << bit);

                var contents = SegmentContents.Read(damaged);

                Assert.False(contents.IsNewer);
                Assert.Equal(records.Where(record => at < record.From || at >= record.To).Select(record => record.From), contents.Records.Select(record => record.Offset));
                var stretch = Assert.Single(contents.Damage);
                Assert.InRange(at, stretch.Offset, stretch.Offset + stretch.Length - 1);
                Assert.Equal(0, contents.Torn);
            }
        }
    }

    [Fact]
    public void Read_BytesMissingInTheMiddle_FindsTheRecordsBefore()
    {
        var (bytes, records) = Samples.Segment(Three);
        for (var at = records[1].From; at < records[1].To; at++)
        {
            var contents = SegmentContents.Read(bytes.Where((_, i) => i != at).ToArray());

            // What follows has moved: a record read elsewhere than it was written is not one.
            Assert.Equal([1], contents.Records.Select(record => Samples.Number(record.Envelope)));
            Assert.True(contents.Damage.Count > 0 || contents.Torn > 0);
        }
    }

    [Fact]
    public void Read_ARecordOfferedInsideAReport_IsNotTakenForOne()
    {
        var (forged, forgedRecords) = Samples.Segment(Samples.Envelope(66));
        var carrier = Samples.Envelope(1) with { Raw = forged.AsMemory(forgedRecords[0].From) };
        var mark = new byte[SegmentHeader.MarkLength];
        mark[0] = 1; // Not the mark that the forger has seen.
        var facts = SpoolRecord.WriteFacts(carrier, false);
        byte[] bytes = [.. SegmentHeader.Write(1, mark), .. SpoolRecord.Write(mark, SegmentHeader.Length, facts, carrier.Raw.Span)];
        for (var at = SegmentHeader.Length; at < SegmentHeader.Length + SpoolRecord.HeadLength; at++)
        {
            var damaged = bytes.ToArray();
            damaged[at] ^= 1;
            Assert.Empty(SegmentContents.Read(damaged).Records);
        }
    }

    [Fact]
    public void Read_RoomThatWasNeverWritten_IsTorn()
    {
        var (bytes, _) = Samples.Segment(Three);

        var contents = SegmentContents.Read((byte[])[.. bytes, .. new byte[5_000]]);

        Assert.Equal((3, 0, 5_000), (contents.Records.Count, contents.Damage.Count, contents.Torn));
        Assert.Equal((0, 0, 4_096), SegmentContents.Read(new byte[4_096]) is var empty ? (empty.Records.Count, empty.Damage.Count, empty.Torn) : default);
    }

    [Fact]
    public void Read_RandomBytes_NeverThrowsAndFindsNothing()
    {
        var random = new Random(8460);
        for (var round = 0; round < 2_000; round++)
        {
            var bytes = new byte[random.Next(600)];
            random.NextBytes(bytes);
            Assert.Empty(SegmentContents.Read(bytes).Records);
        }
    }

    [Fact]
    public void Read_ANewerVersion_IsLeftAlone()
    {
        var (bytes, _) = Samples.Segment(Three);
        bytes[8]++;
        System.Security.Cryptography.SHA256.HashData(bytes.AsSpan(0, 40)).AsSpan(0, 24).CopyTo(bytes.AsSpan(40));

        Assert.True(SegmentContents.Read(bytes).IsNewer);
    }

    private const string VersionOne =
        "TVRBU1BPT0wBAAAAAAAAAAcAAAAAAAAAyMnKy8zNzs/Q0dLT1NXW114NEUlc9AlpCkVqHsKUcKh6PP70wTCVd8jJysvMzc7P0NHS09TV1teHAAAADAAAAOa/8JhBCoiOey"
        + "Jzb3VyY2UiOiJzb3VyY2UuaHR0cHMiLCJyZWNlaXZlZEF0IjoiMjAyNi0wMy0wMVQxMjowMDowMSswMDowMCIsInRva2VuIjoiYWFhYWFhYWFhYWFhYWFhYWFhYWFhYWFh"
        + "YWIiLCJwZWVyIjoiMTkyLjAuMi4xIiwia25vd24iOnRydWV9MTsAAAAAAAAAAAAAfK1Y361qKKt3JUVY9HUDKafiBdGe/svCRfX5s+tOE6c=";
}
