using Microsoft.Extensions.Options;
using MtaSts.Modules.Cloudflare.Api;
using MtaSts.Modules.Http;

namespace MtaSts.Modules.Cloudflare;

/// <summary>Creates the client from the settings, with one pace for the whole process.</summary>
internal sealed class CloudflareClients(IHttpClientFactory http, IOptions<CloudflareOptions> options, TimeProvider clock)
{
    private readonly RequestPace pace = new(clock);

    /// <summary>The problem of the settings, for the operator; null when they are valid.</summary>
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
                return exception.Message; // A value of the wrong type, or an unknown setting.
            }
        }
    }

    public CloudflareClient Create()
    {
        var settings = options.Value;
        var client = http.CreateClient(CloudflareHostnameProvider.ProviderId);
        client.BaseAddress = settings.ApiUrl.AbsolutePath.EndsWith('/') ? settings.ApiUrl : new Uri(settings.ApiUrl.AbsoluteUri + "/");
        return new CloudflareClient(client, new ApiAccess(settings.ZoneId, settings.ApiToken, settings.RequestsPerFiveMinutes), pace, clock);
    }

    /// <summary>The host's HTTP client does not repeat: <see cref="RequestPace"/> counts each request, and a call that is repeated later first searches for what an unheard request has created.</summary>
    public static void SendOnce(ModuleHttpOptions http) => http.MaxAttempts = 1;
}
