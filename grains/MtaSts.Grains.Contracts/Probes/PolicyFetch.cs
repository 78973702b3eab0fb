namespace MtaSts.Grains;

/// <summary>What came of fetching a policy over the public network, as the strictest known sender would.</summary>
/// <param name="At">When it began.</param>
/// <param name="Problem">What senders stumble over, for people; null when nothing.</param>
/// <param name="BodyHash">SHA-256 of the body in lower-case hexadecimal; null when not every address gave the same usable one.</param>
/// <param name="Addresses">The addresses that were asked.</param>
/// <param name="CertificateExpiresAt">The earliest end of the certificates shown; null when none was.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.PolicyFetch")]
public sealed record PolicyFetch(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] string? Problem,
    [property: Id(2)] string? BodyHash,
    [property: Id(3)] IReadOnlyList<string> Addresses,
    [property: Id(4)] DateTimeOffset? CertificateExpiresAt)
{
    /// <summary>The hash that <see cref="BodyHash"/> is compared with.</summary>
    public static string HashOf(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(body));
}

/// <summary>Fetches policies over the public network. Safe for concurrent use.</summary>
public interface IPolicyFetcher
{
    /// <summary>Bounded in time, size and number of addresses; what goes wrong is told, not thrown. Null: this service does not look from outside.</summary>
    /// <param name="policyHost">In A-labels, without trailing dot.</param>
    /// <param name="cancellationToken">Ends the fetch, which then has a problem.</param>
    Task<PolicyFetch?> FetchAsync(string policyHost, CancellationToken cancellationToken);
}
