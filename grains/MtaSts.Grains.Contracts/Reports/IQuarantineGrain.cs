using System.Text.Json.Serialization;

namespace MtaSts.Grains;

/// <summary>A part of an envelope that cannot be read although other parts were counted.</summary>
/// <param name="Where">The path to the part, by number and name, such as <c>part 2 (reports.zip), file 3 (r3.json)</c>.</param>
/// <param name="Code">The cause, for programs: a name of <see cref="Protocol.Reports.RefusalReason"/>.</param>
/// <param name="Reason">The cause, and what to do.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.UnreadPart")]
public sealed record UnreadPart(
    [property: Id(0), JsonPropertyName("where")] string Where,
    [property: Id(1), JsonPropertyName("code")] string Code,
    [property: Id(2), JsonPropertyName("reason")] string Reason);

/// <summary>An envelope in quarantine, or parts of one whose other parts were counted.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.QuarantineItem")]
public sealed record QuarantineItem(
    [property: Id(0), JsonPropertyName("id")] string Id,
    [property: Id(1), JsonPropertyName("receivedAt")] DateTimeOffset ReceivedAt,
    [property: Id(2), JsonPropertyName("source")] string Source,
    [property: Id(3), JsonPropertyName("size")] int Size,
    [property: Id(4), JsonPropertyName("code")] string Code,
    [property: Id(5), JsonPropertyName("reason")] string Reason,
    [property: Id(6), JsonPropertyName("fileName")] string? FileName)
{
    /// <summary>Its domains that the workspace has not claimed; only with <see cref="QuarantineCodes.NotYours"/> and <see cref="QuarantineCodes.PartlyNotYours"/>, at most <see cref="IQuarantineGrain.MaxUnclaimed"/>.</summary>
    [Id(7), JsonPropertyName("unclaimed")] public IReadOnlyList<string> Unclaimed { get; init; } = [];

    /// <summary>The decoder that could not read it (see <see cref="Protocol.Reports.ReportDecoder.Version"/>); a newer one retries automatically.</summary>
    [Id(8), JsonPropertyName("decoderVersion")] public int DecoderVersion { get; init; }

    /// <summary>When it was quarantined; a mail may have been in a mailbox for a long time. Null when unknown.</summary>
    [Id(9), JsonPropertyName("putAt")] public DateTimeOffset? PutAt { get; init; }

    /// <summary>Maximum number of listed parts.</summary>
    public const int MaxParts = 10;

    /// <summary>The unreadable parts of a counted envelope; at most <see cref="MaxParts"/>. The bytes are stored with the envelope. Empty: the whole envelope is in quarantine.</summary>
    [Id(11), JsonPropertyName("parts")] public IReadOnlyList<UnreadPart> Parts { get; init; } = [];

    /// <summary>The domain of the report address that received it; null for an upload. Each has its own quota.</summary>
    [Id(50), JsonPropertyName("addressedTo")] public string? AddressedTo { get; init; }

    /// <summary>The network that sent it (an IPv4 /24 or IPv6 /48); null where it does not distinguish senders. Each has its own quota.</summary>
    [Id(51), JsonPropertyName("network")] public string? Network { get; init; }

    /// <summary>Signed by its submitter, uploaded by a member, or from a known reporter: it is deleted last.</summary>
    [Id(52), JsonPropertyName("isVouchedFor")] public bool IsVouchedFor { get; init; }

    /// <summary>Content hashes of its reports: it is removed when a copy is counted. At most <see cref="IQuarantineGrain.MaxContents"/>.</summary>
    [Id(53), JsonPropertyName("contents")] public IReadOnlyList<string> Contents { get; init; } = [];
}

/// <summary>Why an envelope is in quarantine, in addition to the decoder's reasons (<see cref="Protocol.Reports.RefusalReason"/>).</summary>
public static class QuarantineCodes
{
    /// <summary>The decoder itself failed: a bug.</summary>
    public const string DecoderFault = "decoder-fault";

    /// <summary>About domains the workspace has not claimed.</summary>
    public const string NotYours = "not-yours";

    /// <summary>Counted, except parts about domains the workspace has not claimed.</summary>
    public const string PartlyNotYours = "partly-not-yours";

    /// <summary>About an MX host of several of the workspace's domains, and addressed to none of them.</summary>
    public const string AmbiguousMxHost = "ambiguous-mx-host";

    /// <summary>It names no domain, and no other data identifies the domain.</summary>
    public const string NoDomain = "no-domain";

    /// <summary>Its day is not possible for a report.</summary>
    public const string DayOutOfRange = "day-out-of-range";

    /// <summary>More sessions than plausible.</summary>
    public const string ImplausibleCount = "implausible-count";

    /// <summary>It contains nothing to count.</summary>
    public const string NoPolicies = "no-policies";

    /// <summary>Another report with the same identity but different content was counted before.</summary>
    public const string Conflict = "conflict";

    /// <summary>Not signed by its submitter, and the workspace counts only such reports.</summary>
    public const string Unauthenticated = "unauthenticated";

    /// <summary>Whether a newer decoder may read it.</summary>
    public static bool IsDecoding(string code) => code == DecoderFault || Enum.TryParse<Protocol.Reports.RefusalReason>(code, out _);
}

/// <summary>A workspace's quarantine in numbers.</summary>
/// <param name="Items">Envelopes in it.</param>
/// <param name="Bytes">Their size in bytes.</param>
/// <param name="Dropped">Envelopes ever deleted because the quarantine was full.</param>
/// <param name="LastDropped">When the last one was deleted.</param>
/// <param name="KeptDays">Days after which an envelope is deleted: the plan's retention of report bytes.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.QuarantineSummary")]
public sealed record QuarantineSummary(
    [property: Id(0)] int Items,
    [property: Id(1)] long Bytes,
    [property: Id(2)] long Dropped,
    [property: Id(3)] DateTimeOffset? LastDropped,
    [property: Id(4)] int KeptDays);

/// <summary>
/// Unreadable and unattributed reports of a workspace. Bounded for each report address and, within it, for each network: a new report never displaces one of
/// another address, or an upload. The network that sent most loses first: mails without a report, then unreadable ones, then other unverified reports; the number deleted is shown. Items older than the plan's retention of report bytes are deleted. Key: <c>qt-{workspace}</c>.
/// </summary>
[Alias("MtaSts.IQuarantineGrain")]
public interface IQuarantineGrain : IGrainWithStringKey
{
    /// <summary>Envelopes kept for all report addresses. Anyone who knows a report address can send to it and could fill the store. Uploads have their own limit.</summary>
    const int MaxItems = 1_000;

    /// <summary>Bytes kept, for the same reason.</summary>
    const long MaxBytes = 256L * 1024 * 1024;

    /// <summary>Envelopes kept for one report address.</summary>
    const int MaxItemsOfAddress = 250;

    /// <summary>Their bytes.</summary>
    const long MaxBytesOfAddress = 64L * 1024 * 1024;

    /// <summary>Envelopes kept for uploads: as many as one upload may contain.</summary>
    const int MaxItemsOfUploads = 1_000;

    /// <summary>Content hashes kept for one envelope.</summary>
    const int MaxContents = 16;

    /// <summary>Unclaimed domains kept for one envelope.</summary>
    const int MaxUnclaimed = 10;

    [Alias("Put"), Orleans.Concurrency.AlwaysInterleave]
    Task Put(QuarantineItem item);

    [Alias("Remove"), Orleans.Concurrency.AlwaysInterleave]
    Task Remove(string id);

    /// <summary>Deletes an envelope permanently; returns when the decision is durable. Unknown ids are ignored.</summary>
    [Alias("Discard"), Orleans.Concurrency.AlwaysInterleave]
    Task Discard(string id);

    /// <summary>
    /// A report with one of these contents was counted: an unsigned or conflicting item with the same content is replayed, and removed if it is
    /// a copy. Returns when this is durable; the replay follows.
    /// </summary>
    [Alias("Counted"), Orleans.Concurrency.AlwaysInterleave]
    Task Counted(IReadOnlyList<string> contents);

    /// <summary>Whether an envelope is in quarantine.</summary>
    [Alias("Has"), Orleans.Concurrency.AlwaysInterleave]
    Task<bool> Has(string id);

    /// <summary>Newest first.</summary>
    [Alias("List"), Orleans.Concurrency.AlwaysInterleave]
    Task<Page<QuarantineItem>> List(string? after, int limit);

    [Alias("GetSummary"), Orleans.Concurrency.AlwaysInterleave]
    Task<QuarantineSummary> GetSummary();

    /// <summary>Deletes the state of an empty quarantine, for a workspace that is being deleted. May be repeated.</summary>
    /// <returns>False: it contains items, or items are still being deleted; retry.</returns>
    [Alias("Close"), Orleans.Concurrency.AlwaysInterleave]
    Task<bool> Close();
}
