using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MtaSts.Modules.Http;
using Polly.Timeout;

namespace MtaSts.Modules.Notices;

/// <summary>
/// Sends notices by HTTP POST according to the rules of <see cref="INotifier"/>: it connects to public addresses only (unless the operator allows others), follows
/// no redirects, does not retry, and limits time and size. Of the channel's settings, a problem contains only the host. Safe for concurrent use.
/// </summary>
public sealed class HttpNotices(IHttpClientFactory clients, HttpNoticeOptions options, TimeProvider clock)
{
    /// <summary>Largest response body, for a receiver that sends without end. The services respond with a few words.</summary>
    public const int MaxAnswerBytes = 64 * 1024;

    /// <summary>Largest response body that is quoted in a problem. A larger one is usually a web page and is left out.</summary>
    public const int MaxWordBytes = 1_024;

    /// <summary>Longest quotation of a response body in a problem, in characters.</summary>
    public const int MaxAnswerLength = 200;

    /// <summary>Longest Retry-After that is returned; a longer one is reduced to it, so that a receiver cannot defer a notice for ever.</summary>
    public static readonly TimeSpan MaxRetryAfter = TimeSpan.FromDays(1);

    /// <summary>Shortest part of a URL that is removed from a quotation unless it is named as a secret: shorter parts are common path segments such as “api”.</summary>
    public const int MinSecretPart = 6;

    internal const string ClientName = "notices";

    /// <summary>Status codes of 4xx that are temporary (RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4). All other 3xx and 4xx are refusals.</summary>
    private static readonly HttpStatusCode[] Temporary = [HttpStatusCode.RequestTimeout, (HttpStatusCode)425, HttpStatusCode.TooManyRequests];

    /// <summary>Returns why a channel's URL cannot be used; null when it can. The text does not contain the URL, which often contains a secret.</summary>
    public string? UrlProblem(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp) || uri.Host.Length == 0)
            return "The URL must have the form https://host/path.";
        if (uri.Scheme == Uri.UriSchemeHttp && !options.AllowHttp)
            return "The URL must begin with https://.";
        if (uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            return "The URL must not contain a user name, a password or a fragment (#).";
        return !options.AllowPrivateAddresses && IPAddress.TryParse(uri.Host.Trim('[', ']'), out var address) && !PublicAddress.Is(address)
            ? "The address in the URL is not public. Enter a URL with a public address."
            : null;
    }

    /// <summary>Sends the request once.</summary>
    /// <param name="request">Its URL has no <see cref="UrlProblem"/>.</param>
    /// <param name="secrets">Values that no problem may contain. The longer parts of the URL after the host are removed in any case.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<NoticeResult> SendAsync(HttpRequestMessage request, IReadOnlyList<string> secrets, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(secrets);
        var host = request.RequestUri!.Host;
        try
        {
            using var client = clients.CreateClient(ClientName);
            using var response = await client.SendAsync(request, cancellationToken);
            return response.IsSuccessStatusCode ? new NoticeResult.Delivered(Name(response.StatusCode)) : await RefusalAsync(response, host, [.. Parts(request.RequestUri), .. secrets], cancellationToken);
        }
        catch (HttpRequestException exception)
        {
            return Fault(exception, host);
        }
    }

    private NoticeResult Fault(HttpRequestException exception, string host) => exception switch
    {
        { InnerException: PrivateAddressException } => new NoticeResult.Refused($"{host} has no public address. The service connects to public addresses only."),
        { InnerException: TimeoutRejectedException } => new NoticeResult.Failed($"{host} did not answer within {options.Timeout.TotalSeconds:0.#} s."),
        { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => new NoticeResult.Refused($"{host} answers with more than {MaxAnswerBytes / 1024} KiB. It may have accepted the notice. Check that the URL is that of a webhook."),
        { HttpRequestError: HttpRequestError.NameResolutionError } => new NoticeResult.Failed($"The name {host} cannot be resolved."),
        { HttpRequestError: HttpRequestError.SecureConnectionError } => new NoticeResult.Failed($"No TLS connection to {host}. Check that its certificate is valid and that its chain is complete."),
        { HttpRequestError: HttpRequestError.ConnectionError } => new NoticeResult.Failed($"Cannot connect to {host}."),
        _ => new NoticeResult.Failed($"{host} sent no valid response."),
    };

    private async Task<NoticeResult> RefusalAsync(HttpResponseMessage response, string host, IReadOnlyList<string> secrets, CancellationToken cancellationToken)
    {
        var words = NoticeText.Redact(await WordsAsync(response, cancellationToken), secrets);
        var problem = $"{host} answers {Name(response.StatusCode)}{(words.Length == 0 ? "." : $": {NoticeText.Line(words, MaxAnswerLength)}")}";
        return response.StatusCode switch
        {
            >= HttpStatusCode.InternalServerError => new NoticeResult.Failed(problem, RetryAfter(response)),
            var status when Temporary.Contains(status) => new NoticeResult.Failed(problem, RetryAfter(response)),
            < HttpStatusCode.BadRequest => new NoticeResult.Refused($"{problem} Redirects are not followed: enter the final URL."),
            _ => new NoticeResult.Refused(problem),
        };
    }

    private static async Task<string> WordsAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return body.Length > MaxWordBytes ? "" : Encoding.UTF8.GetString(body).Trim();
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - clock.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return wait switch { { } time when time > MaxRetryAfter => MaxRetryAfter, { } time when time > TimeSpan.Zero => time, _ => null };
    }

    private static string Name(HttpStatusCode status) => string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)status}");

    /// <summary>The parts of a URL that a receiver may repeat, as in “Cannot POST /path”.</summary>
    private static IEnumerable<string> Parts(Uri url) =>
        new[] { url.PathAndQuery }.Concat(url.Segments.Select(static segment => segment.Trim('/'))).Concat(url.Query.TrimStart('?').Split('&', '=')).Where(static part => part.Length >= MinSecretPart);
}

/// <summary>Registration of <see cref="HttpNotices"/>.</summary>
public static class HttpNoticeSetup
{
    /// <summary>Adds <see cref="HttpNotices"/> and its HTTP client to the module's container, and sets the container's <see cref="ModuleHttpOptions"/>.</summary>
    public static IServiceCollection AddHttpNotices(this IServiceCollection services, HttpNoticeOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddSingleton(options).AddSingleton<HttpNotices>();
        services.Configure<ModuleHttpOptions>(http =>
        {
            (http.AttemptTimeout, http.TotalTimeout) = (options.Timeout, options.Timeout);
            (http.MaxAttempts, http.MaxResponseBytes) = (1, HttpNotices.MaxAnswerBytes);
        });
        services.AddHttpClient(HttpNotices.ClientName).UseSocketsHttpHandler((handler, _) => handler.OnlyPublic(options.AllowPrivateAddresses));
        return services;
    }
}
