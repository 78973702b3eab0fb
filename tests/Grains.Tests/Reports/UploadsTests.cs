using System.IO.Compression;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MtaSts.Grains.Tests.Dkim;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>Files of one and of many reports, through the inbox to their outcomes.</summary>
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

    [Fact]
    public async Task Zip_WithADamagedMember_TakesTheOthers()
    {
        var zip = Zip(("1.json", Json("r1")), ("2.json", Json("r2")));
        var second = zip.AsSpan().LastIndexOf("PK\x3\x4"u8);
        zip[second + 60] ^= 0xFF;
        var items = await Take(zip);
        Assert.Equal([IngestionState.Counted, null], items.Select(item => item.State));
        Assert.Contains("damaged", items[1].Problem, StringComparison.Ordinal);
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

    [Fact]
    public async Task TooLargeAndEmpty_AreSaidSo()
    {
        var item = Assert.Single(await Take(new byte[Envelope.MaxBytes + 1]));
        Assert.Null(item.Id);
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

    private async Task<List<UploadedItem>> Take(byte[] file, Uploads? uploads = null)
    {
        uploads ??= new Uploads(Scene.Cluster.Services.GetRequiredService<IReportInbox>(), Scene.Cluster.Grains, Scene.Cluster.Clock);
        var items = new List<UploadedItem>();
        await foreach (var item in uploads.TakeAsync(new MemoryStream(file), "file", DomainScene.Workspace, null, TestContext.Current.CancellationToken))
            items.Add(item);
        return items;
    }

    private sealed class Down : IReportInbox
    {
        public string MailDomain => "reports.example";

        public Task<TokenKnowledge> KnowsAsync(string token, CancellationToken cancellationToken) => Task.FromResult(TokenKnowledge.Unavailable);

        public Task<Receipt> AcceptAsync(Envelope envelope, CancellationToken cancellationToken) => Task.FromResult<Receipt>(new Receipt.Unavailable("Not now."));
    }
}
