using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Host.Gateway.Tls;
using MtaSts.Modules.Cloudflare;
using MtaSts.Modules.Hostnames;
using MtaSts.Storage;

namespace MtaSts.Host.Gateway;

internal static class GatewaySetup
{
    /// <summary>The senders' listener and the copies it serves.</summary>
    public static WebApplicationBuilder AddGateway(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<GatewayOptions>().BindConfiguration(GatewayOptions.Section)
            .Validate(options => options.Lease >= TimeSpan.FromSeconds(1) && options.Lease <= TimeSpan.FromMinutes(10), "Gateway:Lease must lie between 1 s and 10 min.")
            .Validate(options => options.MaxReportMemory >= GatewayOptions.LeastReportMemory, "Gateway:MaxReportMemory must be 14 MiB (14680064) or more: a report has at most 10 MiB, and a quarter is for small ones.")
            .Validate(options => options.MaxConnections >= 1 && options.MaxConnectionsPerAddress >= 1, "Gateway:MaxConnections and Gateway:MaxConnectionsPerAddress must be 1 or more.")
            .PostConfigure<IConfiguration>((options, configuration) => options.CertificateForAnyName ??= string.Equals(configuration["Hosting:Provider"], CloudflareModule.ProviderName, StringComparison.OrdinalIgnoreCase))
            .ValidateOnStart();
        services.AddSingleton<IValidateOptions<GatewayOptions>, GatewayListeningValidator>();
        services.AddMetrics();
        services.AddSingleton<HandshakeRefusals>();
        services.AddSingleton<GatewayTls>();
        services.AddSingleton<IServiceCertificate>(provider => provider.GetRequiredService<GatewayTls>());
        services.AddSingleton<IPolicySource, GrainPolicySource>();
        services.AddSingleton<PolicyCache>();
        services.AddSingleton<IHostedNames, HostedNames>();
        services.AddSingleton<ClientAddress>();
        services.AddSingleton<ReportIntake>();
        services.AddSingleton<Readiness>();
        services.AddSingleton<ServiceSecrets>();
        services.AddSingleton<ReachProof>();
        services.AddHostedService<ReachProofStart>();
        services.AddSingleton<GatewayHandler>();
        services.AddHostedService<GatewayServer>();
        return builder;
    }
}
