using Microsoft.Extensions.Options;
using MtaSts.Modules.Listening;

namespace MtaSts.Host.Dashboard;

/// <summary>Listener of the dashboard and the API. Section <c>Dashboard</c>.</summary>
internal sealed class DashboardListenerOptions
{
    private const int SixteenthsOfDescriptors = 2;

    /// <summary>
    /// URLs of the dashboard and the API, separated by semicolons: <c>http://127.0.0.1:8460;http://[::1]:8460</c>; <c>*</c> is every address. Plain HTTP: a proxy terminates TLS.
    /// </summary>
    public string Url { get; set; } = "http://localhost:8460";

    /// <summary>
    /// Maximum number of concurrent connections; never more than two sixteenths of the file descriptors available to the listeners. When the maximum is reached, idle
    /// connections are closed. Bounds: descriptors and memory.
    /// </summary>
    public int MaxConnections { get; set; } = 2_048;

    /// <summary>
    /// Maximum number of concurrent connections of one address (IPv6: of one /64) that is not a trusted proxy; never more than an eighth of <see cref="MaxConnections"/>, so
    /// that one client cannot take them all.
    /// </summary>
    public int MaxConnectionsPerAddress { get; set; } = 256;

    /// <summary>The bounds of its connections. An open page is one long request, so that its connection is never idle and never closed.</summary>
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
                problems.Add($"Dashboard:Url: {https} requires TLS, which the dashboard does not support. Write http://, use a proxy with TLS, and set Dashboard:PublicUrl.");
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
