using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace MtaSts.Bench.Smtp;

/// <summary>An SMTP client as a mail server is one: it keeps its connection, and pipelines.</summary>
internal sealed class MailClient : IDisposable
{
    private readonly TcpClient connection;
    private readonly StreamReader reader;

    private MailClient(TcpClient connection)
    {
        this.connection = connection;
        reader = new StreamReader(connection.GetStream(), Encoding.ASCII);
    }

    public static async Task<MailClient> ConnectAsync(int port)
    {
        var client = new MailClient(new TcpClient("127.0.0.1", port) { NoDelay = true });
        await client.ExpectAsync("220");
        await client.SendAsync("EHLO bench.example\r\n"u8.ToArray());
        await client.ExpectAsync("250");
        return client;
    }

    /// <summary>Returns when the mail is durable at the other side.</summary>
    public async Task DeliverAsync(string to, byte[] mail)
    {
        await SendAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"MAIL FROM:<reports@bigmail.example>\r\nRCPT TO:<{to}>\r\nBDAT {mail.Length} LAST\r\n")));
        await SendAsync(mail);
        for (var reply = 0; reply < 3; reply++)
            await ExpectAsync("250");
    }

    public void Dispose()
    {
        reader.Dispose();
        connection.Dispose();
    }

    private async Task SendAsync(byte[] bytes) => await connection.GetStream().WriteAsync(bytes);

    private async Task ExpectAsync(string code)
    {
        string? line;
        do
        {
            line = await reader.ReadLineAsync();
            if (line is null || !line.StartsWith(code, StringComparison.Ordinal))
                throw new InvalidOperationException($"The server said “{line}”.");
        }
        while (line[3] == '-');
    }
}
