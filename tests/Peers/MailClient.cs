using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace MtaSts.Peers;

/// <summary>A client of SMTP or LMTP like a mail server: it keeps its connection, and pipelines.</summary>
public sealed class MailClient : IDisposable
{
    private const int Replies = 3; // To MAIL, RCPT and BDAT; in LMTP the last is sent for each recipient, and there is one.
    private readonly TcpClient connection;
    private readonly StreamReader reader;

    private MailClient(TcpClient connection)
    {
        this.connection = connection;
        reader = new StreamReader(connection.GetStream(), Encoding.ASCII);
    }

    public static async Task<MailClient> ConnectAsync(int port, bool lmtp = false)
    {
        var client = new MailClient(new TcpClient("127.0.0.1", port) { NoDelay = true });
        try
        {
            await client.ExpectAsync("220");
            await client.SendAsync(lmtp ? "LHLO client.example\r\n"u8.ToArray() : "EHLO client.example\r\n"u8.ToArray());
            await client.ExpectAsync("250");
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    /// <summary>Returns when the mail is durable at the server.</summary>
    public async Task DeliverAsync(string to, byte[] mail)
    {
        if (await TryDeliverAsync(to, mail) is { } refusal)
            throw new InvalidOperationException($"The server said “{refusal}”.");
    }

    /// <summary>Null when the mail was accepted, else the reply that refused it. Throws an <see cref="IOException"/> when the connection ends before
    /// the last reply.</summary>
    public async Task<string?> TryDeliverAsync(string to, byte[] mail)
    {
        await SendAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"MAIL FROM:<reports@bigmail.example>\r\nRCPT TO:<{to}>\r\nBDAT {mail.Length} LAST\r\n")));
        await SendAsync(mail);
        string? refusal = null;
        for (var count = 0; count < Replies; count++)
        {
            var reply = await ReplyAsync();
            if (!reply.StartsWith("250", StringComparison.Ordinal))
                refusal ??= reply;
            if (reply.StartsWith("421", StringComparison.Ordinal))
                break; // The server closes the connection.
        }
        return refusal;
    }

    public void Dispose()
    {
        reader.Dispose();
        connection.Dispose();
    }

    private async Task SendAsync(byte[] bytes) => await connection.GetStream().WriteAsync(bytes);

    private async Task ExpectAsync(string code)
    {
        var reply = await ReplyAsync();
        if (!reply.StartsWith(code, StringComparison.Ordinal))
            throw new IOException($"The server said “{reply}”.");
    }

    /// <summary>The last line of a reply.</summary>
    private async Task<string> ReplyAsync()
    {
        string line;
        do
            line = await reader.ReadLineAsync() ?? throw new IOException("The server has hung up.");
        while (line is [_, _, _, '-', ..]);
        return line;
    }
}
