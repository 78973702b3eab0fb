using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Connections.Security;

namespace MtaSts.Host.Storage;

/// <summary>Alone or among others, and at which port. There is no gateway: the web runs inside the silo, nobody else is a client.</summary>
internal static class ClusteringSetup
{
    /// <summary>Part of the name of a silo that is alone. Nothing listens there.</summary>
    private const int UnboundPort = 11111;

    public static ISiloBuilder UseClustering(this ISiloBuilder silo, ClusterSettings settings)
    {
        if (!settings.Enabled)
        {
            return silo.WithoutFarewell().WithoutListeners()
                .UseLocalhostClustering(UnboundPort, gatewayPort: 0, primarySiloEndpoint: null, StorageSetup.ServiceId, StorageSetup.ServiceId);
        }

        // What cannot be parsed is refused by the validator, before the silo starts.
        var address = IPAddress.TryParse(settings.Address, out var parsed) ? parsed : IPAddress.Loopback;
        silo.Configure<ClusterOptions>(options => (options.ServiceId, options.ClusterId) = (StorageSetup.ServiceId, StorageSetup.ServiceId));
        silo.ConfigureEndpoints(address, settings.SiloPort == 0 ? FreePort(address) : settings.SiloPort, gatewayPort: 0);
        silo.UseAdoNetClustering((OptionsBuilder<AdoNetClusteringSiloOptions> options) => options.Configure<Store>((clustering, store) =>
        {
            clustering.Invariant = store.Invariant;
            clustering.DataSource = store.DataSource;
        }));
        if (settings.HasTls)
            silo.UseMutualTls();
        else
            silo.Services.AddHostedService<UnprotectedClusterNotice>();
        return silo;
    }

    /// <summary>For a silo that is alone: its end does not wait for last messages to others. With others it waits 2 s.</summary>
    public static ISiloBuilder WithoutFarewell(this ISiloBuilder silo) =>
        silo.Configure<SiloMessagingOptions>(options => options.WaitForMessageToBeQueuedForOutboundTime = TimeSpan.Zero);

    /// <summary>For a silo that is alone: whatever Orleans would listen on stays shut. The keys under which Orleans asks for its listeners are its own.</summary>
    private static ISiloBuilder WithoutListeners(this ISiloBuilder silo)
    {
        var keys = silo.Services.Where(service => service.IsKeyedService && service.ServiceType == typeof(IConnectionListenerFactory)).Select(service => service.ServiceKey).ToArray();
        if (keys.Length == 0)
            throw new InvalidOperationException("This version of Orleans registers its listeners in a way that the service does not know. None was opened. Use the version of Orleans that the service was built with.");
        foreach (var key in keys)
        {
            silo.Services.RemoveAllKeyed<IConnectionListenerFactory>(key);
            silo.Services.AddKeyedSingleton<IConnectionListenerFactory, NoConnections>(key);
        }
        return silo;
    }

    private static void UseMutualTls(this ISiloBuilder silo)
    {
        silo.Services.AddSingleton<ClusterCertificate>();
        silo.Services.AddOptions<SiloConnectionOptions>().Configure<ClusterCertificate>((connections, certificate) =>
        {
            var tls = new TlsOptions
            {
                LocalServerCertificateSelector = (_, _) => certificate.Own,
                LocalClientCertificateSelector = (_, _, _, _, _) => certificate.Own,
                RemoteCertificateMode = RemoteCertificateMode.RequireCertificate, // Of both sides. ClientCertificateMode knows no selector.
                RemoteCertificateValidation = (other, chain, _) => certificate.Accepts(other, chain),
                OnAuthenticateAsClient = (_, client) => client.TargetHost = ClusterCertificate.ServerName,
            };
            connections.ConfigureSiloInboundConnection(connection => connection.UseServerTls(tls));
            connections.ConfigureSiloOutboundConnection(connection => connection.UseClientTls(tls));
        });
    }

    private static int FreePort(IPAddress address)
    {
        using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}

/// <summary>Tells what a silo's port without TLS means.</summary>
internal sealed partial class UnprotectedClusterNotice(IOptions<EndpointOptions> endpoints, ILogger<UnprotectedClusterNotice> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        LogUnprotected(logger, endpoints.Value.AdvertisedIPAddress, endpoints.Value.SiloPort);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1006, LogLevel.Warning,
        "The silo port {Address}:{Port} has no TLS: every user and process of this machine can join the cluster through it, and read and change everything. Use it only on a machine that nobody else uses, or set Cluster:CertificatePath, Cluster:CertificateKeyPath and Cluster:AuthorityPath")]
    private static partial void LogUnprotected(ILogger logger, IPAddress address, int port);
}
