using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Modules.Cloudflare.Dns;
using MtaSts.Modules.Cloudflare.Simulator;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Modules.Http;
using MtaSts.Modules.Testing;
using Xunit;

namespace MtaSts.Modules.Tests.Cloudflare;

/// <summary>The DNS module as the host sets it up, beside the simulator on loopback.</summary>
internal sealed class CloudflareDnsStage : IAsyncDisposable
{
    public const string Zone = "records.service.net";
    public const string Name = "a._mta-sts." + Zone;

    private CloudflareDnsStage(CloudflareSimulator simulator, FakeTimeProvider clock, CapturedLog log, ServiceProvider services) =>
        (Simulator, Clock, Log, Services) = (simulator, clock, log, services);

    public CloudflareSimulator Simulator { get; }

    public FakeTimeProvider Clock { get; }

    public CapturedLog Log { get; }

    public IDnsProvider Provider => Services.GetRequiredService<IDnsProvider>();

    private ServiceProvider Services { get; }

    public static DnsRecordSet Set(string value, int ttl = 300) => new(Name, DnsType.Txt, ttl, [value]);

    public static async Task<CloudflareDnsStage> StartAsync(params (string Name, string Value)[] settings)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        var options = CloudflareStage.Options;
        var simulator = await CloudflareSimulator.StartAsync(options, new InMemoryDns(), clock, CloudflareStage.Cancelled);
        var all = new Dictionary<string, string?>
        {
            ["CloudflareDns:ApiToken"] = CloudflareStage.Token,
            ["CloudflareDns:ZoneId"] = options.ZoneId,
            ["CloudflareDns:ApiUrl"] = simulator.ApiUrl.ToString(),
        };
        foreach (var (name, value) in settings)
            all[name] = value;
        var log = new CapturedLog();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(all).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton<TimeProvider>(clock);
        services.AddLogging(logging => logging.AddProvider(log));
        services.AddModuleHttp();
        var module = new CloudflareDnsModule();
        module.Configure(new Builder(services, configuration.GetSection("Modules:" + module.Id)));
        return new CloudflareDnsStage(simulator, clock, log, services.BuildServiceProvider());
    }

    public async Task<IReadOnlyList<string>> ValuesAsync(string name, string type) =>
        [.. (await Simulator.RecordsAsync(CloudflareStage.Cancelled)).Where(record => record.Name == name && record.Type == type).Select(record => TxtStrings.Unquote(record.Content))];

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        await Simulator.DisposeAsync();
    }

    private sealed class Builder(IServiceCollection services, IConfigurationSection settings) : IModuleBuilder
    {
        public IServiceCollection Services => services;

        public IConfigurationSection Settings => settings;

        public void AddHostnameProvider<TProvider>(string name) where TProvider : class, IHostnameProvider => Assert.Fail("It has no hostname provider.");

        public void AddDnsProvider<TProvider>(string name) where TProvider : class, IDnsProvider => services.AddSingleton<IDnsProvider, TProvider>();

        public void AddReportSource<TSource>() where TSource : class, MtaSts.Modules.Reports.IReportSource => throw new NotSupportedException();

        public void AddNotifier<TNotifier>(string? enabledBy = null) where TNotifier : class, MtaSts.Modules.Notices.INotifier => throw new NotSupportedException();
    }
}
