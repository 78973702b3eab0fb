using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;
using MimeKit;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd.Fire;

/// <summary>A mail server that delivers by SMTP or LMTP and keeps its connection.</summary>
internal sealed class FireMail(int port, bool lmtp) : IFireSender
{
    private MailClient? client;

    public async Task<string?> SendAsync(byte[] bytes, string address, CancellationToken stop)
    {
        try
        {
            client ??= await MailClient.ConnectAsync(port, lmtp);
            var refusal = await client.TryDeliverAsync(address, bytes).WaitAsync(stop);
            if (refusal is null)
                return null;
            Assert.False(refusal.StartsWith('5'), $"A mail was answered “{refusal}”.");
            Leave(); // It may hang up.
            return refusal[..3];
        }
        catch
        {
            Leave();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        Leave();
        return ValueTask.CompletedTask;
    }

    private void Leave()
    {
        client?.Dispose();
        client = null;
    }
}

/// <summary>A mail server that delivers into a Maildir, never far ahead of who takes the mails from there.</summary>
internal sealed class FireMaildir(string maildir) : IFireSender
{
    /// <summary>Mails that may lie there: enough for the source never to be idle, few enough for it to work all the time.</summary>
    public const int Most = 30;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private int delivered;

    public async Task<string?> SendAsync(byte[] bytes, string address, CancellationToken stop)
    {
        while (Directory.GetFiles(Path.Combine(maildir, "new")).Length >= Most)
            await Task.Delay(Pause, stop);
        var name = $"{++delivered}.fire";
        await File.WriteAllBytesAsync(Path.Combine(maildir, "tmp", name), bytes, stop);
        File.Move(Path.Combine(maildir, "tmp", name), Path.Combine(maildir, "new", name));
        return null;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Puts mails into an IMAP mailbox, never far ahead of who takes them from there.</summary>
internal sealed class FireImap(int port) : IFireSender
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private ImapClient? client;

    public async Task<string?> SendAsync(byte[] bytes, string address, CancellationToken stop)
    {
        client ??= await ConnectAsync(port);
        while (await CountAsync(client, "INBOX") >= FireMaildir.Most)
            await Task.Delay(Pause, stop);
        using var stream = new MemoryStream(bytes);
        await client.Inbox!.AppendAsync(await MimeMessage.LoadAsync(stream, stop), cancellationToken: stop);
        return null;
    }

    public ValueTask DisposeAsync()
    {
        client?.Dispose();
        return ValueTask.CompletedTask;
    }

    public static async Task<ImapClient> ConnectAsync(int port)
    {
        var client = new ImapClient();
        await client.ConnectAsync("127.0.0.1", port, SecureSocketOptions.None);
        await client.AuthenticateAsync(FireScene.Account, DovecotServer.Password);
        return client;
    }

    /// <summary>Mails in a folder; none where there is none.</summary>
    public static async Task<int> CountAsync(ImapClient client, string name)
    {
        try
        {
            var folder = await client.GetFolderAsync(name);
            await folder.StatusAsync(StatusItems.Count);
            return folder.Count;
        }
        catch (FolderNotFoundException)
        {
            return 0;
        }
    }
}
