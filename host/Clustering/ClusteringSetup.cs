using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using MtaSts.Storage;
using Orleans.Configuration;
using Orleans.Connections.Security;

namespace MtaSts.Host.Clustering;

/// <summary>Configures a single silo or a cluster, and its port. There is no Orleans gateway: the web runs inside the silo, and there are no other clients.</summary>
internal static class ClusteringSetup
{
    /// <summary>Part of the identity of a single silo. Nothing listens on it.</summary>
    private const int UnboundPort = 11111;

    public static ISiloBuilder UseClustering(this ISiloBuilder silo, ClusterSettings settings)
    {
        if (!settings.Enabled)
        {
            return silo.WithoutFarewell().WithoutListeners()
                .UseLocalhostClustering(UnboundPort, gatewayPort: 0, primarySiloEndpoint: null, Store.ServiceId, Store.ServiceId);
        }

        // The validator refuses an address that cannot be parsed, before the silo starts.
        var address = IPAddress.TryParse(settings.Address, out var parsed) ? parsed : IPAddress.Loopback;
        silo.Configure<ClusterOptions>(options => (options.ServiceId, options.ClusterId) = (Store.ServiceId, Store.ServiceId));
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

    /// <summary>For a single silo: its stop does not wait for last messages to others. In a cluster it waits 2 s.</summary>
    public static ISiloBuilder WithoutFarewell(this ISiloBuilder silo) =>
        silo.Configure<SiloMessagingOptions>(options => options.WaitForMessageToBeQueuedForOutboundTime = TimeSpan.Zero);

    /// <summary>For a single silo: Orleans opens no listener. The service keys are those that Orleans uses for its listeners.</summary>
    private static ISiloBuilder WithoutListeners(this ISiloBuilder silo)
    {
        var keys = silo.Services.Where(service => service.IsKeyedService && service.ServiceType == typeof(IConnectionListenerFactory)).Select(service => service.ServiceKey).ToArray();
        if (keys.Length == 0)
            throw new InvalidOperationException("This version of Orleans registers its listeners in an unknown way, so no listener was opened. Use the version of Orleans that the service was built with.");
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
                RemoteCertificateMode = RemoteCertificateMode.RequireCertificate, // Applies to both sides. ClientCertificateMode has no selector.
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

/// <summary>Warns about a silo port without TLS.</summary>
internal sealed partial class UnprotectedClusterNotice(IOptions<EndpointOptions> endpoints, ILogger<UnprotectedClusterNotice> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        LogUnprotected(logger, endpoints.Value.AdvertisedIPAddress, endpoints.Value.SiloPort);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(1006, LogLevel.Warning,
        "The silo port {Address}:{Port} has no TLS: every user and process of this machine can join the cluster through it, and read and change everything. Use it only on a machine without other users, or set Cluster:CertificatePath, Cluster:CertificateKeyPath and Cluster:AuthorityPath")]
    private static partial void LogUnprotected(ILogger logger, IPAddress address, int port);
}
