using CsCheck;
using MtaSts.Grains.Reports;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>What a quarantine keeps and what goes when it is full.</summary>
public sealed class QuarantineRulesTests
{
    private static readonly DateTimeOffset Now = Reported.Day;

    [Fact]
    public void Put_FloodToOneAddress_DeletesNothingOfAnotherAndSaysHowMuchWent()
    {
        var state = QuarantineRules.Put(new QuarantineState(), Item(0, QuarantineCodes.NotYours) with { AddressedTo = "orchard.example" }, Now);
        for (var i = 1; i <= 1_010; i++)
            state = QuarantineRules.Put(state, Item(i), Now);
        Assert.Equal("rp-0", state.Items[0].Id);
        Assert.Equal((IQuarantineGrain.MaxItemsOfAddress + 1, 1_010L - IQuarantineGrain.MaxItemsOfAddress, Now), (state.Items.Count, state.Dropped, state.LastDropped));
        Assert.Equal("rp-1", state.Discarding[0]);
        Assert.Equal("rp-1010", state.Items[^1].Id);
    }

    [Theory]
    [InlineData(QuarantineCodes.NotYours)]
    [InlineData(QuarantineCodes.Conflict)]
    [InlineData(QuarantineCodes.Unauthenticated)]
    [InlineData(QuarantineCodes.PartlyNotYours)]
    public void Put_FloodOfJunk_DeletesNoReadableReportOfTheSameAddress(string code)
    {
        var state = Fill(10, i => Item(i, code));
        for (var i = 0; i < 1_010; i++)
            state = QuarantineRules.Put(state, Item(100 + i, i % 2 == 0 ? nameof(RefusalReason.NotAReport) : nameof(RefusalReason.MalformedJson)), Now);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => "rp-" + Reported.Number(i)), state.Items.Take(10).Select(item => item.Id));
    }

    [Fact]
    public void Put_ReadableFloodOfOneNetwork_DeletesOnlyOfThatNetwork()
    {
        var state = Fill(10, i => Item(i, QuarantineCodes.NotYours) with { Network = $"198.51.{i}.0/24" });
        for (var i = 0; i < 1_010; i++)
            state = QuarantineRules.Put(state, Item(100 + i, QuarantineCodes.NotYours) with { Network = "192.0.2.0/24" }, Now);
        Assert.Equal(QuarantineQuota.MaxItemsOfNetwork + 10, state.Items.Count);
        Assert.Equal(10, state.Items.Count(item => item.Network != "192.0.2.0/24"));
    }

    /// <summary>However many networks send one item each: the unread part of a delivery whose rest was counted is not a stranger's.</summary>
    [Fact]
    public void Put_FloodOfAsManyNetworks_DeletesNoPartOfACountedDelivery()
    {
        var state = Fill(1, i => Item(i, nameof(RefusalReason.MalformedJson)) with { Network = "203.0.113.0/24", Parts = [new UnreadPart("part 2", nameof(RefusalReason.MalformedJson), "cut")] });
        for (var i = 0; i < 1_010; i++)
            state = QuarantineRules.Put(state, Item(100 + i, QuarantineCodes.NotYours) with { Network = $"10.{i / 250}.{i % 250}.0/24" }, Now);
        Assert.Contains(state.Items, item => item.Id == "rp-0");
    }

    /// <summary>A report that was cut on its way is worth less than one that is readable and about foreign domains; it stays all the same, because others sent more.</summary>
    [Theory]
    [InlineData(1, QuarantineCodes.NotYours)]
    [InlineData(4, QuarantineCodes.NotYours)]
    [InlineData(16, QuarantineCodes.NotYours)]
    [InlineData(60, QuarantineCodes.Conflict)]
    [InlineData(100, QuarantineCodes.NotYours)]
    public void Put_ReadableFloodOfSomeNetworks_DeletesNothingOfAnother(int networks, string code)
    {
        var state = Fill(1, i => Item(i) with { Network = "203.0.113.0/24" });
        for (var i = 0; i < 1_010; i++)
            state = QuarantineRules.Put(state, Item(100 + i, code) with { Network = $"10.0.{i % networks}.0/24" }, Now);
        Assert.Contains(state.Items, item => item.Id == "rp-0");
    }

    /// <summary>An upload that finds no room is not taken, and pushes out nothing; what comes to addresses pushes out no upload.</summary>
    [Fact]
    public void Put_UploadsBeyondTheirRoom_KeepsWhatIsThere()
    {
        var state = new QuarantineState();
        for (var i = 0; i < QuarantineQuota.MaxItemsOfUploads + 50; i++)
            state = QuarantineRules.Put(state, Upload(i), Now);
        Assert.Equal((QuarantineQuota.MaxItemsOfUploads, 0L), (state.Items.Count, state.Dropped));
        Assert.Equal(Upload(0).Id, state.Items[0].Id);
        for (var i = 0; i < 3_000; i++)
            state = QuarantineRules.Put(state, Item(i) with { AddressedTo = $"d{i % 9}.example" }, Now);
        Assert.Equal((QuarantineQuota.MaxItemsOfUploads, IQuarantineGrain.MaxItems), (state.Items.Count(item => item.AddressedTo is null), state.Items.Count(item => item.AddressedTo is not null)));

        static QuarantineItem Upload(int number) => Item(number) with { Id = $"up-{number}", AddressedTo = null, Source = "source.upload" };
    }

    [Fact]
    public void Put_FloodFromAThousandNetworks_DeletesNothingThatIsVouchedFor()
    {
        var state = Fill(10, i => Item(i, QuarantineCodes.NotYours) with { IsVouchedFor = true });
        for (var i = 0; i < 1_010; i++)
            state = QuarantineRules.Put(state, Item(100 + i, QuarantineCodes.NotYours) with { Network = $"10.{i / 256}.{i % 256}.0/24" }, Now);
        Assert.Equal(10, state.Items.Count(item => item.IsVouchedFor));
        Assert.Equal(IQuarantineGrain.MaxItemsOfAddress, state.Items.Count);
    }

    [Fact]
    public void Put_BytesBeyondAQuota_DeletesUntilTheyFit()
    {
        const int size = (int)(IQuarantineGrain.MaxBytesOfAddress / 8);
        var state = QuarantineRules.Put(Fill(8, i => Item(i, size: size)), Item(9, size: 3 * size), Now);
        Assert.Equal(["rp-3", "rp-4", "rp-5", "rp-6", "rp-7", "rp-9"], state.Items.Select(item => item.Id));
        Assert.Equal(["rp-0", "rp-1", "rp-2"], state.Discarding);
    }

    /// <summary>Whatever comes to whichever address: nothing of an address goes that holds no more than an equal part, and what goes is deleted.</summary>
    [Fact]
    public void Put_AnyOrderOfItems_KeepsEveryQuotaAndTheSmallHolders() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 4], Gen.Int[0, 3], Gen.Int[1, 9 * 1024 * 1024]).Array[1, 200].Sample(
            steps =>
            {
                var state = new QuarantineState();
                for (var i = 0; i < steps.Length; i++)
                {
                    var (address, network, code, size) = steps[i];
                    var before = state;
                    state = QuarantineRules.Put(state, Item(i, Codes[code], size) with { AddressedTo = $"d{address}.example", Network = $"192.0.{network}.0/24" }, Now);
                    foreach (var gone in before.Items.Where(item => state.Items.TrueForAll(other => other.Id != item.Id)))
                    {
                        Assert.Equal($"d{address}.example", gone.AddressedTo); // Four addresses at their quota fill the whole; none is above.
                        Assert.Contains(gone.Id, state.Discarding);
                    }
                }
                foreach (var ofAddress in state.Items.GroupBy(item => item.AddressedTo))
                {
                    Assert.True(ofAddress.Count() <= IQuarantineGrain.MaxItemsOfAddress && ofAddress.Sum(item => (long)item.Size) <= IQuarantineGrain.MaxBytesOfAddress);
                    Assert.All(ofAddress.GroupBy(item => item.Network), own => Assert.True(own.Sum(item => (long)item.Size) <= QuarantineQuota.MaxBytesOfNetwork));
                }
                Assert.Equal(steps.Length, state.Items.Count + state.Dropped);
            },
            iter: 300);

    [Fact]
    public void Put_MoreAddressesThanFit_TakesFromTheOneThatHoldsMost()
    {
        var state = QuarantineRules.Put(new QuarantineState(), Item(0) with { AddressedTo = "small.example" }, Now);
        for (var i = 1; i <= 2_000; i++)
            state = QuarantineRules.Put(state, Item(i) with { AddressedTo = $"d{i % 9}.example" }, Now);
        Assert.Equal(IQuarantineGrain.MaxItems, state.Items.Count);
        Assert.Contains(state.Items, item => item.AddressedTo == "small.example");
    }

    [Fact]
    public void Put_SameAgain_KeepsItsPlace()
    {
        var state = QuarantineRules.Put(Fill(3, i => Item(i)), Item(1, "other"), Now);
        Assert.Equal(["rp-0", "rp-1", "rp-2"], state.Items.Select(item => item.Id));
        Assert.Equal("other", state.Items[1].Code);
    }

    [Fact]
    public void NextForDecoder_EachOncePerVersion_DecodingFailuresOnly()
    {
        var state = Fill(3, i => Item(i, i == 1 ? QuarantineCodes.NotYours : nameof(RefusalReason.MalformedJson)));
        var tried = new List<string>();
        while (QuarantineRules.NextForDecoder(state, 2) is { } item)
        {
            tried.Add(item.Id);
            state = QuarantineRules.Tried(state, item.Id, 2);
        }
        Assert.Equal(["rp-0", "rp-2"], tried);
        Assert.NotNull(QuarantineRules.NextForDecoder(state, 3));
    }

    private static QuarantineState Fill(int count, Func<int, QuarantineItem> item) => Enumerable.Range(0, count).Aggregate(new QuarantineState(), (state, i) => QuarantineRules.Put(state, item(i), Now));

    private static QuarantineItem Item(int number, string code = nameof(RefusalReason.MalformedJson), int size = 100) =>
        new("rp-" + Reported.Number(number), Now, "source.https", size, code, "reason", null) { DecoderVersion = 1, AddressedTo = "harbour.example" };

    private static readonly string[] Codes = [nameof(RefusalReason.NotAReport), nameof(RefusalReason.MalformedJson), QuarantineCodes.NotYours, QuarantineCodes.Conflict];
}
