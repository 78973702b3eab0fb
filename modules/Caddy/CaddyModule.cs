using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MtaSts.Modules.Caddy.Ask;
using MtaSts.Modules.Caddy.Setup;
using MtaSts.Modules.Caddy.Sight;
using MtaSts.Modules.Listening;

namespace MtaSts.Modules.Caddy;

/// <summary>
/// Policy hostnames by Caddy's on-demand TLS. Set under <c>Caddy</c>, or under <c>Modules:hostname.caddy</c> like any module's settings; the latter
/// take precedence. The set-up is in this module's README.
/// </summary>
public sealed class CaddyModule : IModule
{
    /// <summary>The value of <c>Hosting:Provider</c>.</summary>
    public const string ProviderName = "Caddy";

    /// <inheritdoc/>
    public string Id => CaddyHostnameProvider.ProviderId;

    /// <inheritdoc/>
    public void Configure(IModuleBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var settings = builder.Settings;
        var services = builder.Services;
        services.AddOptions<CaddyOptions>()
            .Configure<IConfiguration>((options, configuration) =>
            {
                options.Upstream = Gateway(configuration["Gateway:Url"]) ?? options.Upstream;
                configuration.GetSection(CaddyOptions.Section).Bind(options, Strictly);
                settings.Bind(options, Strictly);
            }).ValidateOnStart();
        services.AddSingleton<IValidateOptions<CaddyOptions>, CaddyOptionsValidator>();
        services.AddSingleton<TrustedAuthorities>();
        services.AddSingleton<CertificateSight>();
        services.AddSingleton<NameCheck>();
        builder.AddHostnameProvider<CaddyHostnameProvider>(ProviderName);
        services.AddSingleton<AskHandler>();
        services.AddHostedService<CaddyfileWriter>();
        services.AddHostedService<AskServer>();
    }

    /// <summary>Whether the operator has selected this module: otherwise the service opens no listener and writes no Caddyfile.</summary>
    internal static bool IsChosen(IConfiguration configuration) =>
        string.Equals(configuration["Hosting:Provider"], ProviderName, StringComparison.OrdinalIgnoreCase);

    /// <summary>Where Caddy reaches the gateway: the first of its plain HTTP addresses. The validator refuses settings without one.</summary>
    private static string? Gateway(string? setting) =>
        ListenUrl.TryParse(setting, out var urls, out _) && urls.FirstOrDefault(static url => !url.IsHttps) is { } plain ? plain.Reachable.GetLeftPart(UriPartial.Authority) : setting;

    /// <summary>An unknown setting is an error.</summary>
    private static void Strictly(BinderOptions options) => options.ErrorOnUnknownConfiguration = true;
}
