using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MtaSts.Modules.Http;

namespace MtaSts.Modules.Cloudflare.Dns;

/// <summary>Delegated records in a zone at Cloudflare. Set under <c>CloudflareDns</c>, or under <c>Modules:dns.cloudflare</c>; the latter take precedence.</summary>
public sealed class CloudflareDnsModule : IModule
{
    /// <summary>The value of <c>Hosting:DnsProvider</c>.</summary>
    public const string ProviderName = "Cloudflare";

    /// <inheritdoc/>
    public string Id => CloudflareDnsProvider.ProviderId;

    /// <inheritdoc/>
    public void Configure(IModuleBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var settings = builder.Settings;
        builder.Services.AddOptions<CloudflareDnsOptions>()
            .Configure<IConfiguration>((options, configuration) =>
            {
                configuration.GetSection(CloudflareDnsOptions.Section).Bind(options, Strictly);
                settings.Bind(options, Strictly);
            }).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<CloudflareDnsOptions>, CloudflareDnsOptionsValidator>();
        builder.Services.Configure<ModuleHttpOptions>(CloudflareClients.SendOnce);
        builder.AddDnsProvider<CloudflareDnsProvider>(ProviderName);
        builder.Services.AddHostedService<StartCheck>();
    }

    /// <summary>An unknown setting is an error.</summary>
    private static void Strictly(BinderOptions options) => options.ErrorOnUnknownConfiguration = true;

    /// <summary>When this provider is selected, invalid settings stop the start with an error message.</summary>
    private sealed class StartCheck(IConfiguration configuration, IOptions<CloudflareDnsOptions> options) : IHostedService
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

/// <summary>Validates the settings by the rules of the module's other settings; messages never contain the token.</summary>
internal sealed class CloudflareDnsOptionsValidator : IValidateOptions<CloudflareDnsOptions>
{
    public ValidateOptionsResult Validate(string? name, CloudflareDnsOptions options)
    {
        var result = new CloudflareOptionsValidator().Validate(name, new CloudflareOptions { ApiToken = options.ApiToken, ZoneId = options.ZoneId, ApiUrl = options.ApiUrl, RequestsPerFiveMinutes = options.RequestsPerFiveMinutes });
        return result.Succeeded
            ? result
            : ValidateOptionsResult.Fail((result.Failures ?? []).Select(failure => failure.Replace("Cloudflare:", "CloudflareDns:", StringComparison.Ordinal).Replace("SSL and Certificates: Edit", "DNS: Edit", StringComparison.Ordinal)));
    }
}
