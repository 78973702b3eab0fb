using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MtaSts.Modules.Dns;

namespace MtaSts.Modules.Cloudflare.Simulator;

/// <summary>
/// Cloudflare's API for custom hostnames and DNS records on a loopback port: its delays on the given clock, its refusals, its limits, and
/// faults on demand. It resolves names with the given look-up, as Cloudflare would in the DNS.
/// </summary>
public sealed class CloudflareSimulator : IAsyncDisposable
{
    /// <summary>Exchanges that are kept; older ones are removed.</summary>
    public const int MostExchanges = 2_000;

    private readonly SimulatorOptions options;
    private readonly SimulatedZone zone;
    private readonly SimulatedRecords records;
    private readonly RequestDesk desk;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly ConcurrentQueue<Exchange> exchanges = new();
    private readonly WebApplication app;
    private int requests;

    private CloudflareSimulator(SimulatorOptions options, IDnsLookup dns, TimeProvider clock)
    {
        this.options = options;
        zone = new SimulatedZone(options, dns, clock);
        records = new SimulatedRecords(clock);
        desk = new RequestDesk(options, zone, records, Faults, turn, Record, clock);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Run(desk.HandleAsync);
    }

    /// <summary>The API's base: the value for <c>Cloudflare:ApiUrl</c>.</summary>
    public Uri ApiUrl => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + RequestDesk.Base);

    /// <summary>The faults to simulate.</summary>
    public FaultQueue Faults { get; } = new();

    /// <summary>Received requests, including those refused by a limit.</summary>
    public int Requests => Volatile.Read(ref requests);

    /// <summary>Requests and answers, oldest first.</summary>
    public IReadOnlyList<Exchange> Exchanges => [.. exchanges];

    /// <summary>Starts on a free port.</summary>
    public static async Task<CloudflareSimulator> StartAsync(SimulatorOptions options, IDnsLookup dns, TimeProvider clock, CancellationToken cancellationToken)
    {
        var simulator = new CloudflareSimulator(options, dns, clock);
        await simulator.app.StartAsync(cancellationToken);
        return simulator;
    }

    /// <summary>Completes when a request has arrived whose answer is delayed or never sent.</summary>
    public Task HeldAsync(CancellationToken cancellationToken) => desk.Held.WaitAsync(cancellationToken);

    /// <summary>The hostnames as they are now.</summary>
    public Task<IReadOnlyList<HostnameView>> HostnamesAsync(CancellationToken cancellationToken) => InTurn<IReadOnlyList<HostnameView>>(() =>
        [.. zone.Hostnames.Select(item => new HostnameView(item.Hostname, item.Status, item.Certificate?.Status, item.Certificate?.MinTlsVersion, item.Certificate?.Branding ?? false, item.Certificate?.ExpiresAt))], cancellationToken);

    /// <summary>The DNS records as they are now.</summary>
    public Task<IReadOnlyList<RecordView>> RecordsAsync(CancellationToken cancellationToken) => InTurn(() => records.All, cancellationToken);

    /// <summary>Adds a hostname to the zone that was not created by the service.</summary>
    /// <param name="minTlsVersion">Null: without a certificate.</param>
    public Task AddAsync(string hostname, string? minTlsVersion, CancellationToken cancellationToken) =>
        InTurn(() => zone.Add(hostname, minTlsVersion is null ? null : new SslOrder("http", "dv", minTlsVersion, false)), cancellationToken);

    /// <summary>Deletes the hostname, as in the dashboard.</summary>
    public Task DeleteAsync(string hostname, CancellationToken cancellationToken) => InTurn(() => zone.Hostnames.RemoveAll(item => item.Hostname == hostname), cancellationToken);

    /// <summary>Assigns the hostname to another zone.</summary>
    public Task TakeElsewhereAsync(string hostname, CancellationToken cancellationToken) => InTurn(() => zone.TakenElsewhere.Add(hostname), cancellationToken);

    /// <summary>Sets whether certificate orders succeed, or wait until they time out.</summary>
    public Task IssueCertificatesAsync(bool issues, CancellationToken cancellationToken) => InTurn(() => zone.IssuesCertificates = issues, cancellationToken);

    /// <summary>Sets the zone's fallback origin, or removes it with null.</summary>
    public Task SetFallbackOriginAsync(string? origin, CancellationToken cancellationToken) => InTurn(() => options.FallbackOrigin = origin, cancellationToken);

    /// <summary>Blocks a hostname until the hold is lifted.</summary>
    public Task BlockAsync(string hostname, string reason, CancellationToken cancellationToken) => InTurn(() =>
    {
        var found = zone.Find(hostname)!;
        (found.Hold, found.Status, found.NextCheckAt) = (reason, "blocked", null);
        found.VerificationErrors.Clear();
        found.VerificationErrors.Add(reason);
        return found;
    }, cancellationToken);

    /// <summary>Lifts the hold; the next PATCH restarts validation.</summary>
    public Task LiftHoldAsync(string hostname, CancellationToken cancellationToken) => InTurn(() => zone.Find(hostname)!.Hold = null, cancellationToken);

    /// <summary>Sets the two states to any value, also to undocumented ones. Null leaves a state unchanged.</summary>
    public Task SetStatusAsync(string hostname, string? status, string? sslStatus, CancellationToken cancellationToken) => InTurn(() =>
    {
        var found = zone.Find(hostname)!;
        if (status is not null)
            (found.Status, found.NextCheckAt) = (status, null);
        if (sslStatus is not null)
            (found.Certificate!.Status, found.Certificate.NextStepAt) = (sslStatus, null);
        return found;
    }, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        desk.Dispose();
        turn.Dispose();
    }

    private async Task<T> InTurn<T>(Func<T> act, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            await zone.AdvanceAsync(cancellationToken);
            return act();
        }
        finally
        {
            turn.Release();
        }
    }

    private void Record(Exchange exchange)
    {
        Interlocked.Increment(ref requests);
        exchanges.Enqueue(exchange);
        if (exchanges.Count > MostExchanges)
            exchanges.TryDequeue(out _);
    }
}
