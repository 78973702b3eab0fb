using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MtaSts.Modules.Rfc2136;

/// <summary>
/// Records by RFC 2136 with TSIG: BIND, PowerDNS, Knot. Set under <c>Rfc2136</c>, or under <c>Modules:dns.rfc2136</c> like any module's settings; the
/// latter take precedence.
/// </summary>
public sealed class Rfc2136Module : IModule
{
    /// <summary>The value of <c>Hosting:DnsProvider</c>.</summary>
    public const string ProviderName = "Rfc2136";

    /// <inheritdoc/>
    public string Id => Rfc2136DnsProvider.ProviderId;

    /// <inheritdoc/>
    public void Configure(IModuleBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var settings = builder.Settings;
        builder.Services.AddOptions<Rfc2136Options>()
            .Configure<IConfiguration>((options, configuration) =>
            {
                options.Zone = configuration["Hosting:RecordZone"];
                configuration.GetSection(Rfc2136Options.Section).Bind(options, Strictly);
                settings.Bind(options, Strictly);
            }).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<Rfc2136Options>, Rfc2136OptionsValidator>();
        builder.AddDnsProvider<Rfc2136DnsProvider>(ProviderName);
        builder.Services.AddHostedService<StartCheck>();
    }

    /// <summary>An unknown setting is an error.</summary>
    private static void Strictly(BinderOptions options) => options.ErrorOnUnknownConfiguration = true;

    /// <summary>When this provider is selected, invalid settings stop the start with an error message.</summary>
    private sealed class StartCheck(IConfiguration configuration, IOptions<Rfc2136Options> options) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            if (string.Equals(configuration["Hosting:DnsProvider"], ProviderName, StringComparison.OrdinalIgnoreCase))
                _ = options.Value;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
