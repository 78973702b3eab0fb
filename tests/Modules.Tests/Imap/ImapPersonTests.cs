using MailKit;
using MailKit.Search;
using MtaSts.Modules.Imap;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Modules.Tests.Imap;

/// <summary>Somebody works in the same mailbox, and the line is bad.</summary>
public sealed class ImapPersonTests(SharedDovecot dovecot) : IAsyncLifetime
{
    private ImapStage stage = null!;

    public async ValueTask InitializeAsync() => stage = await ImapStage.StartAsync(dovecot);

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    /// <summary>The source has searched and waits for storage of the first mail while all this happens.</summary>
    [Theory]
    [InlineData(AfterReading.Move)]
    [InlineData(AfterReading.Delete)]
    [InlineData(AfterReading.Keep)]
    public async Task Pass_PersonMarksMovesAndExpungesMeanwhile_TakesTheOthersOnceAndTellsNoTrouble(AfterReading after)
    {
        stage.Options.AfterReading = after;
        await stage.AppendAsync(Enumerable.Range(1, 7));
        stage.Inbox.Hold();
        stage.Run();
        await stage.Until(() => stage.Inbox.Inside == 1, "the first mail is being stored");
        var inbox = stage.Person.Inbox!;
        await inbox.OpenAsync(FolderAccess.ReadWrite, TestContext.Current.CancellationToken);
        var uids = await inbox.SearchAsync(SearchQuery.All, TestContext.Current.CancellationToken);
        var elsewhere = (await stage.Person.GetFolder(stage.Person.PersonalNamespaces[0]).CreateAsync("Elsewhere", isMessageFolder: true, TestContext.Current.CancellationToken))!;
        await inbox.AddFlagsAsync(uids[1], MessageFlags.Seen, silent: true, TestContext.Current.CancellationToken);
        await inbox.AddFlagsAsync(uids[2], MessageFlags.Deleted, silent: true, TestContext.Current.CancellationToken);
        await inbox.MoveToAsync([uids[0], uids[3]], elsewhere, TestContext.Current.CancellationToken);
        await inbox.AddFlagsAsync(uids[4], MessageFlags.Deleted, silent: true, TestContext.Current.CancellationToken);
        await inbox.ExpungeAsync([uids[4]], TestContext.Current.CancellationToken);
        await inbox.CloseAsync(cancellationToken: TestContext.Current.CancellationToken);
        stage.Inbox.Release();
        await stage.Until(() => stage.Stored.SequenceEqual([1, 2, 3, 6, 7]) && stage.Source.Status is ReportSourceStatus.Working, "what is there is stored");
        Assert.DoesNotContain(1162, stage.Events);
        Assert.DoesNotContain(1164, stage.Events);

        // Moved back, they are taken; the one that was being stored counts no second time.
        await elsewhere.OpenAsync(FolderAccess.ReadWrite, TestContext.Current.CancellationToken);
        Assert.Equal([1, 4], await stage.InAsync("Elsewhere"));
        await elsewhere.MoveToAsync(await elsewhere.SearchAsync(SearchQuery.All, TestContext.Current.CancellationToken), inbox, TestContext.Current.CancellationToken);
        int[] all = [1, 2, 3, 4, 6, 7];
        await stage.Until(() => stage.Stored.SequenceEqual(all) && stage.Inbox.Deliveries == 7, "and what comes back");
        await stage.Until(async () => (await stage.InAsync("INBOX")).SequenceEqual(after == AfterReading.Keep ? all : []), "INBOX is as it should be");
        Assert.Equal(after == AfterReading.Move ? all : [], await stage.InAsync("Processed"));
    }

    /// <summary>Not yet asked for their sizes: those are in a later batch.</summary>
    [Fact]
    public async Task Pass_PersonExpungesInALaterBatch_TakesTheOthersAndTellsNoTrouble()
    {
        const int Many = 205;
        stage.Options.AfterReading = AfterReading.Keep;
        for (var number = 0; number < Many; number++)
            stage.Deliver(ImapStage.Mail(number), $"{number}.test");
        stage.Inbox.Hold();
        stage.Run();
        await stage.Until(() => stage.Inbox.Inside == 1, "the first mail is being stored");
        var inbox = stage.Person.Inbox!;
        await inbox.OpenAsync(FolderAccess.ReadWrite, TestContext.Current.CancellationToken);
        var uids = await inbox.SearchAsync(SearchQuery.All, TestContext.Current.CancellationToken);
        await inbox.AddFlagsAsync(uids[^2], MessageFlags.Deleted, silent: true, TestContext.Current.CancellationToken);
        await inbox.ExpungeAsync([uids[^2]], TestContext.Current.CancellationToken);
        await inbox.CloseAsync(cancellationToken: TestContext.Current.CancellationToken);
        stage.Inbox.Release();
        await stage.Until(() => stage.Inbox.Stored.Count == Many - 1 && stage.Source.Status is ReportSourceStatus.Working, "the others are stored");
        Assert.Equal(Many - 1, stage.Inbox.Deliveries);
        Assert.DoesNotContain(1162, stage.Events);
    }

    [Theory]
    [InlineData(AfterReading.Move, 700)]
    [InlineData(AfterReading.Move, 4_000)]
    [InlineData(AfterReading.Delete, 2_000)]
    [InlineData(AfterReading.Delete, 4_000)]
    [InlineData(AfterReading.Keep, 2_000)]
    [InlineData(AfterReading.Keep, 4_000)]
    public async Task Connection_CutInTheMiddle_TakesEveryMailOnce(AfterReading after, int cutAfter)
    {
        await using var relay = new CuttingRelay(stage.Server.Port, cutAfter, cuts: 3);
        stage.Options.Port = relay.Port;
        stage.Options.AfterReading = after;
        int[] all = [.. Enumerable.Range(1, 30)];
        await stage.AppendAsync(all);
        stage.Run();
        await stage.Until(() => relay.CutsLeft == 0 && stage.Stored.SequenceEqual(all) && stage.Source.Status is ReportSourceStatus.Working, "all are stored");
        await stage.Until(async () => (await stage.InAsync("INBOX")).SequenceEqual(after == AfterReading.Keep ? all : []), "INBOX is as it should be");
        Assert.Equal(after == AfterReading.Move ? all : [], await stage.InAsync("Processed"));
    }

    /// <summary>The last word before the mail would be gone is never heard: it is stored and still there.</summary>
    [Theory]
    [InlineData(AfterReading.Move, " MOVE ")]
    [InlineData(AfterReading.Delete, " STORE ")]
    [InlineData(AfterReading.Delete, " EXPUNGE ")]
    public async Task Connection_CutBetweenStoringAndClearing_CountsOnce(AfterReading after, string word)
    {
        await using var relay = new WordRelay(stage.Server.Port, word, times: 2);
        stage.Options.Port = relay.Port;
        stage.Options.AfterReading = after;
        await stage.AppendAsync([1, 2, 3]);
        stage.Run();
        await stage.Until(async () => relay.Cuts == 2 && (await stage.InAsync("INBOX")).Count == 0, "all are taken");
        Assert.Equal([1, 2, 3], stage.Stored);
        Assert.Equal(5, stage.Inbox.Deliveries);
    }

    /// <summary>Deleted mails are gone; what nobody claims is not.</summary>
    [Fact]
    public async Task Delete_StoredAndNobodys_OnlyTheFirstIsGone()
    {
        stage.Options.AfterReading = AfterReading.Delete;
        stage.Inbox.IsOut = true;
        await stage.AppendAsync([1]);
        await stage.AppendAsync("To: nobody@reports.example\r\nSubject: 2\r\n\r\n"u8.ToArray());
        stage.Run();
        await stage.Until(() => stage.Inbox.Failures > 1, "storage is asked in vain");
        Assert.Equal([1, 2], await stage.InAsync("INBOX"));
        stage.Inbox.IsOut = false;
        await stage.Until(async () => (await stage.InAsync("INBOX")).Count == 0, "both are taken");
        Assert.Equal([1], stage.Stored);
        Assert.Equal([2], await stage.InAsync("Unclaimed"));
        Assert.Empty(await stage.InAsync("Processed"));
    }

    [Fact]
    public async Task MoveTo_DeletedByAPerson_IsMadeAgain()
    {
        await stage.AppendAsync([1]);
        stage.Run();
        await stage.Until(() => stage.Stored.SequenceEqual([1]) && stage.Source.Status is ReportSourceStatus.Working, "the first is taken");
        await stage.Until(async () => (await stage.InAsync("Processed")).Count == 1, "and moved");
        await (await stage.Person.GetFolderAsync("Processed", TestContext.Current.CancellationToken)).DeleteAsync(TestContext.Current.CancellationToken);
        await stage.AppendAsync([2]);
        await stage.Until(async () => (await stage.InAsync("Processed")).SequenceEqual([2]), "the next is moved too");
    }
}
