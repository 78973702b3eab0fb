using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using MtaSts.Modules.Mail;
using MtaSts.Modules.Notices;
using MtaSts.Modules.Testing;
using MtaSts.Modules.Tests.Notices;
using MtaSts.Peers;

namespace MtaSts.Modules.Tests.Mail;

/// <summary>A mail server on a loopback port whose replies the test sets, and a notifier that sends through it.</summary>
internal sealed class SmtpReceiver : IAsyncDisposable
{
    public const string Password = "pa55word-of-the-0perator";
    private readonly TcpListener listener = new(IPAddress.Loopback, FreePort.Next());
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<byte[]> mails = [];
    private readonly ConcurrentQueue<string> lines = [];
    private ServiceProvider? module;

    public SmtpReceiver()
    {
        listener.Start();
        _ = AcceptAsync();
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public ReceiverMood Mood { get; set; }

    /// <summary>Replies that replace the default ones, by the first four letters of the command; <c>DOT</c> for the end of the mail, <c>HELLO</c> for the greeting.</summary>
    public Dictionary<string, string> Replies { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Repeated in the replies to a recipient and to a mail.</summary>
    public string Echo { get; set; } = "";

    public string[] Capabilities { get; set; } = ["8BITMIME", "SMTPUTF8", "AUTH PLAIN"];

    public IReadOnlyList<MimeMessage> Mails => [.. mails.Select(mail => MimeMessage.Load(new MemoryStream(mail)))];

    /// <summary>The commands received.</summary>
    public IReadOnlyList<string> Lines => [.. lines];

    public INotifier Notifier(params (string Key, string Value)[] settings)
    {
        var (builder, _) = Configure([("Host", "127.0.0.1"), ("Port", $"{((IPEndPoint)listener.LocalEndpoint).Port}"), ("Tls", "None"), ("From", "MTA-STS <alerts@example.net>"), .. settings]);
        builder.Services.AddSingleton<TimeProvider>(Clock);
        module = builder.Services.BuildServiceProvider();
        return (INotifier)module.GetRequiredService(builder.Notifier!);
    }

    public static (TestModuleBuilder Builder, string? EnabledBy) Configure(params (string Key, string Value)[] settings)
    {
        var values = settings.GroupBy(setting => setting.Key).Select(same => KeyValuePair.Create("Modules:" + same.Key, (string?)same.Last().Value));
        var builder = new TestModuleBuilder(new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection("Modules"));
        new MailModule().Configure(builder);
        return (builder, builder.EnabledBy);
    }

    public static ChannelSettings Channel(string address = "owner@example.com") => new([KeyValuePair.Create("address", address)]);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        if (module is not null)
            await module.DisposeAsync();
    }

    private async Task AcceptAsync()
    {
        while (!stop.IsCancellationRequested)
            _ = TalkAsync(await listener.AcceptTcpClientAsync(stop.Token));
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var connection = client;
        if (Mood == ReceiverMood.Breaks)
            return;
        if (Mood == ReceiverMood.Hangs)
            await Task.Delay(Timeout.Infinite, stop.Token);
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        await SayAsync(Replies.GetValueOrDefault("HELLO", "220 receiver.test ESMTP"));
        while (await reader.ReadLineAsync(stop.Token) is { } line)
        {
            lines.Enqueue(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(line)));
            var command = line[..Math.Min(4, line.Length)].ToUpperInvariant();
            var reply = Replies.GetValueOrDefault(command, command switch
            {
                "EHLO" => string.Join("\r\n", ["250-receiver.test", .. Capabilities.Select(name => "250-" + name), "250 ENHANCEDSTATUSCODES"]),
                "RCPT" when Mood == ReceiverMood.Fails => $"451 4.7.1 Greylisted {Echo}".TrimEnd(),
                "RCPT" when Mood == ReceiverMood.Refuses => $"550 5.1.1 No such user here {Echo}".TrimEnd(),
                "DATA" => "354 Go on",
                "AUTH" => "235 2.7.0 Welcome",
                _ => "250 2.0.0 Ok",
            });
            await SayAsync(reply);
            if (command == "QUIT")
                return;
            if (command == "DATA" && reply.StartsWith('3'))
            {
                var mail = new StringBuilder();
                while (await reader.ReadLineAsync(stop.Token) is { } text && text != ".")
                    mail.Append(text.StartsWith('.') ? text[1..] : text).Append("\r\n");
                mails.Enqueue(Encoding.Latin1.GetBytes(mail.ToString()));
                await SayAsync(Replies.GetValueOrDefault("DOT", $"250 2.0.0 Ok: queued as 4F1 {Echo}".TrimEnd()));
            }
        }

        async Task SayAsync(string reply) => await stream.WriteAsync(Encoding.ASCII.GetBytes(reply + "\r\n"), stop.Token);
    }
}
