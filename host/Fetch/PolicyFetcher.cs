using System.Net;
using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Host.Fetch;

/// <summary>
/// Fetches a policy from each of its host's addresses as the strictest known sender would: a valid certificate under TLS 1.2 or later, status 200
/// without a redirect, text/plain, a readable policy, within two seconds, the same from everywhere (RFC 8461 §3.3).
/// </summary>
internal sealed class PolicyFetcher(IDnsLookup dns, TrustedRoots roots, FetchIdentity identity, IOptions<FetchOptions> options, TimeProvider clock) : IPolicyFetcher
{
    /// <summary>The most impatient sender known gives up after this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>How long we wait, to tell slow from dead.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(6);

    /// <summary>Senders know no other port; tests may not have it.</summary>
    internal int Port { get; init; } = 443;

    public async Task<PolicyFetch?> FetchAsync(string policyHost, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        var (addresses, problem) = await HostAddresses.FindAsync(dns, options.Value, policyHost, cancellationToken);
        if (problem is not null)
            return new PolicyFetch(at, problem, null, [.. addresses.Select(address => address.ToString())], null);
        var answers = await Task.WhenAll(addresses.Select(address => AskAsync(policyHost, address, cancellationToken)));
        problem = answers.Select(answer => answer.Problem).FirstOrDefault(text => text is not null);
        var hashes = answers.Select(answer => answer.BodyHash).Distinct().ToArray();
        if (problem is null && hashes.Length > 1)
            problem = "Its addresses give different policies.";
        return new PolicyFetch(at, problem, problem is null ? hashes[0] : null, [.. addresses.Select(address => address.ToString())], answers.Min(answer => answer.CertificateExpiresAt));
    }

    private async Task<Answer> AskAsync(string policyHost, IPAddress address, CancellationToken cancellationToken)
    {
        DateTimeOffset? expires = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        using var client = identity.Client(PinnedHandler.To(address, _ => Port, roots, certificateExpiry => expires = certificateExpiry));
        var began = clock.GetTimestamp();
        try
        {
            using var response = await client.GetAsync(new Uri($"https://{policyHost}/.well-known/mta-sts.txt"), HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var judged = PolicyResponse.Judge((int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), response.Content.Headers.ContentLength);
            if (judged is not PolicyResponse.Usable)
            {
                var told = ProxyAnswer.Explain((int)response.StatusCode, response.Headers, response.Content.Headers.ContentType, await ReadAsync(response, ProxyAnswer.SampleBytes, limit.Token));
                return new Answer($"{address}: {told ?? (judged is PolicyResponse.Refused refused ? refused.Reason : "The answer is 404: there is no policy.")}", null, expires);
            }
            var body = await ReadAsync(response, PolicyReader.MaxSize + 1, limit.Token);
            if (body.Length > PolicyReader.MaxSize)
                return new Answer($"{address}: The answer is larger than the {PolicyReader.MaxSize} bytes that senders read.", null, expires);
            if (PolicyReader.ReadTolerant(body) is PolicyReading.Refused unreadable)
            {
                var told = ProxyAnswer.Explain((int)response.StatusCode, response.Headers, response.Content.Headers.ContentType, body);
                return new Answer($"{address}: {told ?? $"What is served there is no policy: {unreadable.Problems[0].Message}"}", null, expires);
            }
            var took = clock.GetElapsedTime(began);
            return took > Patience
                ? new Answer($"{address}: The answer took {took.TotalSeconds:0.0} s; some senders wait for 2.", null, expires)
                : new Answer(null, PolicyFetch.HashOf(body), expires);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            return new Answer($"{address}: {PinnedHandler.Reason(exception)}", null, expires);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, int most, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[most];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return buffer[..length];
    }

    private sealed record Answer(string? Problem, string? BodyHash, DateTimeOffset? CertificateExpiresAt);
}
