using System.Globalization;
using System.Net;
using System.Text;
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

    /// <summary>How long the service waits, to distinguish a slow host from an unreachable one.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(6);

    /// <summary>A policy with more mx lines is usable, but its content is not kept. Bounds: the stored state; the size limit allows thousands.</summary>
    private const int MaxMx = 500;

    /// <summary>Senders use no other port; tests may have no right to use it.</summary>
    internal int Port { get; init; } = 443;

    public async Task<PolicyFetch?> FetchAsync(string policyHost, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        var host = await HostAddresses.FindAsync(dns, options.Value, policyHost, clock, cancellationToken);
        if (host.Fault is not null)
            return new PolicyFetch(at, host.Fault, null, host.Texts, null);
        var answers = await Task.WhenAll(host.Addresses.Select(address => AskAsync(policyHost, address, cancellationToken)));
        var fault = answers.Select(answer => answer.Fault).FirstOrDefault(found => found is not null);
        var hashes = answers.Select(answer => answer.BodyHash).Distinct().ToArray();
        if (fault is null && hashes.Length > 1)
            fault = new FetchFault(FetchFaultKind.Differs);
        var certificate = answers.Where(answer => answer.Certificate is not null).MinBy(answer => answer.Certificate!.Value.Until)?.Certificate;
        return new PolicyFetch(at, fault, fault is null ? hashes[0] : null, host.Texts, certificate?.Until)
        {
            Content = fault is null ? answers[0].Content : null,
            Body = fault is null && answers[0].Content is not null ? answers[0].Body : null,
            CertificateValidFrom = certificate?.From,
        };
    }

    private async Task<Answer> AskAsync(string policyHost, IPAddress address, CancellationToken cancellationToken)
    {
        (DateTimeOffset From, DateTimeOffset Until)? certificate = null;
        using var time = new CancellationTokenSource(Limit, clock);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        using var client = identity.Client(PinnedHandler.To(address, _ => Port, roots, shown => certificate = (shown.NotBefore.ToUniversalTime(), shown.NotAfter.ToUniversalTime())));
        var began = clock.GetTimestamp();
        try
        {
            using var response = await client.GetAsync(new Uri($"https://{policyHost}/.well-known/mta-sts.txt"), HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var judged = PolicyResponse.Judge((int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), response.Content.Headers.ContentLength);
            if (judged is not PolicyResponse.Usable)
            {
                var told = ProxyAnswer.Recognise(address, (int)response.StatusCode, response.Headers, response.Content.Headers.ContentType, await ReadAsync(response, ProxyAnswer.SampleBytes, limit.Token));
                return new Answer(told ?? Refused((int)response.StatusCode, response.Content.Headers.ContentLength), certificate);
            }
            var body = await ReadAsync(response, PolicyReader.MaxSize + 1, limit.Token);
            if (body.Length > PolicyReader.MaxSize)
                return new Answer(Fault(FetchFaultKind.TooLarge), certificate);
            var reading = PolicyReader.ReadTolerant(body);
            if (reading is PolicyReading.Refused unreadable)
            {
                var told = ProxyAnswer.Recognise(address, (int)response.StatusCode, response.Headers, response.Content.Headers.ContentType, body);
                return new Answer(told ?? Fault(FetchFaultKind.NotAPolicy, unreadable.Problems[0].Code), certificate);
            }
            var took = clock.GetElapsedTime(began);
            return took > Patience
                ? new Answer(Fault(FetchFaultKind.Slow, took.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)), certificate)
                : new Answer(null, certificate, PolicyFetch.HashOf(body), Content(((PolicyReading.Accepted)reading).Policy), Text(body));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            // The caller's cancellation shows nothing about the host.
            return new Answer(exception is OperationCanceledException && !time.IsCancellationRequested ? Fault(FetchFaultKind.NotTried) : PinnedHandler.Fault(exception, address), certificate);
        }

        FetchFault Fault(FetchFaultKind kind, string? detail = null) => new(kind, address.ToString(), detail);

        FetchFault Refused(int status, long? length) => status switch
        {
            404 => Fault(FetchFaultKind.NoPolicy),
            >= 300 and < 400 => Fault(FetchFaultKind.Redirect),
            200 when length > PolicyReader.MaxSize => Fault(FetchFaultKind.TooLarge),
            200 => Fault(FetchFaultKind.MediaType),
            _ => Fault(FetchFaultKind.Status, status.ToString(CultureInfo.InvariantCulture)),
        };
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, int most, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[most];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return buffer[..length];
    }

    private static PolicyContent? Content(Policy policy) => policy.Mx.Count > MaxMx ? null : new(policy.Mode, [.. policy.Mx.Select(static pattern => pattern.Value)], policy.MaxAge);

    private static string? Text(byte[] body) => body.Length <= PolicyFetch.MaxBody && Ascii.IsValid(body) ? Encoding.ASCII.GetString(body) : null;

    private sealed record Answer(FetchFault? Fault, (DateTimeOffset From, DateTimeOffset Until)? Certificate, string? BodyHash = null, PolicyContent? Content = null, string? Body = null);
}
