using System.Diagnostics;
using System.Net;
using MtaSts.Peers;

namespace MtaSts.EndToEnd;

/// <summary>
/// A real sender: <c>mta-sts-query</c> of postfix-mta-sts-resolver, which asks the system's DNS and fetches from port 443. It runs in a mount
/// namespace of its own, where the system's DNS is the test's.
/// </summary>
/// <param name="dns">Where the DNS answers, on port 53.</param>
/// <param name="rootsPem">The authorities it trusts.</param>
internal sealed class SenderQuery(IPAddress dns, string rootsPem) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly TempFolder folder = new();

    /// <summary>Ends the test where the sender cannot be run.</summary>
    public static void Require()
    {
        Peer.RequireProgram("mta-sts-query", "postfix-mta-sts-resolver");
        Peer.RequireProgram("unshare", "util-linux");
        Peer.Require(Environment.UserName == "root", "Only root may listen on ports 53 and 443 and give a process its own /etc/resolv.conf.");
    }

    /// <summary>Fetches the policy of a domain as a sender does that knows the version given.</summary>
    /// <returns>What the program printed.</returns>
    public async Task<string> AskAsync(string domain, string? knownId = null)
    {
        await File.WriteAllTextAsync(folder["resolv.conf"], $"nameserver {dns}\noptions timeout:2 attempts:2\n");
        await File.WriteAllTextAsync(folder["ca.pem"], rootsPem);
        string[] query = knownId is null ? [domain] : [domain, knownId];
        var start = new ProcessStartInfo("unshare", ["-m", "sh", "-c", $"mount --bind '{folder["resolv.conf"]}' /etc/resolv.conf && exec mta-sts-query \"$@\"", "sender", .. query])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["SSL_CERT_FILE"] = folder["ca.pem"] },
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(Limit);
        return await output + await error;
    }

    public void Dispose() => folder.Dispose();
}
