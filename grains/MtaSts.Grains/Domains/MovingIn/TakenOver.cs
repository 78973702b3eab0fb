using System.Text.Json.Serialization;

namespace MtaSts.Grains.Domains;

/// <summary>A policy of another service that a claim has taken over unchanged.</summary>
/// <param name="SeenAt">When the other service was last seen to serve it; updated once a day.</param>
internal sealed record TakenOver([property: JsonPropertyName("content")] PolicyContent Content, [property: JsonPropertyName("seenAt")] DateTimeOffset SeenAt);
