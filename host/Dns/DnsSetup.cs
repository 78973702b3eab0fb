using System.Net;
using DnsClient;
using MtaSts.Modules.Dns;

namespace MtaSts.Host.Dns;

internal static class DnsSetup
{
    /// <summary>For one try. A server that is down is tried twice and given up for the next one well within a check's ten seconds.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private const int Retries = 1;
    private const int DnsPort = 53;

    /// <summary>Look-ups through <c>Dns:Servers</c> (comma-separated <c>address[:port]</c>), or the system's servers.</summary>
    public static WebApplicationBuilder AddDns(this WebApplicationBuilder builder)
    {
        var servers = Servers(builder.Configuration["Dns:Servers"]);
        builder.Services.AddSingleton<IDnsLookup>(new DnsLookup(new LookupClient(Options(servers))));
        return builder;
    }

    /// <summary>Reads the setting; an entry that is no address is an error that names it.</summary>
    internal static IReadOnlyList<IPEndPoint> Servers(string? setting)
    {
        var servers = new List<IPEndPoint>();
        foreach (var text in (setting ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!IPEndPoint.TryParse(text, out var server))
                throw new InvalidOperationException($"Dns:Servers: “{text}” is no address. Write 192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:53, separated by commas.");
            servers.Add(server.Port == 0 ? new IPEndPoint(server.Address, DnsPort) : server);
        }
        return servers;
    }

    private static LookupClientOptions Options(IReadOnlyList<IPEndPoint> servers)
    {
        var options = servers.Count == 0 ? new LookupClientOptions() : new LookupClientOptions([.. servers]);
        options.Timeout = Timeout;
        options.Retries = Retries;
        options.UseCache = false; // What is shown as live must be live; resolvers cache by TTL already.
        options.UseTcpFallback = true;
        options.ThrowDnsErrors = false;
        options.ContinueOnDnsError = false;
        return options;
    }
}
