using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace MtaSts.Host.Storage;

/// <summary>Alone or among others, and at which port. There is no gateway: the web runs inside the silo, nobody else is a client.</summary>
internal static class ClusteringSetup
{
    public static ISiloBuilder UseClustering(this ISiloBuilder silo, ClusterSettings settings)
    {
        if (!settings.Enabled)
            return silo.WithoutFarewell().UseLocalhostClustering(FreePort(IPAddress.Loopback), gatewayPort: 0, primarySiloEndpoint: null, StorageSetup.ServiceId, StorageSetup.ServiceId);

        // What cannot be parsed is refused by the validator, before the silo starts.
        var address = IPAddress.TryParse(settings.Address, out var parsed) ? parsed : IPAddress.Loopback;
        silo.Configure<ClusterOptions>(options => (options.ServiceId, options.ClusterId) = (StorageSetup.ServiceId, StorageSetup.ServiceId));
        silo.ConfigureEndpoints(address, settings.SiloPort == 0 ? FreePort(address) : settings.SiloPort, gatewayPort: 0);
        silo.UseAdoNetClustering((OptionsBuilder<AdoNetClusteringSiloOptions> options) => options.Configure<Store>((clustering, store) =>
        {
            clustering.Invariant = store.Invariant;
            clustering.DataSource = store.DataSource;
        }));
        return silo;
    }

    /// <summary>For a silo that is alone: its end does not wait for last messages to others. With others it waits 2 s.</summary>
    public static ISiloBuilder WithoutFarewell(this ISiloBuilder silo) =>
        silo.Configure<SiloMessagingOptions>(options => options.WaitForMessageToBeQueuedForOutboundTime = TimeSpan.Zero);

    private static int FreePort(IPAddress address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
