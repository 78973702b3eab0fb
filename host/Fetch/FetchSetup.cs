using MtaSts.Grains;
using MtaSts.Grains.Domains;
using MtaSts.Host.Mx;

namespace MtaSts.Host.Fetch;

internal static class FetchSetup
{
    private const string LocalProvider = "Local";

    /// <summary>The fetch from outside, for operators with a public name.</summary>
    public static WebApplicationBuilder AddFetch(this WebApplicationBuilder builder)
    {
        var check = Effective(builder.Configuration);
        var isLocal = IsLocal(builder.Configuration);
        builder.Services.PostConfigure<HostingOptions>(hosting => (hosting.OutsideCheck, hosting.HostnameBeforeReach) = (check, !isLocal));
        builder.Services.AddOptions<FetchOptions>().BindConfiguration(FetchOptions.Section);
        builder.Services.AddSingleton<TrustedRoots>();
        builder.Services.AddSingleton<FetchIdentity>();
        builder.Services.AddSingleton<IReachProbe, ReachProbe>();
        if (check != OutsideCheck.Off)
            builder.Services.AddSingleton<IPolicyFetcher, PolicyFetcher>();
        return builder;
    }

    /// <summary>The page to which the User-Agent links: for operators of proxies and readers of logs, who have no account here.</summary>
    public static WebApplication MapFetch(this WebApplication app)
    {
        app.MapGet(FetchIdentity.Page, (EhloName ehlo) => Results.Text(FetchIdentity.Explanation(ehlo.Name), "text/plain; charset=utf-8")).AllowAnonymous().ExcludeFromDescription();
        return app;
    }

    private static OutsideCheck Effective(ConfigurationManager configuration)
    {
        var check = configuration.GetValue("Hosting:OutsideCheck", OutsideCheck.Auto);
        if (check != OutsideCheck.Auto)
            return check;
        return IsLocal(configuration) ? OutsideCheck.Off : OutsideCheck.Required;
    }

    private static bool IsLocal(ConfigurationManager configuration) =>
        configuration["Hosting:Provider"] is not { } provider || string.Equals(provider, LocalProvider, StringComparison.OrdinalIgnoreCase);
}
