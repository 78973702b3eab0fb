using Microsoft.Extensions.Options;

namespace MtaSts.Host.Bootstrap;

internal static class BootstrapSetup
{
    public static WebApplicationBuilder AddBootstrap(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<BootstrapOptions>().BindConfiguration("Bootstrap").ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<BootstrapOptions>, BootstrapOptionsValidator>();
        builder.Services.AddSingleton(services => new StartBanner(services.GetRequiredService<IConfiguration>(), services.GetRequiredService<IHostApplicationLifetime>(), Console.Out));
        builder.Services.AddHostedService<BootstrapService>();
        builder.Services.AddHostedService(services => services.GetRequiredService<StartBanner>());
        return builder;
    }
}
