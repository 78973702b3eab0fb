using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace MtaSts.Peers;

/// <summary>Postfix from Debian's package as a relay on a loopback port, with its own configuration and queue; it retries after seconds instead of minutes.</summary>
public sealed partial class PostfixServer : IAsyncDisposable
{
    private const string Account = "postfix";
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private readonly TempFolder folder;
    private readonly ChildProcess process;

    private readonly IPEndPoint address;

    private PostfixServer(TempFolder folder, ChildProcess process, IPEndPoint address)
    {
        this.folder = folder;
        this.process = process;
        this.address = address;
    }

    /// <summary>The port for incoming mail, on 127.0.0.1 unless another address was given.</summary>
    public int Port => address.Port;

    /// <summary>The last lines of its log.</summary>
    public string Log => process.Output;

    /// <summary>Messages in its queue.</summary>
    public int Queued => new[] { "maildrop", "incoming", "active", "deferred", "hold" }
        .Sum(queue => Directory.EnumerateFiles(Path.Combine(folder["queue"], queue), "*", SearchOption.AllDirectories).Count());

    /// <summary>Starts a server that relays mail for a domain, or delivers it into files if the options say so.</summary>
    /// <param name="domain">The only domain it relays for.</param>
    /// <param name="transport">The target in Postfix's syntax: <c>lmtp:inet:127.0.0.1:2424</c>, <c>smtp:[127.0.0.1]:2525</c>.</param>
    /// <param name="options">More lines of its main.cf.</param>
    public static Task<PostfixServer> StartAsync(string domain, string transport, params string[] options) => StartAsync(new IPEndPoint(IPAddress.Loopback, FreePort.Next()), domain, transport, options);

    /// <summary>As the other, on an address of the test's own: port 25 where senders look for it.</summary>
    public static async Task<PostfixServer> StartAsync(IPEndPoint address, string domain, string transport, params string[] options)
    {
        var program = Peer.RequireProgram("postfix", "postfix");
        Peer.Require(Environment.UserName == "root", "Postfix can be started by root alone.");
        var folder = new TempFolder();
        foreach (var name in new[] { "", "conf", "queue", "data" })
            Directory.CreateDirectory(folder[name]);
        await File.WriteAllLinesAsync(folder["conf/main.cf"], [Main(folder.Path, domain, transport), .. options]);
        await File.WriteAllTextAsync(folder["conf/master.cf"], Master(address));
        // Like "postfix start-fg", without Postfix's shell in between, which would not forward the stop signal.
        var start = $"chmod 755 '{folder.Path}' && chown {Account} '{folder["data"]}' && '{program}' -c '{folder["conf"]}' check && exec \"$(postconf -dh daemon_directory)/master\" -s";
        var environment = new Dictionary<string, string?> { ["MAIL_CONFIG"] = folder["conf"], ["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin" };
        var server = new PostfixServer(folder, await ChildProcess.StartAsync("/bin/sh", ["-c", start], folder.Path, environment, removeAfter: folder.Path), address);
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

    /// <summary>Waits until its queue is empty; fails the test with the end of its log after the limit.</summary>
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

    /// <summary>The lines of its log with the result of a delivery: <c>status=sent (250 …)</c>.</summary>
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

    // The queue manager scans its incoming queue every second: it gets no notification of a mail that waits there for a destination that did not answer.
    private static string Master(IPEndPoint address) => string.Create(CultureInfo.InvariantCulture, $"""
        {address} inet n - n - - smtpd
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
        await client.ConnectAsync(address);
        using var reader = new StreamReader(client.GetStream());
        return (await reader.ReadLineAsync())?.StartsWith("220", StringComparison.Ordinal) ?? false;
    }
}
