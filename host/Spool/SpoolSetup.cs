using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Spool;

internal static class SpoolSetup
{
    /// <summary>Receives reports while the store is not available at the start. Call it before the store is added, whose start waits.</summary>
    public static WebApplicationBuilder AddStandInGateway(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<StandInGateway>();
        builder.Services.AddHostedService(provider => provider.GetRequiredService<StandInGateway>());
        return builder;
    }

    /// <summary>Call it directly before the gateway, which listens on the same address.</summary>
    public static WebApplicationBuilder AddStandInGatewayEnd(this WebApplicationBuilder builder)
    {
        builder.Services.AddHostedService<StandInGatewayEnd>();
        return builder;
    }

    /// <summary>Adds the spool to the inbox. Call it after the grains, which provide the inbox, and before the gateway, which delivers to it.</summary>
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
