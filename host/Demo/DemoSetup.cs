using MtaSts.Grains;
using MtaSts.Host.Bootstrap;
using MtaSts.Modules.Dns;

namespace MtaSts.Host.Demo;

internal static class DemoSetup
{
    public const string Email = "demo@mtasts.example";
    public const string Password = "look-around";

    /// <summary>True when the process was started with <c>--demo</c>.</summary>
    public static bool IsAsked(string[] args) => args.Contains("--demo", StringComparer.Ordinal);

    /// <summary>A throw-away store that is deleted at the end, and settings that mark this instance as a demo. Call it before storage is set up.</summary>
    public static WebApplicationBuilder AddDemoStore(this WebApplicationBuilder builder)
    {
        var folder = Directory.CreateTempSubdirectory("mtasts-demo-").FullName;
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:Provider"] = "Sqlite",
            ["Storage:ConnectionString"] = $"Data Source={Path.Combine(folder, "demo.db")}",
            ["Storage:AllowNew"] = "true", // The store is always new.
            ["Hosting:Provider"] = "Cloudflare",
            ["Hosting:OutsideCheck"] = "Advised", // By DemoFetcher: the names do not exist outside this process.
            ["Bootstrap:Email"] = Email,
            ["Bootstrap:Password"] = Password,
            ["Dashboard:DemoMode"] = "true",
        });
        builder.Services.AddSingleton(new DemoFolder(folder));
        builder.Services.AddSingleton<DemoZone>();
        builder.Services.AddSingleton<DemoCloudflare>();
        builder.Services.AddHostedService(services => services.GetRequiredService<DemoCloudflare>()); // Must be first: it provides the module's settings.
        return builder;
    }

    /// <summary>The demo's DNS and seeder. Call it after the services that they replace.</summary>
    public static WebApplicationBuilder AddDemo(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IDnsLookup>(services => services.GetRequiredService<DemoZone>());
        builder.Services.AddSingleton<IPolicyFetcher, DemoFetcher>();
        builder.Services.AddSingleton<IMxProbe, DemoMxProbe>();
        builder.Services.AddHostedService<DemoSeeder>();
        builder.Services.AddHostedService<DemoOwner>();
        return builder;
    }

    /// <summary>Prints on the console that this is a demo, and deletes the store at the end.</summary>
    public static WebApplication UseDemo(this WebApplication app)
    {
        var banner = app.Services.GetRequiredService<StartBanner>();
        banner.Notice = $"DEMO: fictional domains, generated reports, nothing is kept. Password: {Password}";
        var folder = app.Services.GetRequiredService<DemoFolder>();
        app.Lifetime.ApplicationStopped.Register(folder.Delete);
        return app;
    }
}

/// <summary>The folder of the demo's store.</summary>
internal sealed record DemoFolder(string Path)
{
    public void Delete()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // It is in the system's folder for temporary files, which the system empties.
        }
    }
}
