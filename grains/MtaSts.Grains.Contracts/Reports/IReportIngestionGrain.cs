namespace MtaSts.Grains;

/// <summary>An envelope as it crosses to its ingestion grain (see MtaSts.Modules.Reports.Envelope).</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.EnvelopeMessage")]
public sealed record EnvelopeMessage
{
    [Id(0)] public required string Source { get; init; }
    [Id(1)] public required DateTimeOffset ReceivedAt { get; init; }
    [Id(2)] public required byte[] Raw { get; init; }

    /// <summary>The workspace whose claim it was addressed to, or that uploaded it.</summary>
    [Id(3)] public required string WorkspaceId { get; init; }

    /// <summary>The domain of the claim whose token it was addressed to; null for an upload.</summary>
    [Id(4)] public string? Domain { get; init; }
    [Id(5)] public string? Peer { get; init; }
    [Id(6)] public string? FileName { get; init; }

    /// <summary>The token it was addressed to; null for an upload.</summary>
    [Id(40)] public string? Token { get; init; }

    /// <summary>Its sender was told already that it is stored: it is not turned away for want of room.</summary>
    [Id(60)] public bool IsPromised { get; init; }
}

/// <summary>What became of an envelope that was to be stored.</summary>
[GenerateSerializer, Alias("MtaSts.AcceptOutcome")]
public enum AcceptOutcome
{
    /// <summary>Stored now.</summary>
    New,

    /// <summary>It had been stored before.</summary>
    Again,

    /// <summary>Not stored: its report address has no room for it now (see <see cref="IReportShareGrain"/>).</summary>
    Later,
}

/// <summary>How far an envelope has come.</summary>
[GenerateSerializer, Alias("MtaSts.IngestionState")]
public enum IngestionState
{
    /// <summary>Durable; not yet in every scorecard it concerns.</summary>
    Stored,

    /// <summary>In every scorecard it concerns.</summary>
    Counted,

    /// <summary>Every report in it had been counted before from another envelope.</summary>
    Duplicate,

    /// <summary>Could not be decoded or attributed; nothing of it was counted.</summary>
    Quarantined,
}

/// <summary>What became of an envelope.</summary>
/// <param name="Mended">What the decoder mended or attribution left out, for people.</param>
/// <param name="Reason">Why it, or a part of it, stands in quarantine.</param>
/// <param name="Domains">The domains whose scorecards it concerns.</param>
[GenerateSerializer, Immutable, Alias("MtaSts.IngestionOutcome")]
public sealed record IngestionOutcome(
    [property: Id(0)] string EnvelopeId,
    [property: Id(1)] IngestionState State,
    [property: Id(2)] IReadOnlyList<string> Mended,
    [property: Id(3)] string? Reason,
    [property: Id(4)] IReadOnlyList<string> Domains);

/// <summary>An envelope as it can be shown.</summary>
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

    /// <summary>False: older than the workspace's plan keeps the bytes; <see cref="Size"/> still tells how many there were.</summary>
    [Id(20)] public bool HasRaw { get; init; } = true;

    /// <summary>The domain whose report address it was sent to; null for an upload.</summary>
    [Id(40)] public string? AddressedTo { get; init; }

    /// <summary>That address's token.</summary>
    [Id(41)] public string? Token { get; init; }
    [Id(42)] public DkimFinding Dkim { get; init; } = DkimFinding.NotChecked;

    /// <summary>Why it, or a part of it, stands in quarantine, for programs: one of <see cref="QuarantineCodes"/> or a name of <see cref="Protocol.Reports.RefusalReason"/>.</summary>
    [Id(43)] public string? Code { get; init; }
}

/// <summary>
/// One envelope. Key: <c>rp-</c> and a hash over addressee and bytes, so that the same delivery twice is one grain.
/// </summary>
[Alias("MtaSts.IReportIngestionGrain")]
public interface IReportIngestionGrain : IGrainWithStringKey
{
    /// <summary>Stores the envelope, and only then returns. Counting follows by itself and survives crashes.</summary>
    [Alias("Accept")]
    Task<AcceptOutcome> Accept(EnvelopeMessage envelope);

    /// <summary>Carries the envelope through to its end now, if it is not there yet, and says what became of it; null: no such envelope.</summary>
    [Alias("Complete")]
    Task<IngestionOutcome?> Complete();

    /// <summary>Decodes and attributes again what stands in quarantine.</summary>
    [Alias("Replay")]
    Task<CommandResult<IngestionOutcome>> Replay(string workspaceId);

    /// <summary>Deletes what stands in quarantine; anything else stays. Called by the quarantine.</summary>
    [Alias("Discard")]
    Task Discard(string workspaceId);

    /// <summary>Looks again at signatures that could not be checked because the DNS did not answer. Called by the retry grain.</summary>
    /// <returns>True: there is nothing to look at again.</returns>
    [Alias("CheckDkimAgain")]
    Task<bool> CheckDkimAgain();

    /// <summary>Null: no such envelope in this workspace.</summary>
    [Alias("Get")]
    Task<EnvelopeView?> Get(string workspaceId);

    /// <summary>What it adds to a domain's scorecard, read again from what is kept of it; empty when it adds nothing.</summary>
    [Alias("GetContributions"), Orleans.Concurrency.AlwaysInterleave]
    Task<IReadOnlyList<ScorecardContribution>> GetContributions(string workspaceId, string domain);

    /// <summary>The bytes as they came; null: no such envelope in this workspace.</summary>
    [Alias("GetRaw")]
    Task<byte[]?> GetRaw(string workspaceId);

    /// <summary>Lets the bytes go and keeps the reports as they were read, unless a later day lists it too. May be repeated.</summary>
    [Alias("DropRaw")]
    Task DropRaw(string workspaceId, DateOnly day);

    /// <summary>
    /// Leaves a domain out, and deletes the envelope when it concerns no other; one in quarantine when it was addressed to the domain.
    /// May be repeated.
    /// </summary>
    /// <param name="domain">Null: delete it, whatever it concerns.</param>
    /// <param name="day">The day whose time has come: a later day of the domain that lists it keeps it. Null: the domain goes.</param>
    [Alias("Forget")]
    Task Forget(string workspaceId, string? domain, DateOnly? day = null);
}

/// <summary>
/// Remembers envelopes that are stored but not counted yet, so that a crash between the two is picked up. Key: <c>lane-n</c>.
/// </summary>
[Alias("MtaSts.IIngestionLaneGrain")]
public interface IIngestionLaneGrain : IGrainWithStringKey
{
    /// <summary>Lanes; each groups many envelopes into one write.</summary>
    const int Lanes = 8;

    /// <summary>Returns when the id is durable.</summary>
    [Alias("Add"), Orleans.Concurrency.AlwaysInterleave]
    Task Add(string envelopeId);

    /// <summary>The envelope has come to its end; forgotten with the next write.</summary>
    [Alias("Remove"), Orleans.Concurrency.AlwaysInterleave]
    Task Remove(string envelopeId);

    /// <summary>Carries on what was left behind. Called at the silo's start and by the lane's reminder.</summary>
    [Alias("Wake"), Orleans.Concurrency.OneWay]
    Task Wake();
}
