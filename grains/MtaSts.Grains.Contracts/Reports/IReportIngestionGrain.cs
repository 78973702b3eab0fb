namespace MtaSts.Grains;

/// <summary>An envelope in a call to its ingestion grain (see MtaSts.Modules.Reports.Envelope).</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.EnvelopeMessage")]
public sealed record EnvelopeMessage
{
    [Id(0)] public required string Source { get; init; }
    [Id(1)] public required DateTimeOffset ReceivedAt { get; init; }
    [Id(2)] public required byte[] Raw { get; init; }

    /// <summary>The workspace of the claim it was addressed to, or that uploaded it.</summary>
    [Id(3)] public required string WorkspaceId { get; init; }

    /// <summary>The domain of the claim it was addressed to; null for an upload.</summary>
    [Id(4)] public string? Domain { get; init; }
    [Id(5)] public string? Peer { get; init; }
    [Id(6)] public string? FileName { get; init; }

    /// <summary>The token it was addressed to; null for an upload.</summary>
    [Id(40)] public string? Token { get; init; }

    /// <summary>It was already acknowledged to its sender: it is not refused for lack of room.</summary>
    [Id(60)] public bool IsPromised { get; init; }
}

/// <summary>The result of storing an envelope.</summary>
[GenerateSerializer, Alias("MtaSts.AcceptOutcome")]
public enum AcceptOutcome
{
    /// <summary>Stored now.</summary>
    New,

    /// <summary>Stored before.</summary>
    Again,

    /// <summary>Not stored: its report address has no room now (see <see cref="IReportShareGrain"/>).</summary>
    Later,
}

/// <summary>The processing state of an envelope.</summary>
[GenerateSerializer, Alias("MtaSts.IngestionState")]
public enum IngestionState
{
    /// <summary>Durable; not yet in every scorecard it concerns.</summary>
    Stored,

    /// <summary>In every scorecard it concerns.</summary>
    Counted,

    /// <summary>Every report in it was counted before from another envelope.</summary>
    Duplicate,

    /// <summary>Could not be decoded or attributed; nothing of it was counted.</summary>
    Quarantined,
}

/// <summary>The result of processing an envelope.</summary>
/// <param name="Mended">Human-readable corrections by the decoder and omissions by attribution.</param>
/// <param name="Reason">Why it, or a part of it, is in quarantine.</param>
/// <param name="Domains">The domains whose scorecards it concerns.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.IngestionOutcome")]
public sealed record IngestionOutcome(
    [property: Id(0)] string EnvelopeId,
    [property: Id(1)] IngestionState State,
    [property: Id(2)] IReadOnlyList<string> Mended,
    [property: Id(3)] string? Reason,
    [property: Id(4)] IReadOnlyList<string> Domains);

/// <summary>An envelope for display.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.EnvelopeView")]
public sealed record EnvelopeView
{
    [Id(0)] public required string Id { get; init; }
    [Id(1)] public required string Source { get; init; }
    [Id(2)] public required DateTimeOffset ReceivedAt { get; init; }
    [Id(3)] public required int Size { get; init; }
    [Id(4)] public string? Peer { get; init; }
    [Id(5)] public string? FileName { get; init; }
    [Id(6)] public required IngestionOutcome Outcome { get; init; }

    /// <summary>The decoded reports as RFC 8460 JSON, normalised; empty when it could not be decoded.</summary>
    [Id(7)] public IReadOnlyList<string> ReportsJson { get; init; } = [];

    /// <summary>False when older than the plan's retention of bytes; <see cref="Size"/> is still the original size.</summary>
    [Id(20)] public bool HasRaw { get; init; } = true;

    /// <summary>The domain whose report address it was sent to; null for an upload.</summary>
    [Id(40)] public string? AddressedTo { get; init; }

    /// <summary>That address's token.</summary>
    [Id(41)] public string? Token { get; init; }
    [Id(42)] public DkimFinding Dkim { get; init; } = DkimFinding.NotChecked;

    /// <summary>Why it, or a part of it, is in quarantine, for programs: one of <see cref="QuarantineCodes"/> or a name of <see cref="Protocol.Reports.RefusalReason"/>.</summary>
    [Id(43)] public string? Code { get; init; }
}

/// <summary>
/// One envelope. Key: <c>rp-</c> and a hash over addressee and bytes, so that a repeated delivery has the same grain.
/// </summary>
[Alias("MtaSts.IReportIngestionGrain")]
public interface IReportIngestionGrain : IGrainWithStringKey
{
    /// <summary>Returns after the envelope is stored. Counting follows automatically and survives crashes.</summary>
    [Alias("Accept")]
    Task<AcceptOutcome> Accept(EnvelopeMessage envelope);

    /// <summary>Processes the envelope to completion now, if necessary, and returns the result; null: no such envelope.</summary>
    [Alias("Complete")]
    Task<IngestionOutcome?> Complete();

    /// <summary>Decodes and attributes a quarantined envelope again.</summary>
    [Alias("Replay")]
    Task<CommandResult<IngestionOutcome>> Replay(string workspaceId);

    /// <summary>Deletes a quarantined envelope; others are kept. Called by the quarantine.</summary>
    [Alias("Discard")]
    Task Discard(string workspaceId);

    /// <summary>Retries the check of signatures that failed because the DNS did not answer. Called by the envelope's lane.</summary>
    [Alias("CheckDkimAgain")]
    Task CheckDkimAgain();

    /// <summary>Null: no such envelope in this workspace.</summary>
    [Alias("Get")]
    Task<EnvelopeView?> Get(string workspaceId);

    /// <summary>What it adds to a domain's scorecard, read again from the stored data; empty when it adds nothing.</summary>
    [Alias("GetContributions"), Orleans.Concurrency.AlwaysInterleave]
    Task<IReadOnlyList<ScorecardContribution>> GetContributions(string workspaceId, string domain);

    /// <summary>The bytes as received; null: no such envelope in this workspace.</summary>
    [Alias("GetRaw")]
    Task<byte[]?> GetRaw(string workspaceId);

    /// <summary>Deletes the bytes and keeps the decoded reports, unless a later day lists it too. May be repeated.</summary>
    [Alias("DropRaw")]
    Task DropRaw(string workspaceId, DateOnly day);

    /// <summary>
    /// Removes a domain, and deletes the envelope when it concerns no other; a quarantined one when it was addressed to the domain.
    /// May be repeated.
    /// </summary>
    /// <param name="domain">Null: delete it in any case.</param>
    /// <param name="day">The expired day: a later day of the domain that lists the envelope keeps it. Null: the domain is removed.</param>
    [Alias("Forget")]
    Task Forget(string workspaceId, string? domain, DateOnly? day = null);
}

/// <summary>Accepts the envelopes that reach a silo. Stateless: each silo has its own.</summary>
[Alias("MtaSts.IReportIntakeGrain")]
public interface IReportIntakeGrain : IGrainWithIntegerKey
{
    /// <summary>Maximum bytes of an envelope handled here; real reports are smaller. A larger one goes directly to its own grain.</summary>
    const int MaxBytes = 64 * 1024;

    /// <summary>As <see cref="IReportIngestionGrain.Accept"/>; small envelopes that arrive at the same time share the store's transactions.</summary>
    /// <param name="id">The key of the envelope's ingestion grain.</param>
    /// <param name="envelope">The envelope.</param>
    [Alias("Accept")]
    Task<AcceptOutcome> Accept(string id, EnvelopeMessage envelope);
}

/// <summary>
/// Completes envelopes that were stored but not counted before a crash: open rows of the table of envelopes that no grain is processing. Repeats the checks of signatures to which
/// the DNS did not answer. Key: <c>lane-n</c>.
/// </summary>
[Alias("MtaSts.IIngestionLaneGrain")]
public interface IIngestionLaneGrain : IGrainWithStringKey
{
    /// <summary>Number of lanes. Must not be lowered: a stored envelope names its lane, and a removed lane completes nothing.</summary>
    const int Lanes = 8;

    /// <summary>Starts to complete unfinished envelopes, and returns immediately. Called at silo start and by the lane's reminder.</summary>
    [Alias("Wake")]
    Task Wake();
}
