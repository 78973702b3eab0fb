using System.Text.Json.Serialization;
using MtaSts.Protocol;

namespace MtaSts.Grains;

/// <summary>Why senders cannot get a policy from a policy host.</summary>
/// <param name="Address">The queried address; null when the fault concerns no address.</param>
/// <param name="Detail">See <see cref="FetchFaultKind"/>; null where the kind has none.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.FetchFault")]
public sealed record FetchFault([property: Id(0), JsonPropertyName("kind")] FetchFaultKind Kind, [property: Id(1), JsonPropertyName("address")] string? Address = null, [property: Id(2), JsonPropertyName("detail")] string? Detail = null)
{
    /// <summary>Human-readable; generated on each call, never stored.</summary>
    [JsonIgnore]
    public string Text => FetchFaults.Describe(Kind, Address, Detail);

    /// <summary><see cref="FetchFaults.IsConclusive"/>.</summary>
    [JsonIgnore]
    public bool IsConclusive => FetchFaults.IsConclusive(Kind);
}
