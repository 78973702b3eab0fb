using System.Net.Security;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Modules.Tests.Smtp;

/// <summary>Clients that ask and never read what is answered: they held their places for ever, and the service could not stop.</summary>
public sealed class DeafClientTests
{
    private const int LittleRoom = 4096;
    private readonly FakeTimeProvider clock = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Replies_NeverRead_PlaceIsFreeAfterAWhile(bool overTls)
    {
        using var authority = new TestAuthority();
        using var folder = new TempFolder();
        await using var stage = await StartAsync(authority, folder);
        using var deaf = await stage.ConnectAsync(LittleRoom);
        await GreetAsync(deaf, authority, overTls);
        var asking = AskAsync(deaf);
        await Poll.Until(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(20));
            return asking.IsCompleted;
        }, TimeSpan.FromSeconds(60), "it is hung up on");
        await asking;
        // The client sees the end of its connection before the place is free: time has to go on.
        await Poll.Until(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            using var next = await stage.ConnectAsync();
            return (await next.ReplyAsync()).StartsWith("220", StringComparison.Ordinal);
        }, TimeSpan.FromSeconds(60), "the next client has a place");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_RepliesNeverRead_Ends(bool overTls)
    {
        using var authority = new TestAuthority();
        using var folder = new TempFolder();
        await using var stage = await StartAsync(authority, folder);
        using var deaf = await stage.ConnectAsync(LittleRoom);
        await GreetAsync(deaf, authority, overTls);
        var asking = AskAsync(deaf);
        await Task.WhenAny(asking, Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken)); // Until nothing moves any more.
        var stopping = stage.StopAsync();
        await Poll.Until(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return stopping.IsCompleted;
        }, TimeSpan.FromSeconds(30), "it has stopped");
        await asking;
    }

    private Task<SmtpStage> StartAsync(TestAuthority authority, TempFolder folder)
    {
        var (certificate, key) = authority.Issue("one.example");
        File.WriteAllText(folder["certificate.pem"], certificate);
        File.WriteAllText(folder["key.pem"], key);
        return SmtpStage.StartAsync(
            options => (options.MaxConnections, options.MaxCommands, options.CertificatePath, options.CertificateKeyPath) = (1, 1_000_000, folder["certificate.pem"], folder["key.pem"]),
            clock);
    }

    /// <summary>What has to be over before time passes.</summary>
    private static async Task GreetAsync(WireClient client, TestAuthority authority, bool overTls)
    {
        await client.ReplyAsync();
        if (!overTls)
            return;
        await client.SayAsync("EHLO client.example");
        await client.SayAsync("STARTTLS");
        var tls = new SslStream(client.Stream, false, (_, certificate, _, _) => authority.Trusts((System.Security.Cryptography.X509Certificates.X509Certificate2?)certificate));
        await tls.AuthenticateAsClientAsync("one.example");
        client.Stream = tls;
    }

    /// <summary>Asks for far more than sockets and pipes hold, until it is hung up on.</summary>
    private static async Task AskAsync(WireClient client)
    {
        var questions = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("EHLO client.example\r\n", 1_000)));
        try
        {
            for (var times = 0; times < 200; times++)
                await client.Stream.WriteAsync(questions);
        }
        catch (IOException)
        {
            // Hung up on.
        }
    }
}
