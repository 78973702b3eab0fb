using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Host.Gateway;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Host.Fetch;

/// <summary>
/// Asks a question through each address of a policy host that only our gateways can answer. By HTTP, because there may be no certificate yet; one redirect to
/// HTTPS is followed when it leads to the same host and path, as zones do it that know no plain HTTP.
/// </summary>
internal sealed class ReachProbe(IDnsLookup dns, ReachProof proof, TrustedRoots roots, FetchIdentity identity, IOptions<FetchOptions> options, TimeProvider clock) : IReachProbe
{
    private const int HttpPort = 80;
    private const int HttpsPort = 443;
    private const string CloudflareHeader = "CF-Ray";

    /// <summary>For the question and its redirect together; a check has ten seconds for everything.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    /// <summary>The world knows no other ports; tests may not have them.</summary>
    internal Func<int, int> Port { get; init; } = static port => port;

    public async Task<Reach> ReachAsync(string domain, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        var host = DomainName.Parse(domain).PolicyHost;
        var (addresses, problem) = await HostAddresses.FindAsync(dns, options.Value, host, cancellationToken);
        IReadOnlyList<string> texts = [.. addresses.Select(address => address.ToString())];
        if (problem is not null)
            return new Reach(at, false, problem, texts);
        var answers = await Task.WhenAll(addresses.Select(address => AskAsync(domain, host, address, cancellationToken)));
        // An address that cannot be reached from here counts for nothing, there are networks without IPv6; one that answers otherwise leads elsewhere.
        var other = answers.FirstOrDefault(answer => answer is { IsOurs: false, HasAnswered: true }) ?? (answers.Any(answer => answer.IsOurs) ? null : answers[0]);
        return new Reach(at, other is null, other?.Problem, texts, answers.Any(answer => answer.ThroughCloudflare));
    }

    private async Task<Answer> AskAsync(string domain, string host, IPAddress address, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        using var client = identity.Client(PinnedHandler.To(address, Port, roots, static _ => { }));
        var question = proof.NewQuestion(domain);
        try
        {
            using var response = await GetAsync(client, Uri.UriSchemeHttp, host, HttpPort, question, limit.Token);
            if (!IsToHttps(response, host, question))
                return await JudgeAsync(response, domain, question, address, limit.Token);
            using var secure = await GetAsync(client, Uri.UriSchemeHttps, host, HttpsPort, question, limit.Token);
            return await JudgeAsync(secure, domain, question, address, limit.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            return new Answer(false, false, $"{address}: {PinnedHandler.Reason(exception)}", false);
        }
    }

    private static Task<HttpResponseMessage> GetAsync(HttpClient client, string scheme, string host, int port, string question, CancellationToken cancellationToken) =>
        client.GetAsync(new UriBuilder(scheme, host, port, ReachProof.Path + question).Uri, HttpCompletionOption.ResponseHeadersRead, cancellationToken);

    private static bool IsToHttps(HttpResponseMessage response, string host, string question) =>
        (int)response.StatusCode is 301 or 302 or 303 or 307 or 308
        && response.Headers.Location is { IsAbsoluteUri: true, Query: "", UserInfo: "" } target
        && target.Scheme == Uri.UriSchemeHttps && target.Port == HttpsPort && string.Equals(target.Host, host, StringComparison.OrdinalIgnoreCase) && target.AbsolutePath == ReachProof.Path + question;

    private async Task<Answer> JudgeAsync(HttpResponseMessage response, string domain, string question, IPAddress address, CancellationToken cancellationToken)
    {
        var throughCloudflare = response.Headers.Contains(CloudflareHeader);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[ProxyAnswer.SampleBytes];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        var status = (int)response.StatusCode;
        var told = ProxyAnswer.Explain(status, response.Headers, response.Content.Headers.ContentType, buffer.AsSpan(0, length));
        if (response.StatusCode != HttpStatusCode.OK)
            return new Answer(false, true, $"{address}: {told ?? Refusal(status)}", throughCloudflare);
        var expected = Encoding.ASCII.GetBytes(proof.Answer(domain, question) ?? "");
        return CryptographicOperations.FixedTimeEquals(buffer.AsSpan(0, length), expected)
            ? new Answer(true, true, null, throughCloudflare)
            : new Answer(false, true, $"{address}: {told ?? "Another server answers there."}", throughCloudflare);
    }

    private static string Refusal(int status) => status switch
    {
        >= 300 and < 400 => $"A redirect ({status}) leads elsewhere.",
        404 => "Another server answers there, or the path is not passed on (404).",
        _ => $"The answer has the status {status}; a rule of the zone may have refused it.",
    };

    private sealed record Answer(bool IsOurs, bool HasAnswered, string? Problem, bool ThroughCloudflare);
}
