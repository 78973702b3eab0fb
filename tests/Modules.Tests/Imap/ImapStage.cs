using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using MtaSts.Modules.Imap;
using MtaSts.Modules.Testing;
using MtaSts.Peers;

namespace MtaSts.Modules.Tests.Imap;

/// <summary>A mailbox on Dovecot, a source on a test's clock that reads it, and a person with a mail client who looks into the same one.</summary>
internal sealed class ImapStage : IAsyncDisposable
{
    public const string Token = "abcdefghijklmnopqrstuvwxyz";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly TempFolder folder = new();
    private readonly EventLog log = new();
    private readonly bool ownsServer;
    private CancellationTokenSource stop = new();
    private Task running = Task.CompletedTask;

    private ImapStage(DovecotServer server, string account, bool ownsServer)
    {
        Server = server;
        this.ownsServer = ownsServer;
        Inbox.Claim(Token);
        Options = new ImapOptions { Host = "127.0.0.1", Port = server.Port, Tls = TlsMode.None, UserName = account, Password = DovecotServer.Password, StatePath = folder["data/imap.state"] };
        Source = NewSource();
    }

    public DovecotServer Server { get; }

    public FakeTimeProvider Clock { get; } = new();

    public ImapOptions Options { get; }

    public InMemoryInbox Inbox { get; } = new();

    /// <summary>Another after each <see cref="StopAsync"/>: what it knew in memory is gone, as after a restart.</summary>
    public ImapSource Source { get; private set; }

    public ImapClient Person { get; } = new();

    /// <summary>Ids of what was logged so far.</summary>
    public IReadOnlyCollection<int> Events => log.Ids;

    /// <summary>The numbers of the mails that are stored.</summary>
    public IEnumerable<int> Stored => Inbox.Stored.Select(envelope => Number(envelope.Raw.Span)).Order();

    public string Maildir => Server.Maildir(Options.UserName!);

    /// <summary>On the server that all share.</summary>
    public static async Task<ImapStage> StartAsync(SharedDovecot dovecot) => await SignInAsync(new ImapStage(await dovecot.StartedAsync(), dovecot.NewAccount(), ownsServer: false));

    /// <summary>On a server of its own.</summary>
    public static async Task<ImapStage> StartAsync(char separator = '/', string prefix = "", params string[] options) =>
        await SignInAsync(new ImapStage(await DovecotServer.StartAsync(separator, prefix, options), "stage", ownsServer: true));

    public static byte[] Mail(int number) => Encoding.ASCII.GetBytes($"Delivered-To: {Token}@reports.example\r\nSubject: {number}\r\nMessage-ID: <{number}@sender.example>\r\n\r\nx\r\n");

    public void Run() => running = Task.Run(() => Source.RunAsync(stop.Token));

    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await running.WaitAsync(Limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
        stop = new CancellationTokenSource();
        Source = NewSource();
    }

    /// <summary>Mails with these numbers come into a folder; null is INBOX.</summary>
    public async Task AppendAsync(IEnumerable<int> numbers, IMailFolder? into = null)
    {
        foreach (var number in numbers)
            await AppendAsync(Mail(number), into);
    }

    public async Task AppendAsync(byte[] mail, IMailFolder? into = null)
    {
        using var stream = new MemoryStream(mail);
        using var message = await MimeMessage.LoadAsync(stream);
        await (into ?? Person.Inbox!).AppendAsync(message);
    }

    /// <summary>As a delivering server on the same machine does it: into INBOX, written elsewhere, then renamed.</summary>
    public void Deliver(byte[] mail, string name)
    {
        File.WriteAllBytes(folder["written"], mail);
        File.Move(folder["written"], Path.Combine(Maildir, "new", name));
    }

    /// <summary>The numbers of the mails in a folder, as another client sees them now; none where there is no such folder.</summary>
    public async Task<IReadOnlyList<int>> InAsync(string name)
    {
        using var client = new ImapClient();
        await client.ConnectAsync("127.0.0.1", Server.Port, SecureSocketOptions.None);
        await client.AuthenticateAsync(Options.UserName!, DovecotServer.Password);
        if (await ImapFolders.FindAsync(client, name, CancellationToken.None) is not { } found)
            return [];
        await found.OpenAsync(FolderAccess.ReadOnly);
        var mails = await found.FetchAsync(0, -1, MessageSummaryItems.Envelope);
        return [.. mails.Select(mail => int.Parse(mail.Envelope!.Subject!, CultureInfo.InvariantCulture)).Order()];
    }

    public Task Until(Func<bool> condition, string what, bool timePasses = true) => Until(() => Task.FromResult(condition()), what, timePasses);

    /// <param name="condition">What is waited for.</param>
    /// <param name="what">It in words.</param>
    /// <param name="timePasses">Whether the source's clock goes on meanwhile, a second each time the condition is looked at.</param>
    public async Task Until(Func<Task<bool>> condition, string what, bool timePasses = true)
    {
        try
        {
            await Poll.Until(async () =>
            {
                if (timePasses)
                    Clock.Advance(TimeSpan.FromSeconds(1));
                return await condition();
            }, Limit, what);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{exception.Message} Stored: {string.Join(' ', Stored)}. The source says: {Source.Status}. It logged:\n{log}\nDovecot:\n{Server.Log}", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
        Person.Dispose();
        if (ownsServer)
            await Server.DisposeAsync();
        folder.Dispose();
    }

    private static int Number(ReadOnlySpan<byte> mail) =>
        int.Parse(Encoding.ASCII.GetString(mail).Split('\n').Single(line => line.StartsWith("Subject:", StringComparison.Ordinal))[8..], CultureInfo.InvariantCulture);

    private static async Task<ImapStage> SignInAsync(ImapStage stage)
    {
        await stage.Person.ConnectAsync("127.0.0.1", stage.Server.Port, SecureSocketOptions.None);
        await stage.Person.AuthenticateAsync(stage.Options.UserName!, DovecotServer.Password);
        await stage.Person.Inbox!.StatusAsync(StatusItems.Count); // Makes the Maildir.
        return stage;
    }

    private ImapSource NewSource() => new(Options, Inbox, Clock, log);

    private sealed class EventLog : ILogger<ImapSource>
    {
        private readonly ConcurrentQueue<(int Id, string Text)> lines = [];

        public IReadOnlyCollection<int> Ids => [.. lines.Select(line => line.Id)];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((eventId.Id, $"{eventId.Id} {formatter(state, exception)} {exception}"));

        public override string ToString() => string.Join('\n', lines.Select(line => line.Text));
    }
}
