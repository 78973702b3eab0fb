using MtaSts.Grains;
using MtaSts.Grains.Domains;

namespace MtaSts.Host.Fetch;

internal static class FetchSetup
{
    private const string LocalProvider = "Local";

    /// <summary>The look from outside, where the operator has a public name.</summary>
    public static WebApplicationBuilder AddFetch(this WebApplicationBuilder builder)
    {
        var check = Effective(builder.Configuration);
        builder.Services.PostConfigure<HostingOptions>(hosting => hosting.OutsideCheck = check);
        if (check == OutsideCheck.Off)
            return builder;
        builder.Services.AddOptions<FetchOptions>().BindConfiguration(FetchOptions.Section);
        builder.Services.AddSingleton<TrustedRoots>();
        builder.Services.AddSingleton<IPolicyFetcher, PolicyFetcher>();
        return builder;
    }

    private static OutsideCheck Effective(ConfigurationManager configuration)
    {
        var check = configuration.GetValue("Hosting:OutsideCheck", OutsideCheck.Auto);
        if (check != OutsideCheck.Auto)
            return check;
        var provider = configuration["Hosting:Provider"];
        return provider is null || string.Equals(provider, LocalProvider, StringComparison.OrdinalIgnoreCase) ? OutsideCheck.Off : OutsideCheck.Required;
    }
}
