using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Application.Reports;
using MtaSts.Grains.Reports;
using MtaSts.Grains.Tests.Dkim;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>Uploads files that hold one report or several, and checks the state that each report gets.</summary>
public sealed class UploadsTests : DomainSceneTests
{
    private const string Domain = "harbour.example";

    protected override Task<TempStore> NewStoreAsync() => Task.FromResult(TempStore.Sqlite());

    protected override Task BeginAsync() => Scene.Claim(Domain);

    [Fact]
    public async Task One_InEachForm_IsOneItem()
    {
        foreach (var (file, state) in new[] { (Json("r1"), IngestionState.Counted), (Json("r1"), IngestionState.Duplicate), (Zip(("a.json", Json("r2"))), IngestionState.Counted), (Mbox(Mail("r3")), IngestionState.Counted), (new byte[] { 1 }, IngestionState.Quarantined) })
            Assert.Equal(state, Assert.Single(await Take(file)).State);
    }

    [Fact]
    public async Task Mailbox_OfReportsAndOtherMail_IsAnItemForEach()
    {
        var other = "From: a@b.example\r\nSubject: hello\r\n\r\nFrom here on nothing\r\n\r\nFrom: the text\r\n"u8.ToArray();
        var items = await Take(Mbox(Mail("r1"), other, Mail("r2"), Mail("r1")));
        Assert.Equal([IngestionState.Counted, IngestionState.Quarantined, IngestionState.Counted, IngestionState.Duplicate], items.Select(item => item.State));
        var kept = await Scene.Cluster.Grains.Ingestion(items[0].Id!).GetRaw(DomainScene.Workspace);
        Assert.Equal(Mail("r1"), kept);
    }

    [Fact]
    public async Task Zip_OfManyWithAMailboxInside_IsAnItemForEach()
    {
        var items = await Take(Zip(("x/../1.json", Json("r1")), ("2.json", Json("r2")), ("old.mbox", Mbox(Mail("r3"), Mail("r4"))), ("n.txt", "note"u8.ToArray())));
        Assert.Equal(["1.json", "2.json", "old.mbox", "old.mbox", "n.txt"], items.Select(item => item.Name));
        Assert.Equal([IngestionState.Counted, IngestionState.Counted, IngestionState.Counted, IngestionState.Counted, IngestionState.Quarantined], items.Select(item => item.State));
    }

    /// <summary>The member keeps the file, so an upload beyond the limit is refused with the reason, and nothing that was accepted before is deleted.</summary>
    [Fact]
    public async Task Quarantine_WithoutRoomForUploads_IsToldAndTakesNothing()
    {
        var quarantine = Scene.Cluster.Grains.Quarantine(DomainScene.Workspace);
        await Task.WhenAll(Enumerable.Range(0, QuarantineQuota.MaxItemsOfUploads).Select(i => quarantine.Put(new QuarantineItem($"up-{i}", default, ReportSourceIds.Upload, 1, QuarantineCodes.NotYours, "reason", null))));
        var refused = Assert.Single(await Take([1]));
        Assert.Null(refused.Id);
        Assert.Contains("full of uploaded reports", refused.Problem, StringComparison.Ordinal);
        Assert.Equal((QuarantineQuota.MaxItemsOfUploads, 0L), await quarantine.GetSummary() is var summary ? (summary.Items, summary.Dropped) : default);
        Assert.Equal(IngestionState.Counted, Assert.Single(await Take(Json("r1"))).State);

        await quarantine.Remove("up-0");
        Assert.Equal(IngestionState.Quarantined, Assert.Single(await Take([1])).State);
    }

    [Fact]
    public async Task Zip_WithADamagedMember_TakesTheOthers()
    {
        var zip = Zip(("1.json", Json("r1")), ("2.json", Json("r2")));
        var second = zip.AsSpan().LastIndexOf("PK\x3\x4"u8);
        zip[second + 60] ^= 0xFF;
        var items = await Take(zip);
        Assert.Equal([IngestionState.Counted, IngestionState.Quarantined], items.Select(item => item.State));
        Assert.Contains("damaged", items[1].Outcome!.Reason, StringComparison.Ordinal);
        Assert.Equal("2.json", items[1].Name);
        Assert.Contains(items[1].Id, (await Scene.Cluster.Grains.Quarantine(DomainScene.Workspace).List(null, 10)).Items.Select(item => item.Id));
    }

    [Fact]
    public async Task Zip_ThatUnpacksToTooMuch_EndsThere()
    {
        var zip = Zip([("1.json", Json("r1")), .. Enumerable.Range(0, 5).Select(i => ($"{i}.bin", new byte[60 * 1024 * 1024]))]);
        var items = await Take(zip);
        Assert.Equal(IngestionState.Counted, items[0].State);
        Assert.All(items.Skip(1), item => Assert.NotNull(item.Problem));
        Assert.True(items.Count <= 6);
    }

    /// <summary>It stood in quarantine as no report.</summary>
    [Fact]
    public async Task PackedMail_IsTheMail()
    {
        foreach (var (file, id) in new[] { (Zip(("a.eml", Mail("r1"))), "r1"), (Gzip(Mail("r2")), "r2"), (Zip(("a.eml.gz", Gzip(Mail("r3")))), "r3") })
        {
            var item = Assert.Single(await Take(file));
            Assert.Equal(IngestionState.Counted, item.State);
            Assert.Equal(Mail(id), await Scene.Cluster.Grains.Ingestion(item.Id!).GetRaw(DomainScene.Workspace));
        }
    }

    [Fact]
    public async Task PackedMailbox_IsAnItemForEach()
    {
        foreach (var file in new[] { Zip(("old.mbox", Mbox(Mail("r1"), Mail("r2")))), Gzip(Mbox(Mail("r3"), Mail("r4"))), Zip(("a.mbox.gz", Gzip(Mbox(Mail("r5"), Mail("r6")))), ("b.json", Json("r7"))) })
            Assert.All(await Take(file), item => Assert.Equal(IngestionState.Counted, item.State));
    }

    /// <summary>What stood behind an archive was dropped.</summary>
    [Fact]
    public async Task FilesThatWereJoined_AreAllCounted()
    {
        byte[][] files =
        [
            [.. Zip(("1.json", Json("a1"))), .. Zip(("2.json", Json("a2")))],
            [.. Zip(("1.json", Json("b1")), ("2.json", Json("b2"))), .. Zip(("3.json", Json("b3")), ("4.json", Json("b4"))), .. Gzip(Json("b5"))],
            [.. Zip(("1.json", Json("c1")), ("2.json", Json("c2"))), .. Gzip(Json("c3")), .. Mail("c4")],
            [.. Zip(("old.mbox", Mbox(Mail("d1"), Mail("d2")))), .. Mbox(Mail("d3"), Mail("d4"))],
            [.. Gzip(Mbox(Mail("e1"), Mail("e2"))), .. Zip(("3.json", Json("e3")))],
            [.. Gzip(Mail("f1")), 0, 0, .. Gzip(Json("f2")), .. Zip(("3.json", Json("f3")))],
            [.. Gzip(Json("g1")), .. Zip(("2.json", Json("g2")), ("3.json", Json("g3")))],
            [.. Mbox(Mail("h1"), Mail("h2")), .. Zip(("3.json", Json("h3")))],
            [.. Zip(("1.json", Json("i1")), ("2.json", Json("i2"))), .. "\n-- \nsent by a gateway\n"u8],
        ];
        int[] reports = [2, 5, 4, 4, 3, 3, 3, 3, 2];
        foreach (var (file, expected) in files.Zip(reports))
        {
            var before = await Counted();
            Assert.All(await Take(file), item => Assert.Equal(IngestionState.Counted, item.State));
            Assert.Equal(before + expected, await Counted());
        }
        Assert.Equal(0, (await Scene.Cluster.Grains.Quarantine(DomainScene.Workspace).GetSummary()).Items);
    }

    [Fact]
    public async Task FilesThatWereJoined_OneDamaged_CountsTheOthersAndTellsIt()
    {
        var cut = Zip(("1.json", Json("r1")), ("2.json", Json("r2")))[..^150];
        var before = await Counted();
        await Take([.. cut, .. Zip(("3.json", Json("r3")), ("4.json", Json("r4")))]);
        Assert.Equal(before + 3, await Counted());
        Assert.Equal(1, (await Scene.Cluster.Grains.Quarantine(DomainScene.Workspace).GetSummary()).Items);
    }

    [Fact]
    public async Task PackedReport_IsKeptAsItCame()
    {
        foreach (var file in new[] { Zip(("a.json", Json("r1"))), Gzip(Json("r2")) })
        {
            var item = Assert.Single(await Take(file));
            Assert.Equal((IngestionState.Counted, "file"), (item.State!.Value, item.Name));
            Assert.Equal(file, await Scene.Cluster.Grains.Ingestion(item.Id!).GetRaw(DomainScene.Workspace));
        }
    }

    [Fact]
    public async Task PackedMailbox_Damaged_SaysSoAfterWhatCouldBeRead()
    {
        var noise = new byte[300_000];
        new Random(1).NextBytes(noise);
        var file = Gzip(Mbox(Mail("r1"), Encoding.ASCII.GetBytes("Subject: x\r\n\r\n" + Convert.ToBase64String(noise, Base64FormattingOptions.InsertLineBreaks)), Mail("r2")));
        file.AsSpan(file.Length / 2, 1_000).Fill(0xFF);
        var items = await Take(file);
        Assert.Equal(IngestionState.Counted, items[0].State);
        Assert.Contains("damaged", items[^1].Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mailbox_WithoutALineBetweenMails_IsKeptAndSaidSo()
    {
        var item = Assert.Single(await Take("From here on\r\n\r\nnothing\r\n"u8.ToArray()));
        Assert.Equal(IngestionState.Quarantined, item.State);
        Assert.Contains("begins like an mbox file", item.Outcome!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Archive_TooLarge_IsCalledAnArchive()
    {
        var file = new byte[Envelope.MaxBytes + 1];
        "PK\x3\x4"u8.CopyTo(file);
        var item = Assert.Single(await Take(file));
        Assert.True(item.IsTooLarge);
        Assert.StartsWith("An archive has at most 10 MiB", item.Problem, StringComparison.Ordinal);
    }

    /// <summary>Whoever uploaded slowly kept all other large uploads and posts waiting, until their senders gave up.</summary>
    [Fact]
    public async Task SlowUpload_OfSmallReports_KeepsNoLargeOneWaiting()
    {
        var slow = new SlowStream(Mbox([.. Enumerable.Range(0, 100).Select(i => Encoding.ASCII.GetBytes($"Subject: {i}\r\n\r\n{new string('x', 1_000)}\r\n"))]));
        var stuck = Take(slow);
        await slow.Stuck;
        Assert.Equal(IngestionState.Quarantined, Assert.Single(await Take(new byte[2 * 1024 * 1024])).State);
        slow.End();
        Assert.Equal(100, (await stuck).Count);
    }

    [Fact]
    public async Task SlowUpload_OfALargeReport_GivesItsTurnUp()
    {
        var clock = new FakeTimeProvider();
        var slow = new SlowStream(new byte[2 * 1024 * 1024]);
        var stuck = Take(slow, NewUploads(clock));
        await slow.Stuck;
        clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Contains("longer than two minutes", Assert.Single(await stuck).Problem, StringComparison.Ordinal);
        Assert.Equal(IngestionState.Quarantined, Assert.Single(await Take(new byte[2 * 1024 * 1024])).State);
    }

    [Fact]
    public async Task TooLargeAndEmpty_AreSaidSo()
    {
        var item = Assert.Single(await Take(new byte[Envelope.MaxBytes + 1]));
        Assert.True(item is { Id: null, IsTooLarge: true });
        Assert.Contains("at most", item.Problem, StringComparison.Ordinal);
        Assert.Contains("empty", Assert.Single(await Take([])).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StorageDown_StopsAndAsksToSendAgain()
    {
        var uploads = new Uploads(new Down(), Scene.Cluster.Grains, Scene.Cluster.Clock);
        var item = Assert.Single(await Take(Mbox(Mail("r1"), Mail("r2")), uploads));
        Assert.True(item.IsUnavailable);
    }

    private async Task<long> Counted()
    {
        var day = DateOnly.FromDateTime(Reported.Day.UtcDateTime);
        return (await ScorecardReader.LoadScorecard(Scene.Cluster.Grains, DomainScene.Workspace, Domain, day, day, Scene.Cluster.Clock.GetUtcNow())).Reports;
    }

    private static byte[] Json(string id) => Reported.Report(id, Reported.Policy(Domain, 7)).Json();

    private static byte[] Mail(string id) => SignedMail.Unsigned(Reported.Report(id, Reported.Policy(Domain, 7)), Domain);

    private static byte[] Mbox(params byte[][] mails)
    {
        var text = new StringBuilder();
        foreach (var mail in mails)
            text.Append("From MAILER-DAEMON Mon Mar  2 03:00:00 2026\r\n").Append(Encoding.Latin1.GetString(mail)).Append("\r\n");
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private static byte[] Zip(params (string Name, byte[] Bytes)[] members)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, bytes) in members)
            {
                using var member = zip.CreateEntry(name).Open();
                member.Write(bytes);
            }
        }
        return packed.ToArray();
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Optimal))
            gzip.Write(bytes);
        return buffer.ToArray();
    }

    private Uploads NewUploads(TimeProvider clock) => new(Scene.Cluster.Services.GetRequiredService<IReportInbox>(), Scene.Cluster.Grains, clock);

    private Task<List<UploadedItem>> Take(byte[] file, Uploads? uploads = null) => Take(new MemoryStream(file), uploads);

    private async Task<List<UploadedItem>> Take(Stream file, Uploads? uploads = null)
    {
        uploads ??= NewUploads(Scene.Cluster.Clock);
        var items = new List<UploadedItem>();
        await foreach (var item in uploads.Accept(DomainScene.Owner, file, "file", TestContext.Current.CancellationToken).Value!)
            items.Add(item);
        return items;
    }

    /// <summary>Bytes that come at once, and an end that does not come by itself.</summary>
    private sealed class SlowStream(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        private readonly TaskCompletionSource stuck = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>All has been read but the end.</summary>
        public Task Stuck => stuck.Task.WaitAsync(TimeSpan.FromMinutes(2));

        public void End() => ended.SetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position == Length)
            {
                stuck.TrySetResult();
                await ended.Task.WaitAsync(cancellationToken);
            }
            return await base.ReadAsync(buffer, cancellationToken);
        }
    }

    private sealed class Down : IReportInbox
    {
        public string MailDomain => "reports.example";

        public Task<TokenKnowledge> KnowsAsync(string token, CancellationToken cancellationToken) => Task.FromResult(TokenKnowledge.Unavailable);

        public Task<Receipt> AcceptAsync(Envelope envelope, CancellationToken cancellationToken) => Task.FromResult<Receipt>(new Receipt.Unavailable("Not now."));
    }
}
