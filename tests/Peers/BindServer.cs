using System.Globalization;
using System.Net;
using System.Text;

namespace MtaSts.Peers;

/// <summary>
/// A BIND of the test's own, authoritative for the zone <c>test.</c>, on 127.0.0.1 with a free port. The test is the zone's owner: it sets records, and
/// <see cref="PublishAsync()"/> returns when they are answered.
/// </summary>
public sealed class BindServer : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly TempFolder folder;
    private readonly ChildProcess process;
    private readonly SortedDictionary<(string Name, string Type), string[]> records = new();
    private int serial = 1;

    private BindServer(TempFolder folder, ChildProcess process, IPEndPoint address)
    {
        this.folder = folder;
        this.process = process;
        Address = address;
    }

    /// <summary>Where it answers, UDP and TCP.</summary>
    public IPEndPoint Address { get; }

    /// <summary>TTL of every record in seconds.</summary>
    public int Ttl { get; set; } = 1;

    /// <summary>Starts a server with an empty zone.</summary>
    public static async Task<BindServer> StartAsync()
    {
        var named = Peer.RequireProgram("named", "bind9");
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
              recursion no;
              notify no;
              dnssec-validation no;
              empty-zones-enable no;
            };
            controls { };
            zone "test" { type primary; file "test.zone"; };
            """);
        await File.WriteAllTextAsync(folder["test.zone"], Zone(1, 1, new Dictionary<(string, string), string[]>()));
        var process = await ChildProcess.StartAsync(named, ["-g", "-c", folder["named.conf"], "-n", "1"], folder.Path, removeAfter: folder.Path);
        var server = new BindServer(folder, process, address);
        try
        {
            await Poll.Until(() => server.IsServingAsync(1), Limit, "BIND answers");
        }
        catch (Exception exception)
        {
            var output = process.Output;
            await server.DisposeAsync();
            throw new InvalidOperationException($"{exception.Message} It wrote:\n{output}", exception);
        }
        return server;
    }

    /// <summary>Sets the records of a name and type; none removes them.</summary>
    /// <param name="name">Full name, without trailing dot, under <c>test</c>.</param>
    /// <param name="type">As in a zone file: CNAME, MX, TXT, A.</param>
    /// <param name="values">As in a zone file, with trailing dots; TXT without quotes, cut into strings here.</param>
    public void Set(string name, string type, params string[] values)
    {
        if (values.Length == 0)
            records.Remove((name, type));
        else
            records[(name, type)] = type == "TXT" ? [.. values.Select(Quoted)] : values;
    }

    /// <summary>Puts what was set into service.</summary>
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

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        folder.Dispose();
    }

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
