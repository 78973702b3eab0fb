using System.Globalization;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;
using MimeKit;
using MtaSts.Peers;

namespace MtaSts.EndToEnd;

/// <summary>A mailbox on Dovecot that the host reads, and a person signed in to it.</summary>
internal sealed class Mailbox : IAsyncDisposable
{
    private const string Account = "reports";
    private readonly DovecotServer dovecot;

    private Mailbox(DovecotServer dovecot) => this.dovecot = dovecot;

    public int Port => dovecot.Port;

    public ImapClient Person { get; } = new();

    public static async Task<Mailbox> StartAsync()
    {
        var mailbox = new Mailbox(await DovecotServer.StartAsync());
        await mailbox.Person.ConnectAsync("127.0.0.1", mailbox.Port, SecureSocketOptions.None);
        await mailbox.Person.AuthenticateAsync(Account, DovecotServer.Password);
        return mailbox;
    }

    /// <summary>The host's settings to read it in the clear, through whatever listens on the port.</summary>
    public static Dictionary<string, string?> Settings(int port, string after) => ApiClient.Settings(
        ("Modules:source_imap:Host", "127.0.0.1"), ("Modules:source_imap:Port", port.ToString(CultureInfo.InvariantCulture)), ("Modules:source_imap:Tls", "None"),
        ("Modules:source_imap:UserName", Account), ("Modules:source_imap:Password", DovecotServer.Password), ("Modules:source_imap:AfterReading", after));

    /// <summary>Into INBOX, byte for byte.</summary>
    public async Task AppendAsync(byte[] mail, MessageFlags flags = MessageFlags.None)
    {
        using var stream = new MemoryStream(mail);
        using var message = await MimeMessage.LoadAsync(stream);
        await Person.Inbox!.AppendAsync(message, flags);
    }

    public async Task<int> CountAsync(string name)
    {
        var folder = await Person.GetFolderAsync(name);
        await folder.StatusAsync(StatusItems.Count);
        return folder.Count;
    }

    public async ValueTask DisposeAsync()
    {
        Person.Dispose();
        await dovecot.DisposeAsync();
    }
}
