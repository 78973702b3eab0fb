using System.Text.Json.Serialization;
using MtaSts.Modules.Dns;

namespace MtaSts.Grains;

/// <summary>The relevant CAA records of a domain's policy host (RFC 8659 §3), and the authorities with which they are compared.</summary>
/// <param name="Status"><c>Found</c>; <c>NoData</c> when no name up to the root has CAA records; <c>Failed</c> when the lookup of a relevant name failed.</param>
/// <param name="Owner">The name at which the records are: the policy host, a parent, or the target of an alias of one of these.</param>
/// <param name="Values">The records in presentation format, such as <c>0 issue "letsencrypt.org"</c>.</param>
/// <param name="Authorities">The issuer domain names of the hostname provider's authorities at the time of the lookup.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.CaaLookup")]
public sealed record CaaLookup(
    [property: Id(0), JsonPropertyName("status")] DnsStatus Status,
    [property: Id(1), JsonPropertyName("owner")] string? Owner,
    [property: Id(2), JsonPropertyName("values")] IReadOnlyList<string> Values,
    [property: Id(3), JsonPropertyName("authorities")] IReadOnlyList<string> Authorities,
    [property: Id(4), JsonPropertyName("problem")] string? Problem);
