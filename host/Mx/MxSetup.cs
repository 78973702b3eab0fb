using MtaSts.Grains;
using MtaSts.Grains.Domains;
using MtaSts.Host.Fetch;

namespace MtaSts.Host.Mx;

internal static class MxSetup
{
    /// <summary>The probe of MX hosts. Call it after the set-up of the DNS and of the fetch from outside.</summary>
    public static WebApplicationBuilder AddMxProbe(this WebApplicationBuilder builder)
    {
        var isOn = (builder.Configuration.GetSection(FetchOptions.Section).Get<FetchOptions>() ?? new FetchOptions()).ProbeMx;
        builder.Services.PostConfigure<HostingOptions>(hosting => hosting.ProbeMx = isOn);
        builder.Services.AddSingleton<EhloName>();
        if (!isOn)
            return builder;
        builder.Services.AddSingleton<MxDialogue>();
        builder.Services.AddSingleton<MxLanes>();
        builder.Services.AddSingleton<MxShare>();
        builder.Services.AddSingleton<Port25Watch>();
        builder.Services.AddSingleton<IPort25Status>(services => services.GetRequiredService<Port25Watch>());
        builder.Services.AddSingleton<IMxProbe, MxProber>();
        return builder;
    }
}
