using System.Globalization;
using System.Text.RegularExpressions;

namespace MtaSts.Peers;

/// <summary>Postfix from Debian's package as a relay on a loopback port, with a configuration and a queue of its own; it retries after seconds instead of minutes.</summary>
public sealed partial class PostfixServer : IAsyncDisposable
{
    private const string Account = "postfix";
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private readonly TempFolder folder;
    private readonly ChildProcess process;

    private PostfixServer(TempFolder folder, ChildProcess process, int port)
    {
        this.folder = folder;
        this.process = process;
        Port = port;
    }

    /// <summary>Where mail is handed to it, on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>Its log, the last lines of it.</summary>
    public string Log => process.Output;

    /// <summary>Messages in its queue.</summary>
    public int Queued => new[] { "maildrop", "incoming", "active", "deferred", "hold" }
        .Sum(queue => Directory.EnumerateFiles(Path.Combine(folder["queue"], queue), "*", SearchOption.AllDirectories).Count());

    /// <summary>Starts one that relays mail for a domain, or as the options say delivers it into files.</summary>
    /// <param name="domain">The one domain it relays for.</param>
    /// <param name="transport">Where to, in Postfix's words: <c>lmtp:inet:127.0.0.1:2424</c>, <c>smtp:[127.0.0.1]:2525</c>.</param>
    /// <param name="options">More lines of its main.cf.</param>
    public static async Task<PostfixServer> StartAsync(string domain, string transport, params string[] options)
    {
        var program = Peer.RequireProgram("postfix", "postfix");
        Peer.Require(Environment.UserName == "root", "Postfix can be started by root alone.");
        var folder = new TempFolder();
        var port = FreePort.Next();
        foreach (var name in new[] { "", "conf", "queue", "data" })
            Directory.CreateDirectory(folder[name]);
        await File.WriteAllLinesAsync(folder["conf/main.cf"], [Main(folder.Path, domain, transport), .. options]);
        await File.WriteAllTextAsync(folder["conf/master.cf"], Master(port));
        // As "postfix start-fg" does it, but for a shell of Postfix's in between that would not hand on the stop signal.
        var start = $"chmod 755 '{folder.Path}' && chown {Account} '{folder["data"]}' && '{program}' -c '{folder["conf"]}' check && exec \"$(postconf -dh daemon_directory)/master\" -s";
        var environment = new Dictionary<string, string?> { ["MAIL_CONFIG"] = folder["conf"], ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin" };
        var server = new PostfixServer(folder, await ChildProcess.StartAsync("/bin/sh", ["-c", start], folder.Path, environment, removeAfter: folder.Path), port);
        try
        {
            await Poll.Until(server.AnswersAsync, StartLimit, "Postfix answers");
            return server;
        }
        catch
        {
            var output = server.process.Output;
            await server.DisposeAsync();
            throw new InvalidOperationException($"Postfix did not start:\n{output}");
        }
    }

    /// <summary>Waits until its queue is empty; fails the test with the end of its log when that takes longer.</summary>
    public async Task DrainAsync(TimeSpan limit)
    {
        const int Shown = 4_000;
        try
        {
            await Poll.Until(() => Queued == 0, limit, "Postfix has delivered everything");
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{exception.Message} Its log ends:\n{Log[Math.Max(0, Log.Length - Shown)..]}", exception);
        }
    }

    /// <summary>The lines of its log that tell what became of a delivery: <c>status=sent (250 …)</c>.</summary>
    public IReadOnlyList<string> Deliveries() => [.. Status().Matches(Log).Select(match => match.Value)];

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        folder.Dispose();
    }

    private static string Main(string folder, string domain, string transport) => $"""
        compatibility_level = 3.7
        queue_directory = {folder}/queue
        data_directory = {folder}/data
        mail_owner = {Account}
        maillog_file = /dev/stdout
        myhostname = relay.test
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        mynetworks = 127.0.0.0/8
        mydestination =
        local_recipient_maps =
        alias_maps =
        relay_domains = {domain}
        relay_transport = {transport}
        smtpd_recipient_restrictions = permit_mynetworks, reject
        smtp_tls_security_level = may
        smtp_tls_loglevel = 1
        lmtp_tls_security_level = may
        lmtp_tls_loglevel = 1
        smtp_dns_support_level = disabled
        smtp_host_lookup = native
        queue_run_delay = 1s
        minimal_backoff_time = 1s
        maximal_backoff_time = 2s
        transport_retry_time = 1s
        """;

    // The queue manager looks at its incoming queue every second: a mail that waits there for a destination that did not answer is told to nobody.
    private static string Master(int port) => string.Create(CultureInfo.InvariantCulture, $"""
        127.0.0.1:{port} inet n - n - - smtpd
        pickup unix n - n 60 1 pickup
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 1 1 qmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        verify unix - - n - 1 verify
        flush unix n - n 1000? 0 flush
        proxymap unix - - n - - proxymap
        smtp unix - - n - - smtp
        relay unix - - n - - smtp
        lmtp unix - - n - - lmtp
        local unix - n n - - local
        virtual unix - n n - - virtual
        error unix - - n - - error
        retry unix - - n - - error
        discard unix - - n - - discard
        anvil unix - - n - 1 anvil
        scache unix - - n - 1 scache
        tlsmgr unix - - n 1000? 1 tlsmgr
        postlog unix-dgram n - n - 1 postlogd

        """);

    [GeneratedRegex(@"status=.*")]
    private static partial Regex Status();

    private async Task<bool> AnswersAsync()
    {
        if (process.HasExited)
            throw new InvalidOperationException("it has ended");
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync("127.0.0.1", Port);
        using var reader = new StreamReader(client.GetStream());
        return (await reader.ReadLineAsync())?.StartsWith("220", StringComparison.Ordinal) ?? false;
    }
}
