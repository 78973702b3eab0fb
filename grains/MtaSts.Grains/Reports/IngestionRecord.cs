using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Reports;

/// <summary>An envelope as it is stored: the bytes as they came, and how far it has come.</summary>
internal sealed record IngestionRecord
{
    [JsonPropertyName("source")] public string Source { get; init; } = "";
    [JsonPropertyName("receivedAt")] public DateTimeOffset ReceivedAt { get; init; }
    [JsonPropertyName("raw")] public byte[] Raw { get; init; } = [];

    /// <summary>What <see cref="Raw"/> said, normalised and packed, since the bytes were let go.</summary>
    [JsonPropertyName("decoded")] public byte[]? Decoded { get; init; }

    /// <summary>How many bytes there were before they were let go.</summary>
    [JsonPropertyName("size")] public int? Size { get; init; }

    [JsonPropertyName("workspace")] public string Workspace { get; init; } = "";
    [JsonPropertyName("domain")] public string? Domain { get; init; }
    [JsonPropertyName("peer")] public string? Peer { get; init; }
    [JsonPropertyName("fileName")] public string? FileName { get; init; }
    [JsonPropertyName("state")] public IngestionState State { get; init; }
    [JsonPropertyName("mended")] public ImmutableArray<string> Mended { get; init; } = [];
    [JsonPropertyName("code")] public string? Code { get; init; }
    [JsonPropertyName("reason")] public string? Reason { get; init; }
    [JsonPropertyName("domains")] public ImmutableArray<string> Domains { get; init; } = [];

    /// <summary>What is still to be applied; stored with the envelope, so that a retry applies the same.</summary>
    [JsonPropertyName("pending")] public ImmutableArray<PendingContribution> Pending { get; init; } = [];

    public EnvelopeMessage ToEnvelope() => new() { Source = Source, ReceivedAt = ReceivedAt, Raw = Raw, WorkspaceId = Workspace, Domain = Domain, Peer = Peer, FileName = FileName };
}

/// <summary>A contribution on its way to a scorecard.</summary>
internal sealed record PendingContribution(
    [property: JsonPropertyName("domain")] string Domain,
    [property: JsonPropertyName("contribution")] ScorecardContribution Contribution);
