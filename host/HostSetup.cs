using Microsoft.Extensions.Options;
using MtaSts.Application;
using MtaSts.Application.Notifications;
using MtaSts.Application.Readiness;
using MtaSts.Grains;
using MtaSts.Grains.Domains;
using MtaSts.Grains.Reports;
using MtaSts.Host.Dashboard;
using MtaSts.Host.Gateway;
using MtaSts.Host.Operation;

namespace MtaSts.Host;

internal static class HostSetup
{
    /// <summary>Defaults that a first start needs; every one can be set (see docs/settings.md).</summary>
    public static WebApplicationBuilder AddDefaults(this WebApplicationBuilder builder)
    {
        var defaults = new Dictionary<string, string?>
        {
            ["Dashboard:Url"] = "http://localhost:8460",
            ["Gateway:Url"] = "http://localhost:8461",
            ["Logging:LogLevel:Default"] = "Information",
            ["Logging:LogLevel:Orleans"] = "Warning",
            ["Logging:LogLevel:Orleans.Runtime.Silo"] = "Error", // Suppresses a warning at each start about the garbage collector, which is chosen on purpose.
            ["Logging:LogLevel:Orleans.Runtime.Watchdog"] = "Error", // Suppresses a false warning: its first check compares with a time before the start.
            ["Logging:LogLevel:Microsoft.Extensions.Hosting.Internal.Host"] = "Critical", // Program reports a failed start in one line.
            ["Logging:LogLevel:Polly"] = "Warning",
            ["Logging:LogLevel:System.Net.Http"] = "Warning",
            ["Logging:LogLevel:Microsoft"] = "Warning",
            ["Logging:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error", // Suppresses a warning: the store protects the sign-in keys like all other data.
        };
        // First source, so that files, environment and arguments override it.
        builder.Configuration.Sources.Insert(0, new Microsoft.Extensions.Configuration.Memory.MemoryConfigurationSource { InitialData = defaults });
        builder.AddDashboardListener();
        return builder;
    }

    /// <summary>Adds the grains, their names and times, and the application layer.</summary>
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
        builder.Services.AddOptions<ReadinessOptions>().BindConfiguration("Hosting");
        builder.Services.AddOptions<RetentionOptions>().BindConfiguration("Retention").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<RetentionOptions>, RetentionOptionsValidator>();
        builder.Services.AddDomainGrains();
        builder.Services.AddHostedService<ServiceReporter>();
        builder.Services.AddReportGrains();
        builder.Services.AddSingleton(provider => Links(provider.GetRequiredService<IOptions<PublicUrlOptions>>().Value, configuration["Dashboard:Url"]));
        builder.Services.AddApplication();
        return builder;
    }

    /// <summary>Links in notices lead to the public URL, otherwise to the first URL of the listener.</summary>
    private static NoticeLinks Links(PublicUrlOptions settings, string? listener) =>
        new(Uri.TryCreate(settings.IsPublic ? settings.PublicUrl : listener?.Split(';')[0], UriKind.Absolute, out var url) ? url : null, settings.IsPublic);

    private static string? Name(string? name) => name?.Trim().TrimEnd('.').ToLowerInvariant();
}
