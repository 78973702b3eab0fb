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
    /// <summary>Exchanges that are kept; older ones are forgotten.</summary>
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

    /// <summary>The API's base: what <c>Cloudflare:ApiUrl</c> is to be.</summary>
    public Uri ApiUrl => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + RequestDesk.Base);

    /// <summary>What is to go wrong.</summary>
    public FaultQueue Faults { get; } = new();

    /// <summary>Requests that came in, those refused by a limit included.</summary>
    public int Requests => Volatile.Read(ref requests);

    /// <summary>What was asked and answered, oldest first.</summary>
    public IReadOnlyList<Exchange> Exchanges => [.. exchanges];

    /// <summary>Starts on a free port.</summary>
    public static async Task<CloudflareSimulator> StartAsync(SimulatorOptions options, IDnsLookup dns, TimeProvider clock, CancellationToken cancellationToken)
    {
        var simulator = new CloudflareSimulator(options, dns, clock);
        await simulator.app.StartAsync(cancellationToken);
        return simulator;
    }

    /// <summary>Completes when a request has come in whose answer is withheld, for a while or for good.</summary>
    public Task HeldAsync(CancellationToken cancellationToken) => desk.Held.WaitAsync(cancellationToken);

    /// <summary>The hostnames as they are now.</summary>
    public Task<IReadOnlyList<HostnameView>> HostnamesAsync(CancellationToken cancellationToken) => InTurn<IReadOnlyList<HostnameView>>(() =>
        [.. zone.Hostnames.Select(item => new HostnameView(item.Hostname, item.Status, item.Certificate?.Status, item.Certificate?.MinTlsVersion, item.Certificate?.Branding ?? false, item.Certificate?.ExpiresAt))], cancellationToken);

    /// <summary>The DNS records as they are now.</summary>
    public Task<IReadOnlyList<RecordView>> RecordsAsync(CancellationToken cancellationToken) => InTurn(() => records.All, cancellationToken);

    /// <summary>Puts a hostname into the zone that somebody else made there.</summary>
    /// <param name="minTlsVersion">Null: without a certificate.</param>
    public Task AddAsync(string hostname, string? minTlsVersion, CancellationToken cancellationToken) =>
        InTurn(() => zone.Add(hostname, minTlsVersion is null ? null : new SslOrder("http", "dv", minTlsVersion, false)), cancellationToken);

    /// <summary>Somebody deletes the hostname in the dashboard.</summary>
    public Task DeleteAsync(string hostname, CancellationToken cancellationToken) => InTurn(() => zone.Hostnames.RemoveAll(item => item.Hostname == hostname), cancellationToken);

    /// <summary>Another zone has the hostname.</summary>
    public Task TakeElsewhereAsync(string hostname, CancellationToken cancellationToken) => InTurn(() => zone.TakenElsewhere.Add(hostname), cancellationToken);

    /// <summary>Certificate orders are carried out, or are left until they time out.</summary>
    public Task IssueCertificatesAsync(bool issues, CancellationToken cancellationToken) => InTurn(() => zone.IssuesCertificates = issues, cancellationToken);

    /// <summary>Sets, or with null takes away, the zone's fallback origin.</summary>
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

    /// <summary>Lifts the hold; the next PATCH starts validation over.</summary>
    public Task LiftHoldAsync(string hostname, CancellationToken cancellationToken) => InTurn(() => zone.Find(hostname)!.Hold = null, cancellationToken);

    /// <summary>Puts the two states to any value, also one that no documentation names. A null leaves its state alone.</summary>
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
