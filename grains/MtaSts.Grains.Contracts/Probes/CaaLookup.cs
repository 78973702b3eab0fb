using MtaSts.Modules.Dns;

namespace MtaSts.Grains;

/// <summary>The CAA records that count for a domain's policy host (RFC 8659 §3), and whom they were compared with.</summary>
/// <param name="Status"><c>Found</c>, or <c>NoData</c> when no name up to the root has any; <c>Failed</c> when a name that counts gave no answer.</param>
/// <param name="Owner">The name they stand at: the policy host, one above it, or the end of an alias of one of these.</param>
/// <param name="Values">In presentation format: <c>0 issue "letsencrypt.org"</c>.</param>
/// <param name="Authorities">The issuer domain names of the hostname provider's authorities at that time.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.CaaLookup")]
public sealed record CaaLookup(
    [property: Id(0)] DnsStatus Status,
    [property: Id(1)] string? Owner,
    [property: Id(2)] IReadOnlyList<string> Values,
    [property: Id(3)] IReadOnlyList<string> Authorities,
    [property: Id(4)] string? Problem);
