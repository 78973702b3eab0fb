using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MtaSts.Modules.Http;

namespace MtaSts.Modules.Cloudflare;

/// <summary>
/// Policy hostnames by Cloudflare for SaaS. Set under <c>Cloudflare</c>, or under <c>Modules:hostname.cloudflare</c> like any module's settings; the
/// latter take precedence. The set-up is in this module's README.
/// </summary>
public sealed class CloudflareModule : IModule
{
    /// <summary>The value of <c>Hosting:Provider</c>.</summary>
    public const string ProviderName = "Cloudflare";

    /// <inheritdoc/>
    public string Id => CloudflareHostnameProvider.ProviderId;

    /// <inheritdoc/>
    public void Configure(IModuleBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var settings = builder.Settings;
        var services = builder.Services;
        services.AddOptions<CloudflareOptions>()
            .Configure<IConfiguration>((options, configuration) =>
            {
                configuration.GetSection(CloudflareOptions.Section).Bind(options, Strictly);
                settings.Bind(options, Strictly);
            }).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CloudflareOptions>, CloudflareOptionsValidator>();
        services.Configure<ModuleHttpOptions>(CloudflareClients.SendOnce);
        services.AddSingleton<CloudflareClients>();
        services.AddSingleton<HostnameDirectory>();
        services.AddSingleton<Revivals>();
        builder.AddHostnameProvider<CloudflareHostnameProvider>(ProviderName);
        services.AddHostedService<CloudflareStartCheck>();
    }

    /// <summary>An unknown setting is an error.</summary>
    private static void Strictly(BinderOptions options) => options.ErrorOnUnknownConfiguration = true;
}
