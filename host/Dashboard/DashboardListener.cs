using Microsoft.Extensions.Options;
using MtaSts.Modules.Listening;

namespace MtaSts.Host.Dashboard;

/// <summary>Where the dashboard and the API listen. Section <c>Dashboard</c>.</summary>
internal sealed class DashboardListenerOptions
{
    private const int SixteenthsOfDescriptors = 2;

    /// <summary>Where it listens; several URLs with semicolons between them, see <see cref="ListenUrl.TryParse"/>. Plain HTTP: a proxy speaks TLS for it, see <see cref="PublicUrlOptions"/>.</summary>
    public string Url { get; set; } = "http://localhost:8460";

    /// <summary>Connections at once; never more than two sixteenths of the descriptors left to the listeners. When there are too many, idle ones are closed. Bounds: descriptors and memory.</summary>
    public int MaxConnections { get; set; } = 2_048;

    /// <summary>Connections at once of one address (IPv6: of one /64) that is no trusted proxy; never more than an eighth of <see cref="MaxConnections"/>. Bounds: one client that takes them all.</summary>
    public int MaxConnectionsPerAddress { get; set; } = 256;

    /// <summary>The bounds of its connections. A page's open connection is one long request, so that a busy one is never closed.</summary>
    public ConnectionLimits Connections(PublicUrlOptions proxies) =>
        ConnectionLimits.WithinDescriptors("dashboard", SixteenthsOfDescriptors, MaxConnections, MaxConnectionsPerAddress) with { Uncounted = proxies.Networks() };

    internal sealed class Validator : IValidateOptions<DashboardListenerOptions>
    {
        public ValidateOptionsResult Validate(string? name, DashboardListenerOptions options)
        {
            var problems = new List<string>();
            if (!ListenUrl.TryParse(options.Url, out var urls, out var problem))
                problems.Add("Dashboard:Url: " + problem);
            else if (urls.FirstOrDefault(static url => url.IsHttps) is { } https)
                problems.Add($"Dashboard:Url: {https} asks for TLS, which the dashboard does not speak. Write http://, put a proxy with TLS before it, and set Dashboard:PublicUrl.");
            if (options.MaxConnections < 1 || options.MaxConnectionsPerAddress < 1)
                problems.Add("Dashboard:MaxConnections and Dashboard:MaxConnectionsPerAddress must be 1 or more.");
            return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
        }
    }
}

internal static class DashboardListener
{
    /// <summary>The listener of the dashboard and the API, with bounded connections.</summary>
    public static void AddDashboardListener(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<DashboardListenerOptions>().BindConfiguration(MtaSts.Web.DashboardOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<DashboardListenerOptions>, DashboardListenerOptions.Validator>();
        builder.Services.AddConnectionTable(static services => new ConnectionTable(
            services.GetRequiredService<IOptions<DashboardListenerOptions>>().Value.Connections(services.GetRequiredService<IOptions<PublicUrlOptions>>().Value),
            services.GetRequiredService<TimeProvider>(),
            services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(DashboardListener))));
        builder.WebHost.ConfigureKestrel(static kestrel =>
        {
            kestrel.AddServerHeader = false;
            var options = kestrel.ApplicationServices.GetRequiredService<IOptions<DashboardListenerOptions>>().Value;
            foreach (var url in ListenUrl.TryParse(options.Url, out var urls, out _) ? urls : [])
                kestrel.Listen(url, static listen => listen.UseConnectionTable());
        });
    }
}
