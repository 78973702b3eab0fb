using System.Globalization;

namespace MtaSts.Peers;

/// <summary>Dovecot from Debian's package as an IMAP server on a loopback port. Every user name is an account, with the password <see cref="Password"/>
/// and its own Maildir.</summary>
public sealed class DovecotServer : IAsyncDisposable
{
    public const string Password = "password-of-the-test";

    /// <summary>Owner of the mails: Dovecot refuses root and its own accounts.</summary>
    private const string Account = "mail";

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private readonly TempFolder folder;
    private readonly TestAuthority authority;
    private readonly ChildProcess process;
    private int delivered;

    private DovecotServer(TempFolder folder, TestAuthority authority, ChildProcess process, int port) => (this.folder, this.authority, this.process, Port) = (folder, authority, process, port);

    /// <summary>IMAP on 127.0.0.1, with STARTTLS.</summary>
    public int Port { get; }

    /// <summary>PEM file of the authority of its certificate, which is for <c>localhost</c>.</summary>
    public string Root => folder["root.pem"];

    public string Log => process.Output;

    /// <summary>The Maildir of an account's INBOX.</summary>
    public string Maildir(string account) => folder[$"mail/{account}/Maildir"];

    /// <param name="separator">Between the parts of a folder's name.</param>
    /// <param name="prefix">Before all folders but INBOX: <c>INBOX.</c>.</param>
    /// <param name="options">More lines of its configuration.</param>
    public static async Task<DovecotServer> StartAsync(char separator = '/', string prefix = "", params string[] options)
    {
        var program = Peer.RequireProgram("dovecot", "dovecot-imapd");
        Peer.Require(File.Exists("/usr/lib/dovecot/imap"), "Dovecot's IMAP server is not installed (Debian package dovecot-imapd).");
        Peer.Require(Environment.UserName == "root", "Dovecot can be started by root alone.");
        var folder = new TempFolder();
        var authority = new TestAuthority();
        var port = FreePort.Next();
        var (certificate, key) = authority.Issue("localhost");
        await File.WriteAllTextAsync(folder["certificate.pem"], certificate);
        await File.WriteAllTextAsync(folder["key.pem"], key);
        await File.WriteAllTextAsync(folder["root.pem"], authority.RootPem);
        await File.WriteAllLinesAsync(folder["dovecot.conf"], [Configuration(folder.Path, port, separator, prefix), .. options]);
        var start = $"chmod 755 '{folder.Path}' && mkdir -p '{folder["mail"]}' && chown {Account} '{folder["mail"]}' && exec '{program}' -F -c '{folder["dovecot.conf"]}'";
        var server = new DovecotServer(folder, authority, await ChildProcess.StartAsync("/bin/sh", ["-c", start], folder.Path, removeAfter: folder.Path), port);
        try
        {
            await Poll.Until(server.AnswersAsync, StartLimit, "Dovecot answers");
            return server;
        }
        catch (Exception exception)
        {
            var log = server.Log;
            await server.DisposeAsync();
            throw new InvalidOperationException($"Dovecot did not start: {exception.Message}\n{log}");
        }
    }

    /// <summary>Delivers a mail unchanged into an account's INBOX, as a mail server does. The account needs an earlier sign-in.</summary>
    public void Deliver(string account, byte[] mail)
    {
        var (inbox, name) = (Inbox(account), string.Create(CultureInfo.InvariantCulture, $"{Interlocked.Increment(ref delivered)}.{Port}.test"));
        var written = Path.Combine(inbox, "tmp", name);
        File.WriteAllBytes(written, mail);
        // The owner of the mails must be able to read and to link it.
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(written, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite);
        File.Move(written, Path.Combine(inbox, "new", name));
    }

    /// <summary>Mails in an account's INBOX.</summary>
    public int Waiting(string account) => new[] { "new", "cur" }.Sum(part => Directory.EnumerateFiles(Path.Combine(Inbox(account), part)).Count());

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        authority.Dispose();
        folder.Dispose();
    }

    private static string Configuration(string folder, int port, char separator, string prefix) => string.Create(CultureInfo.InvariantCulture, $$"""
        base_dir = {{folder}}/run
        state_dir = {{folder}}/state
        log_path = /dev/stderr
        protocols = imap
        listen = 127.0.0.1
        ssl = yes
        ssl_cert = <{{folder}}/certificate.pem
        ssl_key = <{{folder}}/key.pem
        disable_plaintext_auth = no
        first_valid_uid = 1
        mail_uid = {{Account}}
        mail_gid = {{Account}}
        mail_location = maildir:{{folder}}/mail/%u/Maildir
        mail_max_userip_connections = 100
        passdb {
          driver = static
          args = password={{Password}}
        }
        userdb {
          driver = static
          args = uid={{Account}} gid={{Account}} home={{folder}}/mail/%u
        }
        namespace inbox {
          inbox = yes
          separator = {{separator}}
          prefix = {{prefix}}
        }
        service imap-login {
          inet_listener imap {
            port = {{port}}
          }
          inet_listener imaps {
            port = 0
          }
        }
        service anvil {
          chroot =
        }

        """);

    private string Inbox(string account) => Path.Combine(folder["mail"], account, "Maildir");

    private async Task<bool> AnswersAsync()
    {
        if (process.HasExited)
            throw new InvalidOperationException("it has ended");
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", Port);
        using var reader = new StreamReader(client.GetStream());
        return (await reader.ReadLineAsync())?.StartsWith("* OK", StringComparison.Ordinal) ?? false;
    }
}
