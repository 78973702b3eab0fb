using System.Globalization;
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
/// Sends a question that only this service's gateways can answer to each address of a policy host. It uses HTTP, because there may be no certificate
/// yet; it follows one redirect to HTTPS on the same host and path, as sent by zones without plain HTTP.
/// </summary>
internal sealed class ReachProbe(IDnsLookup dns, ReachProof proof, TrustedRoots roots, FetchIdentity identity, IOptions<FetchOptions> options, TimeProvider clock) : IReachProbe
{
    private const int HttpPort = 80;
    private const int HttpsPort = 443;
    private const string CloudflareHeader = "CF-Ray";

    /// <summary>For the question and its redirect together.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(4);

    /// <summary>Public hosts use no other ports; tests may have no right to use them.</summary>
    internal Func<int, int> Port { get; init; } = static port => port;

    public async Task<Reach> ReachAsync(string domain, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        var host = DomainName.Parse(domain).PolicyHost;
        var found = await HostAddresses.FindAsync(dns, options.Value, host, clock, cancellationToken);
        if (found.Fault is not null)
            return new Reach(at, false, found.Fault, found.Texts);
        var answers = await Task.WhenAll(found.Addresses.Select(address => AskAsync(domain, host, address, cancellationToken)));
        // An address that cannot be reached from here is ignored, because some networks have no IPv6; one with another answer is a different server.
        var other = answers.FirstOrDefault(answer => answer is { IsOurs: false, HasAnswered: true }) ?? (answers.Any(answer => answer.IsOurs) ? null : answers[0]);
        return new Reach(at, other is null, other?.Fault, found.Texts, answers.Any(answer => answer.ThroughCloudflare));
    }

    private async Task<Answer> AskAsync(string domain, string host, IPAddress address, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(Limit, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
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
            return new Answer(false, false, PinnedHandler.Fault(exception, address), false);
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
        var told = ProxyAnswer.Recognise(address, status, response.Headers, response.Content.Headers.ContentType, buffer.AsSpan(0, length));
        if (response.StatusCode != HttpStatusCode.OK)
            return new Answer(false, true, told ?? Other(address, status.ToString(CultureInfo.InvariantCulture)), throughCloudflare);
        var expected = Encoding.ASCII.GetBytes(proof.Answer(domain, question) ?? "");
        return CryptographicOperations.FixedTimeEquals(buffer.AsSpan(0, length), expected)
            ? new Answer(true, true, null, throughCloudflare)
            : new Answer(false, true, told ?? Other(address, null), throughCloudflare);
    }

    private static FetchFault Other(IPAddress address, string? status) => new(FetchFaultKind.OtherServer, address.ToString(), status);

    private sealed record Answer(bool IsOurs, bool HasAnswered, FetchFault? Fault, bool ThroughCloudflare);
}
