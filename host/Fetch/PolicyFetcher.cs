using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;

namespace MtaSts.Host.Fetch;

/// <summary>
/// Fetches a policy from each of its host's addresses as the strictest known sender would: a valid certificate under TLS 1.2 or later, status 200
/// without a redirect, text/plain, a readable policy, within two seconds, the same from everywhere (RFC 8461 §3.3).
/// </summary>
internal sealed class PolicyFetcher(IDnsLookup dns, TrustedRoots roots, IOptions<FetchOptions> options, TimeProvider clock) : IPolicyFetcher
{
    /// <summary>Addresses asked of one host; a zone may name hundreds.</summary>
    private const int MaxAddresses = 8;

    private const int MaxHeaderKilobytes = 16;

    /// <summary>The most impatient sender known gives up after this.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>How long we wait, to tell slow from dead.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(6);

    /// <summary>Senders know no other port; tests may not have it.</summary>
    internal int Port { get; init; } = 443;

    public async Task<PolicyFetch?> FetchAsync(string policyHost, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        var (addresses, problem) = await AddressesAsync(policyHost, cancellationToken);
        if (problem is not null)
            return new PolicyFetch(at, problem, null, [.. addresses.Select(address => address.ToString())], null);
        var answers = await Task.WhenAll(addresses.Select(address => AskAsync(policyHost, address, cancellationToken)));
        problem = answers.Select(answer => answer.Problem).FirstOrDefault(text => text is not null);
        var hashes = answers.Select(answer => answer.BodyHash).Distinct().ToArray();
        if (problem is null && hashes.Length > 1)
            problem = "Its addresses give different policies.";
        return new PolicyFetch(at, problem, problem is null ? hashes[0] : null, [.. addresses.Select(address => address.ToString())], answers.Min(answer => answer.CertificateExpiresAt));
    }

    private async Task<(IReadOnlyList<IPAddress> Addresses, string? Problem)> AddressesAsync(string policyHost, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(dns.QueryAsync(policyHost, DnsType.A, cancellationToken), dns.QueryAsync(policyHost, DnsType.Aaaa, cancellationToken));
        var addresses = found.SelectMany(answer => answer.Records).Select(record => IPAddress.TryParse(record.Value, out var address) ? address : null).OfType<IPAddress>().Distinct().Take(MaxAddresses).ToArray();
        if (found.FirstOrDefault(answer => answer.Status == DnsStatus.Failed) is { } failed)
            return (addresses, $"The DNS gave no answer for the addresses of {policyHost} ({failed.Problem}).");
        if (addresses.Length == 0)
            return (addresses, $"{policyHost} has no address in the DNS.");
        return !options.Value.AllowPrivateAddresses && addresses.FirstOrDefault(address => !PublicAddress.Is(address)) is { } inside
            ? (addresses, $"{policyHost} has the address {inside}, which is not one of the public network.")
            : (addresses, null);
    }

    private async Task<Answer> AskAsync(string policyHost, IPAddress address, CancellationToken cancellationToken)
    {
        DateTimeOffset? expires = null;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        using var client = new HttpClient(Handler(address, certificateExpiry => expires = certificateExpiry));
        var began = clock.GetTimestamp();
        try
        {
            using var response = await client.GetAsync(new Uri($"https://{policyHost}/.well-known/mta-sts.txt"), HttpCompletionOption.ResponseHeadersRead, limit.Token);
            var judged = PolicyResponse.Judge((int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), response.Content.Headers.ContentLength);
            if (judged is not PolicyResponse.Usable)
                return new Answer($"{address}: {(judged is PolicyResponse.Refused refused ? refused.Reason : "The answer is 404: there is no policy.")}", null, expires);
            var body = await ReadAsync(response, limit.Token);
            if (body.Length > PolicyReader.MaxSize)
                return new Answer($"{address}: The answer is larger than the {PolicyReader.MaxSize} bytes that senders read.", null, expires);
            if (PolicyReader.ReadTolerant(body) is PolicyReading.Refused unreadable)
                return new Answer($"{address}: What is served there is no policy: {unreadable.Problems[0].Message}", null, expires);
            var took = clock.GetElapsedTime(began);
            return took > Patience
                ? new Answer($"{address}: The answer took {took.TotalSeconds:0.0} s; some senders wait for 2.", null, expires)
                : new Answer(null, PolicyFetch.HashOf(body), expires);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            return new Answer($"{address}: {Reason(exception)}", null, expires);
        }
    }

    private SocketsHttpHandler Handler(IPAddress address, Action<DateTimeOffset> sawCertificate)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            MaxResponseHeadersLength = MaxHeaderKilobytes,
            ConnectCallback = async (_, cancellationToken) =>
            {
                // The address that was looked at, not one that a second look-up gives.
                var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(new IPEndPoint(address, Port), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        handler.SslOptions.EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => roots.Judge(certificate, chain, errors, sawCertificate);
        return handler;
    }

    private static async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var buffer = new byte[PolicyReader.MaxSize + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return buffer[..length];
    }

    private static string Reason(Exception exception) => exception switch
    {
        OperationCanceledException => "No answer in time.",
        HttpRequestException { InnerException: AuthenticationException } => "The certificate is not valid for this name, or TLS 1.2 is not offered.",
        HttpRequestException { InnerException: SocketException socket } => $"No connection ({socket.SocketErrorCode}).",
        _ => "The connection broke, or the answer was not HTTP.",
    };

    private sealed record Answer(string? Problem, string? BodyHash, DateTimeOffset? CertificateExpiresAt);
}
