using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Modules.Cloudflare.Simulator;

namespace MtaSts.Host.Demo;

/// <summary>
/// The demo's Cloudflare: its API simulated in this process and called by the real module over loopback. It accepts only reserved names and one
/// token, generated at each start, so that it can serve only this demo.
/// </summary>
internal sealed class DemoCloudflare(IConfiguration configuration, DemoZone zone, IOptions<NamingOptions> naming, TimeProvider clock) : IHostedService, IAsyncDisposable
{
    /// <summary>The setting that shortens Cloudflare's delays: 1 is real time, about a minute from the order to the certificate.</summary>
    public const string DelayFactor = "Demo:DelayFactor";

    private const double Shortened = 0.2;
    private const int TokenBytes = 20;
    private CloudflareSimulator? simulator;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var options = new SimulatorOptions
        {
            Token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(TokenBytes)),
            CnameTarget = naming.Value.HostingTarget,
            AllowReservedNames = true,
            OnlyReservedNames = true,
            DelayFactor = configuration.GetValue<double?>(DelayFactor) ?? Shortened,
        };
        if (options.DelayFactor is not (>= 0 and <= 100))
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{DelayFactor} is {options.DelayFactor}; write a number from 0 to 100, such as 0.2."));
        simulator = await CloudflareSimulator.StartAsync(options, zone, clock, cancellationToken);
        // Before the module reads them for the first time.
        (configuration["Cloudflare:ApiUrl"], configuration["Cloudflare:ApiToken"], configuration["Cloudflare:ZoneId"]) = (simulator.ApiUrl.ToString(), options.Token, options.ZoneId);
    }

    /// <summary>Whether Cloudflare has a certificate for the name: without one it ends every handshake.</summary>
    public async Task<bool> HasCertificateAsync(string hostname, CancellationToken cancellationToken) =>
        simulator is not null && (await simulator.HostnamesAsync(cancellationToken)).Any(item => item.SslStatus == "active" && string.Equals(item.Hostname, hostname, StringComparison.OrdinalIgnoreCase));

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (simulator is not null)
            await simulator.DisposeAsync();
    }
}
