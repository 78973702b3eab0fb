using System.Net;
using System.Net.Sockets;
using DnsClient;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Listening;

namespace MtaSts.Host.Dns;

internal static class DnsSetup
{
    /// <summary>For one attempt. A server that is down gets two attempts before the next one, well within a check's ten seconds.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private const int Retries = 1;
    private const int DnsPort = 53;

    /// <summary>Look-ups through <c>Dns:Servers</c> (comma-separated <c>address[:port]</c>), or the system's servers.</summary>
    public static WebApplicationBuilder AddDns(this WebApplicationBuilder builder)
    {
        var options = Options(Servers(builder.Configuration["Dns:Servers"]));
        var trust = new DnsTrust(builder.Configuration.GetValue<bool?>("Dns:TrustAuthenticatedData") ?? AreOnLoopback(new LookupClient(options).NameServers));
        // Resolvers set the AD bit only for clients that ask for it (RFC 6840 §5.7, §5.8).
        options.RequestDnsSecRecords = trust.IsTrusted;
        builder.Services.AddSingleton(trust);
        builder.Services.AddSingleton<IDnsLookup>(new DnsLookup(new LookupClient(options), trust.IsTrusted));
        return builder;
    }

    /// <summary>No other machine can forge the AD bit of a server on loopback.</summary>
    private static bool AreOnLoopback(IReadOnlyCollection<NameServer> servers) =>
        servers.Count > 0 && servers.All(static server => IPAddress.TryParse(server.Address, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Reads the setting; an entry that is not an address is an error that names it.</summary>
    internal static IReadOnlyList<IPEndPoint> Servers(string? setting) => StrictAddress.TryParseServers(setting, DnsPort, out var servers, out var problem)
        ? servers
        : throw new InvalidOperationException($"Dns:Servers: “{problem}” is not the address of a server{(StrictAddress.Parse(problem) is { AddressFamily: AddressFamily.InterNetworkV6 } ? ": an IPv6 address needs brackets" : "")}. Write 192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:53, separated by commas.");

    private static LookupClientOptions Options(IReadOnlyList<IPEndPoint> servers)
    {
        var options = servers.Count == 0 ? new LookupClientOptions() : new LookupClientOptions([.. servers]);
        options.Timeout = Timeout;
        options.Retries = Retries;
        options.UseCache = false; // The live state must be current; resolvers already cache by TTL.
        options.UseTcpFallback = true;
        options.ThrowDnsErrors = false;
        options.ContinueOnDnsError = false;
        return options;
    }
}
