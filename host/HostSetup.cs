using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Grains.Domains;
using MtaSts.Grains.Reports;
using MtaSts.Host.Dashboard;
using MtaSts.Host.Gateway;

namespace MtaSts.Host;

internal static class HostSetup
{
    /// <summary>Defaults that a first start needs; every one can be set (see README, settings).</summary>
    public static WebApplicationBuilder AddDefaults(this WebApplicationBuilder builder)
    {
        var defaults = new Dictionary<string, string?>
        {
            ["Dashboard:Url"] = "http://localhost:8460",
            ["Gateway:Url"] = "http://localhost:8461",
            ["Logging:LogLevel:Default"] = "Information",
            ["Logging:LogLevel:Orleans"] = "Warning",
            ["Logging:LogLevel:Orleans.Runtime.Silo"] = "Error", // Warns at each start of a garbage collector chosen on purpose.
            ["Logging:LogLevel:Orleans.Runtime.Watchdog"] = "Error", // Its first check compares with a time before the start.
            ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "Critical", // Why a start failed is told in a line, see Program.
            ["Logging:LogLevel:Polly"] = "Warning",
            ["Logging:LogLevel:Microsoft"] = "Warning",
            ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error", // The store holds the sign-in keys as it holds all else.
        };
        // Beneath everything else, so that files, environment and arguments win.
        builder.Configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = defaults });
        builder.AddDashboardListener();
        return builder;
    }

    /// <summary>The grains and the names and times they work with.</summary>
    public static WebApplicationBuilder AddGrains(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        builder.Services.AddOptions<NamingOptions>().Configure(naming =>
        {
            naming.HostingTarget = Name(configuration["Hosting:Target"]) ?? naming.HostingTarget;
            naming.RecordZone = Name(configuration["Hosting:RecordZone"]);
            naming.IntakeMailDomain = Name(configuration["Intake:MailDomain"]) ?? naming.IntakeMailDomain;
            naming.IntakeHttpsUrl = configuration["Intake:HttpsUrl"];
            naming.HostnameProvider = configuration["Hosting:Provider"] ?? naming.HostnameProvider;
        });
        builder.Services.AddOptions<HostingOptions>().Configure(options =>
        {
            configuration.GetSection("Hosting").Bind(options);
            options.Lease = configuration.GetValue<TimeSpan?>("Gateway:Lease") ?? options.Lease;
            var gateway = configuration.GetSection(GatewayOptions.Section).Get<GatewayOptions>() ?? new GatewayOptions();
            options.ServedUnseen = configuration.GetValue<bool>("Cluster:Enabled") ? gateway.KeepWhenFailing : TimeSpan.Zero;
        });
        builder.Services.AddOptions<RetentionOptions>().BindConfiguration("Retention").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RetentionOptions>, RetentionOptionsValidator>();
        builder.Services.AddDomainGrains();
        builder.Services.AddReportGrains();
        builder.Services.AddSingleton<Uploads>();
        return builder;
    }

    private static string? Name(string? name) => name?.Trim().TrimEnd('.').ToLowerInvariant();
}
