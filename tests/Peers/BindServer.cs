using System.Globalization;
using System.Net;
using System.Text;

namespace MtaSts.Peers;

/// <summary>
/// A BIND for the test, authoritative for the zone <c>test.</c>, on 127.0.0.1 with a free port. The test sets the zone's records, and <see cref="PublishAsync()"/>
/// returns when they are served. It also serves the service's zone, <see cref="UpdateZone"/>, which accepts dynamic updates.
/// </summary>
public sealed class BindServer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly TempFolder folder;
    private readonly SortedDictionary<(string Name, string Type), string[]> records = new();
    private ChildProcess process;
    private int serial = 1;

    private readonly bool isDurable;

    private BindServer(TempFolder folder, bool isDurable, ChildProcess process, IPEndPoint address, TsigSecret key)
    {
        this.folder = folder;
        this.isDurable = isDurable;
        this.process = process;
        Address = address;
        Key = key;
    }

    /// <summary>A zone that the key may update: TXT and CNAME at every name except those under <c>denied</c>.</summary>
    public const string UpdateZone = "records.service.test";

    /// <summary>The key for updates of <see cref="UpdateZone"/>, generated for this server.</summary>
    public TsigSecret Key { get; }

    /// <summary>Its address, UDP and TCP.</summary>
    public IPEndPoint Address { get; }

    /// <summary>TTL of every record in seconds.</summary>
    public int Ttl { get; set; } = 1;

    /// <summary>Starts a server with empty zones.</summary>
    /// <param name="durable">It can be stopped and started again.</param>
    /// <param name="follows">
    /// True: it answers like a resolver without a cache for only its two zones, and follows a CNAME from one into the other. False: it answers like a
    /// name server, which stays within the queried zone.
    /// </param>
    public static async Task<BindServer> StartAsync(bool durable = false, bool follows = false)
    {
        Peer.RequireProgram("named", "bind9");
        var key = TsigSecret.Make("mta-sts-records");
        var address = new IPEndPoint(IPAddress.Loopback, FreePort.Next());
        var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["named.conf"], $$"""
            options {
              directory "{{folder.Path}}";
              pid-file none;
              session-keyfile none;
              managed-keys-directory "{{folder.Path}}";
              listen-on port {{address.Port}} { {{address.Address}}; };
              listen-on-v6 { none; };
              recursion {{(follows ? "yes" : "no")}};
              notify no;
              dnssec-validation no;
              empty-zones-enable no;
            };
            controls { };
            {{key.AsBindClause()}}
            {{(follows ? "zone \".\" { type primary; file \"root.zone\"; };" : "")}}
            zone "test" { type primary; file "test.zone"; };
            zone "{{UpdateZone}}" {
              type primary;
              file "update.zone";
              update-policy {
                deny {{key.Name}} subdomain denied.{{UpdateZone}} ANY;
                grant {{key.Name}} zonesub TXT CNAME;
              };
            };
            """);
        await File.WriteAllTextAsync(folder["root.zone"], "$TTL 1\n@ IN SOA ns.test. hostmaster.test. ( 1 3600 600 86400 1 )\n@ IN NS ns.test.\n");
        await File.WriteAllTextAsync(folder["update.zone"], $"$TTL 1\n@ IN SOA ns.{UpdateZone}. hostmaster.{UpdateZone}. ( 1 3600 600 86400 1 )\n@ IN NS ns.{UpdateZone}.\nns IN A 127.0.0.1\n");
        await File.WriteAllTextAsync(folder["test.zone"], Zone(1, 1, new Dictionary<(string, string), string[]>()));
        var server = new BindServer(folder, durable, await RunAsync(folder, durable), address, key);
        try
        {
            await Poll.Until(() => server.IsServingAsync(1), Limit, "BIND answers");
        }
        catch (Exception exception)
        {
            var output = server.process.Output;
            await server.DisposeAsync();
            throw new InvalidOperationException($"{exception.Message} It wrote:\n{output}", exception);
        }
        return server;
    }

    /// <summary>Sets the records of a name and type; none removes them.</summary>
    /// <param name="name">Full name, without trailing dot, under <c>test</c>.</param>
    /// <param name="type">As in a zone file: CNAME, MX, TXT, A.</param>
    /// <param name="values">As in a zone file, with trailing dots; TXT without quotes, split into strings here.</param>
    public void Set(string name, string type, params string[] values)
    {
        if (values.Length == 0)
            records.Remove((name, type));
        else
            records[(name, type)] = type == "TXT" ? [.. values.Select(Quoted)] : values;
    }

    /// <summary>Publishes the records that were set.</summary>
    public async Task PublishAsync()
    {
        serial++;
        await File.WriteAllTextAsync(folder["test.zone.new"], Zone(serial, Ttl, records));
        File.Move(folder["test.zone.new"], folder["test.zone"], overwrite: true);
        await process.SignalAsync("HUP");
        try
        {
            await Poll.Until(() => IsServingAsync(serial), Limit, $"BIND serves the zone's version {serial}");
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"{exception.Message} It wrote:\n{process.Output}", exception);
        }
    }

    /// <summary>Sets and publishes.</summary>
    public Task PublishAsync(string name, string type, params string[] values)
    {
        Set(name, type, values);
        return PublishAsync();
    }

    /// <summary>Stops a durable server; updates stay in its zone's journal.</summary>
    public Task StopAsync() => process.StopAsync();

    /// <summary>Restarts it at the same address.</summary>
    public async Task StartAgainAsync()
    {
        process = await RunAsync(folder, isDurable);
        await Poll.Until(() => IsServingAsync(serial), Limit, "BIND answers again");
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        folder.Dispose();
    }

    private static Task<ChildProcess> RunAsync(TempFolder folder, bool durable) =>
        ChildProcess.StartAsync(Peer.RequireProgram("named", "bind9"), ["-g", "-c", folder["named.conf"], "-n", "1"], folder.Path, removeAfter: durable ? null : folder.Path);

    private async Task<bool> IsServingAsync(int wanted)
    {
        if (process.HasExited)
            Xunit.Assert.Fail($"BIND ended: {process.Output}");
        return await DnsProbe.SerialAsync(Address, "test") == wanted;
    }

    private static string Zone(int serial, int ttl, IReadOnlyDictionary<(string Name, string Type), string[]> records)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"$TTL {ttl}\n@ IN SOA ns.test. hostmaster.test. ( {serial} 3600 600 86400 {ttl} )\n@ IN NS ns.test.\nns IN A 127.0.0.1\n");
        foreach (var ((name, type), values) in records)
        {
            foreach (var value in values)
                text.Append(CultureInfo.InvariantCulture, $"{name}. IN {type} {value}\n");
        }
        return text.ToString();
    }

    private static string Quoted(string text) =>
        string.Join(' ', text.Chunk(255).Select(part => '"' + new string(part).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"'));
}
