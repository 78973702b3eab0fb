using System.Text.Json.Serialization;
using MtaSts.Protocol;

namespace MtaSts.Grains;

/// <summary>The result of fetching a policy over the public network, by the rules of the strictest known sender.</summary>
/// <param name="At">Start of the fetch.</param>
/// <param name="Fault">What prevents senders from using the policy; null when nothing does.</param>
/// <param name="BodyHash">SHA-256 of the body in lower-case hexadecimal; null unless every address returned the same usable body.</param>
/// <param name="Addresses">The queried addresses.</param>
/// <param name="CertificateExpiresAt">The earliest expiry of the certificates that the addresses presented; null when there was no certificate.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.PolicyFetch")]
public sealed record PolicyFetch(
    [property: Id(0), JsonPropertyName("at")] DateTimeOffset At,
    [property: Id(1), JsonPropertyName("fault")] FetchFault? Fault,
    [property: Id(2), JsonPropertyName("bodyHash")] string? BodyHash,
    [property: Id(3), JsonPropertyName("addresses")] IReadOnlyList<string> Addresses,
    [property: Id(4), JsonPropertyName("certificateExpiresAt")] DateTimeOffset? CertificateExpiresAt)
{
    /// <summary>The content of the policy; null unless every address returned the same usable policy, and null for a policy with hundreds of mx lines.</summary>
    [Id(5), JsonPropertyName("content")] public PolicyContent? Content { get; init; }

    /// <summary>Maximum characters of <see cref="Body"/>: bounds the stored state.</summary>
    public const int MaxBody = 4_096;

    /// <summary>The policy file of another service, byte for byte; null when it is longer than <see cref="MaxBody"/>, not ASCII, or has no <see cref="Content"/>.</summary>
    [Id(7), JsonPropertyName("body")] public string? Body { get; init; }

    /// <summary>When the certificate of <see cref="CertificateExpiresAt"/> became valid.</summary>
    [Id(6), JsonPropertyName("certificateValidFrom")] public DateTimeOffset? CertificateValidFrom { get; init; }

    /// <summary>Returns the hash of a body, for comparison with <see cref="BodyHash"/>.</summary>
    public static string HashOf(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(body));
}

/// <summary>Fetches policies over the public network. Safe for concurrent use.</summary>
public interface IPolicyFetcher
{
    /// <summary>Fetches a policy. Time, size and the number of addresses are limited; failures are returned, not thrown. Null when this service is configured not to fetch from outside.</summary>
    /// <param name="policyHost">In A-labels, without trailing dot.</param>
    /// <param name="cancellationToken">Cancels the fetch, which then has the fault <see cref="FetchFaultKind.NotTried"/> unless it was complete.</param>
    Task<PolicyFetch?> FetchAsync(string policyHost, CancellationToken cancellationToken);
}
