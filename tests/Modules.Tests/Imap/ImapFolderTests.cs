using MtaSts.Modules.Imap;
using Xunit;

namespace MtaSts.Modules.Tests.Imap;

/// <summary>A setting with <c>/</c> in it finds its folders whatever the server's separator and prefix.</summary>
public sealed class ImapFolderTests
{
    [Theory]
    [InlineData('/', "", "Reports/TLS")]
    [InlineData('.', "", "Reports.TLS")]
    [InlineData('.', "INBOX.", "INBOX.Reports.TLS")]
    [InlineData('/', "INBOX/", "INBOX/Reports/TLS")]
    public async Task Folders_Nested_AreReadFromAndMade(char separator, string prefix, string full)
    {
        await using var stage = await ImapStage.StartAsync(separator, prefix);
        (stage.Options.Folder, stage.Options.MoveTo, stage.Options.Unclaimed) = ("Reports/TLS", "Reports/TLS/Done", "Reports/Stray");
        await ImapFolders.FindOrMakeAsync(stage.Person, "Reports/TLS", CancellationToken.None);
        var folder = await stage.Person.GetFolderAsync(full, TestContext.Current.CancellationToken);
        await stage.AppendAsync([1], folder);
        await stage.AppendAsync("Subject: 2\r\n\r\nnobody's\r\n"u8.ToArray(), folder);
        stage.Run();
        await stage.Until(async () => (await stage.InAsync(full)).Count == 0, "both are taken");
        Assert.Equal([1], await stage.InAsync($"{full}{separator}Done"));
        Assert.Equal([2], await stage.InAsync($"{prefix}Reports{separator}Stray"));
    }
}
