using System.Globalization;
using System.Net;
using Xunit;

namespace MtaSts.Peers;

/// <summary>
/// A BIND with the signed zone <see cref="Zone"/>, whose keys are made for it, and one that validates it for its clients, as an operator's resolver does. In the zone
/// <see cref="BrokenZone"/> the TLSA record was changed after the signature.
/// </summary>
public sealed class DnssecServers : IAsyncDisposable
{
    public const string Zone = "signed.test";
    public const string BrokenZone = "broken.test";
    public const string UnsignedZone = "plain.test";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly TempFolder folder;
    private readonly ChildProcess primary;
    private readonly ChildProcess resolver;

    private DnssecServers(TempFolder folder, ChildProcess primary, ChildProcess resolver, IPEndPoint address)
    {
        this.folder = folder;
        this.primary = primary;
        this.resolver = resolver;
        Address = address;
    }

    /// <summary>The address of the resolver.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Signs and starts.</summary>
    /// <param name="records">Lines of a zone file with names relative to the zone; the same for all zones. One of them is a TLSA record whose data begins with <c>AA</c>.</param>
    public static async Task<DnssecServers> StartAsync(string records)
    {
        var named = Peer.RequireProgram("named", "bind9");
        var folder = new TempFolder();
        var (authority, address) = (new IPEndPoint(IPAddress.Loopback, FreePort.Next()), new IPEndPoint(IPAddress.Loopback, FreePort.Next()));
        var anchors = await SignAsync(folder, Zone, records) + await SignAsync(folder, BrokenZone, records);
        var signed = await File.ReadAllTextAsync(folder[BrokenZone + ".signed"]);
        var broken = signed.Replace("TLSA\t3 1 1 AA", "TLSA\t3 1 1 AB", StringComparison.Ordinal);
        Assert.NotEqual(signed, broken);
        await File.WriteAllTextAsync(folder[BrokenZone + ".signed"], broken);
        await File.WriteAllTextAsync(folder[UnsignedZone + ".signed"], Text(records));
        string[] zones = [Zone, BrokenZone, UnsignedZone];
        await File.WriteAllTextAsync(folder["primary.conf"], Options(folder, authority, "recursion no;") + string.Concat(zones.Select(zone => $"zone \"{zone}\" {{ type primary; file \"{zone}.signed\"; }};\n")));
        await File.WriteAllTextAsync(folder["resolver.conf"], Options(folder, address, $"recursion yes; dnssec-validation yes; forward only; forwarders {{ {authority.Address} port {authority.Port}; }};")
            + $"trust-anchors {{ {anchors} }};\n");
        var primary = await ChildProcess.StartAsync(named, ["-g", "-c", folder["primary.conf"], "-n", "1"], folder.Path);
        var resolver = await ChildProcess.StartAsync(named, ["-g", "-c", folder["resolver.conf"], "-n", "1"], folder.Path, removeAfter: folder.Path);
        var servers = new DnssecServers(folder, primary, resolver, address);
        try
        {
            await Poll.Until(async () => await DnsProbe.TxtAsync(authority, "ready." + Zone) is ["yes"], Limit, "the name server answers");
            await Poll.Until(async () => await DnsProbe.TxtAsync(address, "ready." + Zone) is ["yes"], Limit, "the resolver answers");
            return servers;
        }
        catch (Exception exception)
        {
            var output = primary.Output + "\n" + resolver.Output;
            await servers.DisposeAsync();
            throw new InvalidOperationException($"{exception.Message} They wrote:\n{output}", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await resolver.DisposeAsync();
        await primary.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>Makes a key, signs the zone with it, and returns the key as a trust anchor.</summary>
    private static async Task<string> SignAsync(TempFolder folder, string zone, string records)
    {
        await File.WriteAllTextAsync(folder[zone], Text(records));
        await RunAsync(folder, "dnssec-keygen", "-q", "-a", "ECDSAP256SHA256", "-f", "KSK", "-K", folder.Path, zone);
        await RunAsync(folder, "dnssec-signzone", "-S", "-z", "-O", "full", "-K", folder.Path, "-o", zone, "-f", folder[zone + ".signed"], folder[zone]);
        var key = await File.ReadAllLinesAsync(Directory.GetFiles(folder.Path, $"K{zone}.+*.key").Single());
        var fields = key.Single(static line => !line.StartsWith(';')).Split(' ', 7, StringSplitOptions.RemoveEmptyEntries);
        return string.Create(CultureInfo.InvariantCulture, $"\"{zone}\" static-key {fields[3]} {fields[4]} {fields[5]} \"{fields[6].Replace(" ", "", StringComparison.Ordinal)}\"; ");
    }

    private static async Task RunAsync(TempFolder folder, string program, params string[] arguments)
    {
        await using var process = await ChildProcess.StartAsync(Peer.RequireProgram(program, "bind9-utils"), arguments, folder.Path);
        await process.WaitForExitAsync(Limit);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} failed: {process.Output}");
    }

    private static string Text(string records) => $"$TTL 60\n@ IN SOA ns hostmaster ( 1 3600 600 86400 60 )\n@ IN NS ns\nns IN A 127.0.0.1\nready IN TXT \"yes\"\n{records}\n";

    private static string Options(TempFolder folder, IPEndPoint address, string more) => $$"""
        options {
          directory "{{folder.Path}}";
          pid-file none;
          session-keyfile none;
          managed-keys-directory "{{folder.Path}}";
          listen-on port {{address.Port}} { {{address.Address}}; };
          listen-on-v6 { none; };
          empty-zones-enable no;
          {{more}}
        };
        controls { };

        """;
}
