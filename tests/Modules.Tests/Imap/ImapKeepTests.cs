using MailKit;
using MtaSts.Modules.Imap;
using MtaSts.Modules.Reports;
using Xunit;

namespace MtaSts.Modules.Tests.Imap;

/// <summary>Mails stay where they are, and a file remembers how far they were read.</summary>
public sealed class ImapKeepTests(SharedDovecot dovecot) : IAsyncLifetime
{
    private ImapStage stage = null!;

    public async ValueTask InitializeAsync()
    {
        stage = await ImapStage.StartAsync(dovecot);
        stage.Options.AfterReading = AfterReading.Keep;
    }

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Fact]
    public async Task Run_Restarted_DeliversOnlyWhatIsNew()
    {
        await stage.AppendAsync([1, 2, 3]);
        await TakenAsync(1, 2, 3);
        await stage.StopAsync();
        await stage.AppendAsync([4]);
        await TakenAsync(1, 2, 3, 4);
        Assert.Equal(4, stage.Inbox.Deliveries);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("no state of ours\0\n")]
    public async Task Run_StateLostOrDamaged_ReadsAgainAndCountsOnce(string? state)
    {
        await stage.AppendAsync([1, 2, 3]);
        await TakenAsync(1, 2, 3);
        await stage.StopAsync();
        if (state is null)
            File.Delete(stage.Options.StatePath);
        else
            await File.WriteAllTextAsync(stage.Options.StatePath, state, TestContext.Current.CancellationToken);
        await stage.AppendAsync([4]);
        await TakenAsync(1, 2, 3, 4);
        Assert.Equal(7, stage.Inbox.Deliveries);
    }

    /// <summary>Another account's folder may have the same name and validity: what was read of one says nothing of the other.</summary>
    [Fact]
    public async Task Run_AnotherAccount_SkipsNothing()
    {
        await stage.AppendAsync([1, 2]);
        await TakenAsync(1, 2);
        await stage.StopAsync();
        var (from, to) = (stage.Server.Maildir(stage.Options.UserName!), stage.Server.Maildir(stage.Options.UserName = dovecot.NewAccount()));
        using (var copy = System.Diagnostics.Process.Start("cp", ["-a", Path.GetDirectoryName(from)!, Path.GetDirectoryName(to)!]))
            await copy.WaitForExitAsync(TestContext.Current.CancellationToken);
        stage.Run();
        await stage.Until(() => stage.Inbox.Deliveries == 4, "the other account's mails are read");
    }

    /// <summary>No mark that a mail client would show: neither as read nor as no longer new.</summary>
    [Fact]
    public async Task Run_MailsRead_LeavesThemAsTheyWere()
    {
        await stage.AppendAsync([1, 2]);
        await TakenAsync(1, 2);
        await stage.StopAsync();
        var inbox = stage.Person.Inbox!;
        await inbox.OpenAsync(FolderAccess.ReadWrite, TestContext.Current.CancellationToken);
        var mails = await inbox.FetchAsync(0, -1, MessageSummaryItems.Flags, TestContext.Current.CancellationToken);
        Assert.Equal([MessageFlags.Recent, MessageFlags.Recent], mails.Select(mail => mail.Flags!.Value));
        Assert.Empty(await stage.InAsync("Processed"));
    }

    [Fact]
    public async Task Run_MailThatCannotBeRead_HoldsUpNoOtherAndComesWhenItCan()
    {
        await stage.AppendAsync([1, 2, 3]);
        var (name, aside) = Hide("Subject: 2");
        await TakenAsync(1, 3);
        await stage.StopAsync();
        File.Move(aside, name);
        await TakenAsync(1, 2, 3);
    }

    [Fact]
    public async Task Run_NobodysMail_StaysAndIsToldOnce()
    {
        await stage.AppendAsync("Subject: 1\r\n\r\nno token at all\r\n"u8.ToArray());
        await stage.AppendAsync([2]);
        await TakenAsync(2);
        await stage.StopAsync();
        await stage.AppendAsync([3]);
        await TakenAsync(2, 3);
        Assert.Equal([1, 2, 3], await stage.InAsync("INBOX"));
        Assert.Single(stage.Events, id => id == 1163);
    }

    /// <summary>More than one batch: what cannot be remembered must not be begun with again and again.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_StateCannotBeWrittenOrRead_TakesEverythingAndSaysWhatToDo(bool unreadable)
    {
        const int Many = 450;
        for (var number = 0; number < Many; number++)
            stage.Deliver(ImapStage.Mail(number), $"{number}.test");
        if (unreadable)
            Directory.CreateDirectory(stage.Options.StatePath);
        else
            await File.WriteAllTextAsync(Path.GetDirectoryName(stage.Options.StatePath)!, "a file where the folder should be", TestContext.Current.CancellationToken);
        stage.Run();
        await stage.Until(() => stage.Inbox.Stored.Count == Many && stage.Source.Status is ReportSourceStatus.Troubled { Problem: var problem } && problem.Contains("Modules:source.imap:StatePath", StringComparison.Ordinal), "all are taken, and the trouble is told");
        await stage.AppendAsync([Many]);
        await stage.Until(() => stage.Inbox.Stored.Count == Many + 1, "new mail is taken");
        Assert.Equal(Many + 1, stage.Inbox.Deliveries);
    }

    private async Task TakenAsync(params int[] numbers)
    {
        stage.Run();
        await stage.Until(() => stage.Stored.SequenceEqual(numbers) && stage.Source.Status is ReportSourceStatus.Working or ReportSourceStatus.Troubled, "what should is stored");
    }

    private (string Name, string Aside) Hide(string text)
    {
        var name = Directory.GetFiles(stage.Maildir, "*", SearchOption.AllDirectories).Single(file => File.ReadAllText(file).Contains(text, StringComparison.Ordinal));
        var aside = Path.Combine(stage.Maildir, "hidden");
        File.Move(name, aside);
        return (name, aside);
    }
}
