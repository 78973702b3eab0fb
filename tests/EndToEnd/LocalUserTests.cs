using System.Diagnostics;
using System.Globalization;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>What another user of the machine can reach of the service: its documented listeners, and nothing else.</summary>
public sealed class LocalUserTests
{
    private const string Nobody = "65534";

    // Tries each address it is given as another user, and says which of them took the connection.
    private const string Knock = """
        import socket, sys
        for line in sys.argv[1:]:
            kind, where = line.split(' ', 1)
            if kind == 'unix':
                s = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
                to = '\0' + where[1:] if where[0] == '@' else where
            else:
                host, port = where.rsplit(' ', 1)
                s = socket.socket(socket.AF_INET6 if ':' in host else socket.AF_INET, socket.SOCK_STREAM)
                to = (host, int(port))
            s.settimeout(5)
            try:
                s.connect(to)
                print(line)
            except OSError:
                pass
        """;

    public static TheoryData<bool> Kinds => [false, true];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Connect_AsAnotherUser_ReachesTheDocumentedListenersAlone(bool hasSmtp)
    {
        Peer.Require(OperatingSystem.IsLinux() && Environment.UserName == "root", "Another user is needed, so root.");
        var setpriv = Peer.RequireProgram("setpriv", "util-linux");
        // The system's own: one of this user's may not be another's to run.
        var python = File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : Peer.RequireProgram("python3", "python3");
        var smtp = FreePort.Next();
        await using var host = await HostProcess.StartAsync(hasSmtp ? ApiClient.Settings(("Modules:source_smtp:Smtp", $"127.0.0.1:{smtp}")) : ApiClient.Settings());
        string[] documented = [$"tcp 127.0.0.1 {host.DashboardUrl.Port}", $"tcp 127.0.0.1 {host.GatewayUrl.Port}", .. hasSmtp ? [$"tcp 127.0.0.1 {smtp}"] : Array.Empty<string>()];
        using (await host.Client.GetAsync(new Uri(host.DashboardUrl, "/sign-in"))) { } // What is made on first use is there.

        await Poll.Until(() => documented.All(Listeners(host.Id).Contains), TimeSpan.FromMinutes(2), "every documented listener listens");
        var listeners = Listeners(host.Id);

        Assert.Equal(documented.Order(StringComparer.Ordinal), listeners.Where(one => !one.StartsWith("unix", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Equal(documented.Order(StringComparer.Ordinal), (await RunAsync(setpriv, [$"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", python, "-c", Knock, .. listeners])).Order(StringComparer.Ordinal));
    }

    /// <summary>Everything that the process listens on: TCP in both families, bound UDP, Unix sockets with and without a file.</summary>
    private static List<string> Listeners(int process)
    {
        var own = Directory.EnumerateFileSystemEntries($"/proc/{process}/fd").Select(Target).Where(target => target.StartsWith("socket:[", StringComparison.Ordinal))
            .Select(target => target["socket:[".Length..^1]).ToHashSet(StringComparer.Ordinal);
        List<string> found = [];
        foreach (var (file, listening) in new[] { ("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07") })
        {
            foreach (var row in File.ReadLines($"/proc/{process}/net/{file}").Skip(1).Select(Columns).Where(row => row[3] == listening && own.Contains(row[9])))
                found.Add($"{file[..3]} {Address(row[1].Split(':')[0])} {int.Parse(row[1].Split(':')[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture)}");
        }
        // Flags 00010000: it accepts connections.
        found.AddRange(File.ReadLines($"/proc/{process}/net/unix").Skip(1).Select(Columns).Where(row => row.Length > 7 && row[3] == "00010000" && own.Contains(row[6])).Select(row => "unix " + row[7]));
        return found;
    }

    private static string Target(string link)
    {
        try
        {
            return File.ResolveLinkTarget(link, false)?.Name ?? "";
        }
        catch (IOException)
        {
            return ""; // Closed meanwhile.
        }
    }

    private static string[] Columns(string row) => row.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    // Words of 32 bits in the machine's own order.
    private static System.Net.IPAddress Address(string hex) =>
        new([.. Enumerable.Range(0, hex.Length / 8).SelectMany(word => Enumerable.Range(0, 4).Select(i => Convert.ToByte(hex.Substring((word * 8) + 6 - (i * 2), 2), 16)))]);

    private static async Task<string[]> RunAsync(string program, IEnumerable<string> arguments)
    {
        using var run = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = run.StandardError.ReadToEndAsync();
        var output = await run.StandardOutput.ReadToEndAsync();
        await run.WaitForExitAsync();
        Assert.True(run.ExitCode == 0, await errors);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
