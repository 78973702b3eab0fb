using System.Text.RegularExpressions;
using MtaSts.Modules.Imap;
using MtaSts.Modules.Reports;
using Xunit;

namespace MtaSts.Modules.Tests.Imap;

/// <summary>UIDs are good for one UIDVALIDITY (RFC 9051 §2.3.1.1): after another one the same numbers are other mails, and none of them may be skipped.</summary>
public sealed partial class ImapValidityTests(SharedDovecot dovecot) : IAsyncLifetime
{
    private ImapStage stage = null!;

    public async ValueTask InitializeAsync()
    {
        stage = await ImapStage.StartAsync(dovecot);
        stage.Options.AfterReading = AfterReading.Keep;
    }

    public ValueTask DisposeAsync() => stage.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Mailbox_DeletedAndMadeAnew_EveryNewMailIsTaken(bool connected)
    {
        stage.Options.Folder = "Reports";
        var root = stage.Person.GetFolder(stage.Person.PersonalNamespaces[0]);
        var folder = await root.CreateAsync("Reports", isMessageFolder: true, TestContext.Current.CancellationToken);
        await stage.AppendAsync([1, 2, 3], folder!);
        await TakenAsync([1, 2, 3], connected);
        await folder!.DeleteAsync(TestContext.Current.CancellationToken);
        folder = await root.CreateAsync("Reports", isMessageFolder: true, TestContext.Current.CancellationToken);
        await stage.AppendAsync([4, 5], folder!);
        await TakenAsync([1, 2, 3, 4, 5], connected: false);
        Assert.Equal(5, stage.Inbox.Deliveries);
    }

    /// <summary>The same UIDs under another validity: as after a mailbox was restored.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Validity_AnotherAndTheSameUids_EveryMailIsTaken(bool connected)
    {
        await stage.AppendAsync([1, 2, 3]);
        await TakenAsync([1, 2, 3], connected);
        foreach (var file in Mails())
            await File.WriteAllTextAsync(file, Another(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)), TestContext.Current.CancellationToken);
        Revalidate();
        await TakenAsync([1, 2, 3, 7, 8, 9], connected: false);
    }

    private async Task TakenAsync(int[] numbers, bool connected)
    {
        stage.Run();
        await stage.Until(() => stage.Stored.SequenceEqual(numbers) && stage.Source.Status is ReportSourceStatus.Working, "what should is stored");
        if (!connected)
            await stage.StopAsync();
    }

    /// <summary>Of the same length, which is in the file's name.</summary>
    private static string Another(string mail) => mail.Replace("Subject: 1", "Subject: 7", StringComparison.Ordinal).Replace("Subject: 2", "Subject: 8", StringComparison.Ordinal).Replace("Subject: 3", "Subject: 9", StringComparison.Ordinal);

    private string[] Mails() => [.. Directory.GetFiles(Path.Combine(stage.Maildir, "cur")), .. Directory.GetFiles(Path.Combine(stage.Maildir, "new"))];

    /// <summary>Dovecot keeps the validity in the first line of the list of UIDs, and a copy in its index.</summary>
    private void Revalidate()
    {
        foreach (var index in Directory.GetFiles(stage.Maildir, "dovecot.index*"))
            File.Delete(index);
        var list = Path.Combine(stage.Maildir, "dovecot-uidlist");
        var text = Validity().Replace(File.ReadAllText(list), match => $"V{uint.Parse(match.ValueSpan[1..], System.Globalization.CultureInfo.InvariantCulture) + 1_000}", 1);
        File.WriteAllText(list, text);
    }

    [GeneratedRegex("V[0-9]+")]
    private static partial Regex Validity();
}
