using MtaSts.Grains.Reports;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>What a quarantine keeps and what goes when it is full.</summary>
public sealed class QuarantineBookTests
{
    private static readonly DateTimeOffset Now = Reported.Day;

    [Fact]
    public void Put_AtTheCapAndOneMore_DropsTheOldestAndSaysSo()
    {
        var full = Fill(IQuarantineGrain.MaxItems, i => Item(i));
        Assert.Equal((IQuarantineGrain.MaxItems, 0L), (full.Items.Count, full.Dropped));
        var more = QuarantineBook.Put(full, Item(5_000), Now);
        Assert.Equal((IQuarantineGrain.MaxItems, 1L, Now), (more.Items.Count, more.Dropped, more.LastDropped));
        Assert.Equal(["rp-0"], more.Discarding);
        Assert.Equal("rp-5000", more.Items[^1].Id);
    }

    [Fact]
    public void Put_FloodOfMailsWithoutReports_PushesOutNoReport()
    {
        var state = Fill(10, i => Item(i));
        for (var i = 0; i < 3 * IQuarantineGrain.MaxItems; i++)
            state = QuarantineBook.Put(state, Item(100 + i, nameof(RefusalReason.NotAReport)), Now);
        Assert.Equal(IQuarantineGrain.MaxItems, state.Items.Count);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => "rp-" + Reported.Number(i)), state.Items.Take(10).Select(item => item.Id));
        Assert.Equal(10 + (3 * IQuarantineGrain.MaxItems), state.Items.Count + state.Dropped);
    }

    [Fact]
    public void Put_BytesAtTheCapAndOneMore_DropsUntilTheyFit()
    {
        var state = Fill(4, i => Item(i, size: (int)(IQuarantineGrain.MaxBytes / 4)));
        Assert.Equal(4, state.Items.Count);
        state = QuarantineBook.Put(state, Item(9, size: (int)(IQuarantineGrain.MaxBytes / 2)), Now);
        Assert.Equal(["rp-2", "rp-3", "rp-9"], state.Items.Select(item => item.Id));
        Assert.Equal(["rp-0", "rp-1"], state.Discarding);
    }

    [Fact]
    public void Put_SameAgain_KeepsItsPlace()
    {
        var state = QuarantineBook.Put(Fill(3, i => Item(i)), Item(1, "other"), Now);
        Assert.Equal(["rp-0", "rp-1", "rp-2"], state.Items.Select(item => item.Id));
        Assert.Equal("other", state.Items[1].Code);
    }

    [Fact]
    public void NextForDecoder_EachOncePerVersion_DecodingFailuresOnly()
    {
        var state = Fill(3, i => Item(i, i == 1 ? QuarantineCodes.NotYours : nameof(RefusalReason.MalformedJson)));
        var tried = new List<string>();
        while (QuarantineBook.NextForDecoder(state, 2) is { } item)
        {
            tried.Add(item.Id);
            state = QuarantineBook.Tried(state, item.Id, 2);
        }
        Assert.Equal(["rp-0", "rp-2"], tried);
        Assert.NotNull(QuarantineBook.NextForDecoder(state, 3));
    }

    private static QuarantineState Fill(int count, Func<int, QuarantineItem> item) => Enumerable.Range(0, count).Aggregate(new QuarantineState(), (state, i) => QuarantineBook.Put(state, item(i), Now));

    private static QuarantineItem Item(int number, string code = nameof(RefusalReason.MalformedJson), int size = 100) =>
        new("rp-" + Reported.Number(number), Now, "source.https", size, code, "reason", null) { DecoderVersion = 1 };
}
