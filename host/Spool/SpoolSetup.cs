using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Spool;

internal static class SpoolSetup
{
    /// <summary>Takes reports in while the store is not there yet. Before the store, which would wait too.</summary>
    public static WebApplicationBuilder AddWaitingRoom(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<WaitingRoom>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<WaitingRoom>());
        return builder;
    }

    /// <summary>Right before the gateway, which listens at the same address.</summary>
    public static WebApplicationBuilder AddWaitingRoomEnd(this WebApplicationBuilder builder)
    {
        builder.Services.AddHostedService<WaitingRoomEnd>();
        return builder;
    }

    /// <summary>Puts the spool beneath the inbox. After the grains, whose inbox it is; before the gateway, which delivers to it.</summary>
    public static WebApplicationBuilder AddSpool(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<SpoolOptions>().BindConfiguration(SpoolOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SpoolOptions>, SpoolOptionsValidator>();
        services.AddMetrics();
        services.AddSingleton<ReportSpool>();
        services.AddSingleton<IReportSpool>(provider => provider.GetRequiredService<ReportSpool>());
        services.AddSingleton<StorageWatch>();
        services.AddSingleton<KnownTokens>();
        services.AddSingleton<SpoolMetrics>();
        services.Decorate<IReportInbox, SpooledInbox>();
        services.AddSingleton(provider => (SpooledInbox)provider.GetRequiredService<IReportInbox>());
        services.AddHostedService<SpoolStartup>();
        services.AddHostedService<SpoolDrain>();
        return builder;
    }
}
