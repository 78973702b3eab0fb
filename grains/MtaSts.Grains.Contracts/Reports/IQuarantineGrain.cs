namespace MtaSts.Grains;

/// <summary>A part of an envelope that cannot be read although other parts were counted.</summary>
/// <param name="Where">Which: its number and name on the way to it, such as <c>part 2 (reports.zip), file 3 (r3.json)</c>.</param>
/// <param name="Code">Why, for programs: a name of <see cref="Protocol.Reports.RefusalReason"/>.</param>
/// <param name="Reason">Why, and what to do.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.UnreadPart")]
public sealed record UnreadPart(
    [property: Id(0)] string Where,
    [property: Id(1)] string Code,
    [property: Id(2)] string Reason);

/// <summary>An envelope in quarantine, or parts of one whose other parts were counted.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.QuarantineItem")]
public sealed record QuarantineItem(
    [property: Id(0)] string Id,
    [property: Id(1)] DateTimeOffset ReceivedAt,
    [property: Id(2)] string Source,
    [property: Id(3)] int Size,
    [property: Id(4)] string Code,
    [property: Id(5)] string Reason,
    [property: Id(6)] string? FileName)
{
    /// <summary>The domains it tells of that the workspace has not claimed; only with <see cref="QuarantineCodes.NotYours"/> and <see cref="QuarantineCodes.PartlyNotYours"/>, and at most <see cref="IQuarantineGrain.MaxUnclaimed"/>.</summary>
    [Id(7)] public IReadOnlyList<string> Unclaimed { get; init; } = [];

    /// <summary>The decoder that could not read it (see <see cref="Protocol.Reports.ReportDecoder.Version"/>); a newer one tries again by itself.</summary>
    [Id(8)] public int DecoderVersion { get; init; }

    /// <summary>When it was put here: a mail may have lain in a mailbox for long. Null: by an earlier build.</summary>
    [Id(9)] public DateTimeOffset? PutAt { get; init; }

    /// <summary>Parts that are listed.</summary>
    public const int MaxParts = 10;

    /// <summary>The parts that cannot be read, where the rest was counted; at most <see cref="MaxParts"/>. Their bytes are the envelope's. Empty: the whole envelope stands here.</summary>
    [Id(11)] public IReadOnlyList<UnreadPart> Parts { get; init; } = [];

    /// <summary>The domain whose report address it came to; null for an upload. Each has a quota of its own.</summary>
    [Id(50)] public string? AddressedTo { get; init; }

    /// <summary>The network it came from (an IPv4 /24 or IPv6 /48); null where that tells no senders apart. Each has a quota of its own.</summary>
    [Id(51)] public string? Network { get; init; }

    /// <summary>Signed by its submitter, brought by a member, or from a reporter that is known: it goes last.</summary>
    [Id(52)] public bool IsVouchedFor { get; init; }

    /// <summary>What it would count, by content: when a copy is counted it goes. At most <see cref="IQuarantineGrain.MaxContents"/>.</summary>
    [Id(53)] public IReadOnlyList<string> Contents { get; init; } = [];
}

/// <summary>Why an envelope stands in quarantine, beside the decoder's reasons (<see cref="Protocol.Reports.RefusalReason"/>).</summary>
public static class QuarantineCodes
{
    /// <summary>The decoder itself failed: a fault of ours.</summary>
    public const string DecoderFault = "decoder-fault";

    /// <summary>About domains the workspace has not claimed.</summary>
    public const string NotYours = "not-yours";

    /// <summary>Counted, but for parts about domains the workspace has not claimed.</summary>
    public const string PartlyNotYours = "partly-not-yours";

    /// <summary>About an MX host of several of the workspace's domains, and addressed to none of them.</summary>
    public const string AmbiguousMxHost = "ambiguous-mx-host";

    /// <summary>It names no domain, and nothing else tells which is meant.</summary>
    public const string NoDomain = "no-domain";

    /// <summary>Of a day that no report can be about.</summary>
    public const string DayOutOfRange = "day-out-of-range";

    /// <summary>More sessions than any sender has.</summary>
    public const string ImplausibleCount = "implausible-count";

    /// <summary>Nothing in it to count.</summary>
    public const string NoPolicies = "no-policies";

    /// <summary>Another report of the same identity and other content was counted before.</summary>
    public const string Conflict = "conflict";

    /// <summary>Not signed by its submitter, and the workspace counts only such reports.</summary>
    public const string Unauthenticated = "unauthenticated";

    /// <summary>Whether a newer decoder may make a difference.</summary>
    public static bool IsDecoding(string code) => code == DecoderFault || Enum.TryParse<Protocol.Reports.RefusalReason>(code, out _);
}

/// <summary>A workspace's quarantine in numbers.</summary>
/// <param name="Items">Envelopes in it.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Dropped">Envelopes that were deleted because it was full, ever.</param>
/// <param name="LastDropped">When the last was.</param>
/// <param name="KeptDays">After how many days an envelope goes from here: when the plan keeps no report's bytes any longer.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.QuarantineSummary")]
public sealed record QuarantineSummary(
    [property: Id(0)] int Items,
    [property: Id(1)] long Bytes,
    [property: Id(2)] long Dropped,
    [property: Id(3)] DateTimeOffset? LastDropped,
    [property: Id(4)] int KeptDays);

/// <summary>
/// What could not be read or attributed in a workspace. Bounded for each report address and, within it, for each network: what comes in pushes out nothing of
/// another address. Mails that hold no report go first, then what cannot be read, then unverified reports; how many were deleted is kept and shown. What has been here longer than the plan keeps the bytes of reports is deleted. Key: <c>qt-{workspace}</c>.
/// </summary>
[Alias("MtaSts.IQuarantineGrain")]
public interface IQuarantineGrain : IGrainWithStringKey
{
    /// <summary>Envelopes kept. Whoever knows a report address can send to it: without a bound they would fill the store.</summary>
    const int MaxItems = 1_000;

    /// <summary>Bytes kept, for the same reason.</summary>
    const long MaxBytes = 256L * 1024 * 1024;

    /// <summary>Envelopes kept of one report address.</summary>
    const int MaxItemsOfAddress = 250;

    /// <summary>Their bytes.</summary>
    const long MaxBytesOfAddress = 64L * 1024 * 1024;

    /// <summary>Contents that are kept of one envelope.</summary>
    const int MaxContents = 16;

    /// <summary>Unclaimed domains that are kept of one envelope.</summary>
    const int MaxUnclaimed = 10;

    [Alias("Put"), Orleans.Concurrency.AlwaysInterleave]
    Task Put(QuarantineItem item);

    [Alias("Remove"), Orleans.Concurrency.AlwaysInterleave]
    Task Remove(string id);

    /// <summary>Deletes an envelope for good; returns when that is decided and durable. Unknown ids are ignored.</summary>
    [Alias("Discard"), Orleans.Concurrency.AlwaysInterleave]
    Task Discard(string id);

    /// <summary>
    /// A report with one of these contents was counted: what stands here with the same content, unsigned or in conflict, is replayed, and goes when it turns out to be
    /// a copy. Returns when that is durable; the replay follows.
    /// </summary>
    [Alias("Counted"), Orleans.Concurrency.AlwaysInterleave]
    Task Counted(IReadOnlyList<string> contents);

    /// <summary>Newest first.</summary>
    [Alias("List"), Orleans.Concurrency.AlwaysInterleave]
    Task<Page<QuarantineItem>> List(string? after, int limit);

    [Alias("GetSummary"), Orleans.Concurrency.AlwaysInterleave]
    Task<QuarantineSummary> GetSummary();

    /// <summary>Forgets that there was a quarantine; for a workspace that is being deleted. May be repeated.</summary>
    /// <returns>False: something stands in it, or is still being deleted; try again.</returns>
    [Alias("Close"), Orleans.Concurrency.AlwaysInterleave]
    Task<bool> Close();
}
