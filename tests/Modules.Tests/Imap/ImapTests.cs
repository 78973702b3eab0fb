using System.Text;
using MailKit;
using MailKit.Net.Imap;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;
using MtaSts.Modules.Imap;
using MtaSts.Modules.Testing;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Modules.Tests.Imap;

/// <summary>Against Dovecot, with folders named <c>INBOX.Processed</c>.</summary>
public sealed class ImapContractTests : ReportSourceContract, IAsyncDisposable
{
    private DovecotServer? server;

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
            await server.DisposeAsync();
    }

    protected override async Task<ReportSourceScene> SetUpAsync()
    {
        server = await DovecotServer.StartAsync('.', "INBOX.");
        var options = new ImapOptions { Host = "localhost", Port = server.Port, Tls = TlsMode.StartTls, CaPath = server.Root, UserName = "contract", Password = DovecotServer.Password };
        var inbox = new InMemoryInbox();
        var source = new ImapSource(options, inbox, TimeProvider.System, NullLogger<ImapSource>.Instance);
        return new ReportSourceScene(source, inbox, (_, mail) => OfferAsync(options, mail), 1, () => Task.CompletedTask);
    }

    private static async Task<Func<MailFate>> OfferAsync(ImapOptions options, byte[] mail)
    {
        using var client = await ImapConnection.OpenAsync(options, TestContext.Current.CancellationToken);
        var before = await CountAsync(client, mail);
        using var stream = new MemoryStream(mail);
        using var message = await MimeMessage.LoadAsync(stream);
        await client.Inbox!.AppendAsync(message);
        return () => FateAsync(options, mail, before).GetAwaiter().GetResult();
    }

    private static async Task<MailFate> FateAsync(ImapOptions options, byte[] mail, (int Processed, int Unclaimed) before)
    {
        using var client = await ImapConnection.OpenAsync(options, CancellationToken.None);
        var now = await CountAsync(client, mail);
        return now.Processed > before.Processed ? MailFate.Acknowledged : now.Unclaimed > before.Unclaimed ? MailFate.PutAside : MailFate.Waiting;
    }

    private static async Task<(int Processed, int Unclaimed)> CountAsync(ImapClient client, byte[] mail) =>
        (await CountAsync(client, "Processed", mail), await CountAsync(client, "Unclaimed", mail));

    private static async Task<int> CountAsync(ImapClient client, string name, byte[] mail)
    {
        if (await ImapFolders.FindAsync(client, name, CancellationToken.None) is not { } folder)
            return 0;
        Assert.StartsWith("INBOX.", folder.FullName, StringComparison.Ordinal);
        await folder.OpenAsync(FolderAccess.ReadOnly);
        var id = Encoding.Latin1.GetString(mail).Split('\n').Single(line => line.StartsWith("Message-ID", StringComparison.Ordinal)).Split('<', '>')[1];
        return (await folder.SearchAsync(MailKit.Search.SearchQuery.HeaderContains("Message-ID", "<" + id + ">"))).Count;
    }
}

public sealed class ImapSettingsTests
{
    [Theory]
    [InlineData("Tls", "None", "loopback only")]
    [InlineData("UserName", "", "UserName")]
    [InlineData("PasswordFile", "/x", "either Password or PasswordFile")]
    [InlineData("MoveTo", "inbox", "three different folders")]
    [InlineData("Port", "70000", "Port")]
    [InlineData("Hst", "x", "Hst")]
    public void Read_WhatCannotWork_IsNamed(string key, string value, string problem)
    {
        var settings = new Dictionary<string, string?> { ["m:Host"] = "imap.example", ["m:UserName"] = "u", ["m:Password"] = "secret-of-the-test", ["m:" + key] = value };
        var text = Assert.ThrowsAny<Exception>(() => ImapSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetSection("m"))).ToString();
        Assert.Contains(problem, text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-of-the-test", text, StringComparison.Ordinal);
    }

    [Fact]
    public void State_LostOrOfAnotherValidity_BeginsAnew()
    {
        using var folder = new TempFolder();
        var state = new ImapState(folder["data/imap.state"]);
        Assert.Equal(0u, state.Last("INBOX", 7));
        state.Remember("INBOX", 7, 42);
        Assert.Equal((42u, 0u, 0u), (state.Last("INBOX", 7), state.Last("INBOX", 8), state.Last("Other", 7)));
    }
}
