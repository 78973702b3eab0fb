using Microsoft.Extensions.Options;
using MtaSts.Modules.Cloudflare.Api;

namespace MtaSts.Modules.Cloudflare;

/// <summary>Makes the client from the settings; one pace for the whole process.</summary>
internal sealed class CloudflareClients(IHttpClientFactory http, IOptions<CloudflareOptions> options, TimeProvider clock)
{
    public const string HttpClientName = "hostname.cloudflare";

    private const int Connections = 8;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectionLifetime = TimeSpan.FromMinutes(5);

    private readonly RequestPace pace = new(clock);

    /// <summary>The settings are not usable: why, for the operator; null when they are.</summary>
    public string? Problem
    {
        get
        {
            try
            {
                _ = options.Value;
                return null;
            }
            catch (OptionsValidationException exception)
            {
                return string.Join(" ", exception.Failures);
            }
            catch (InvalidOperationException exception)
            {
                return exception.Message; // A value of another type, or a setting there is none of.
            }
        }
    }

    public CloudflareClient Create()
    {
        var settings = options.Value;
        var client = http.CreateClient(HttpClientName);
        client.BaseAddress = settings.ApiUrl.AbsolutePath.EndsWith('/') ? settings.ApiUrl : new Uri(settings.ApiUrl.AbsoluteUri + "/");
        return new CloudflareClient(client, new ApiAccess(settings.ZoneId, settings.ApiToken, settings.RequestsPerFiveMinutes), pace, clock);
    }

    /// <summary>The API itself stands behind Cloudflare's checks, which challenge requests without a User-Agent. Without a time-out: each call has its own.</summary>
    public static void Configure(HttpClient client)
    {
        client.Timeout = Timeout.InfiniteTimeSpan;
        client.DefaultRequestHeaders.UserAgent.ParseAdd($"MtaSts/{typeof(CloudflareClients).Assembly.GetName().Version}");
    }

    /// <summary>No redirects: the token goes where the operator said, and nowhere else.</summary>
    public static HttpMessageHandler CreateHandler() => new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        MaxConnectionsPerServer = Connections,
        ConnectTimeout = ConnectTimeout,
        PooledConnectionLifetime = ConnectionLifetime,
    };
}
