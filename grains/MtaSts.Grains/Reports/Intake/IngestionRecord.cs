using System.Collections.Immutable;
using System.Text.Json.Serialization;
using MtaSts.Grains.Clocks;
using MtaSts.Protocol;

namespace MtaSts.Grains.Reports;

/// <summary>A stored envelope: the received bytes, and the processing state.</summary>
internal sealed record IngestionRecord
{
    /// <summary>Maximum characters of a reason.</summary>
    public const int MaxReason = 600;

    [JsonPropertyName("source")] public string Source { get; init; } = "";
    [JsonPropertyName("receivedAt")] public DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The received bytes, stored in their own table; empty after deletion.</summary>
    [JsonIgnore] public byte[] Raw { get; init; } = [];

    /// <summary>The bytes are already stored; a write does not send them again.</summary>
    [JsonIgnore] public bool IsRawStored { get; init; }

    /// <summary>Processing is unfinished: after a crash its lane continues.</summary>
    [JsonPropertyName("open")] public bool IsOpen { get; init; } = true;

    /// <summary>The reports in <see cref="Raw"/>, normalised and packed; set when the bytes are deleted.</summary>
    [JsonPropertyName("decoded")] public byte[]? Decoded { get; init; }

    /// <summary>Number of bytes before deletion.</summary>
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

    /// <summary>For each of <see cref="Domains"/>, the last day that lists it: it is kept until that day expires. Empty in old records.</summary>
    [JsonPropertyName("lastDays")] public ImmutableDictionary<string, DateOnly> LastDays { get; init; } = ImmutableDictionary<string, DateOnly>.Empty;

    /// <summary>It was replayed: its quarantine item is removed when processing is finished.</summary>
    [JsonPropertyName("replayed")] public bool Replayed { get; init; }

    /// <summary>Contributions not yet applied; stored with the envelope, so that a retry applies the same.</summary>
    [JsonPropertyName("pending")] public ImmutableArray<PendingContribution> Pending { get; init; } = [];

    [JsonPropertyName("token")] public string? Token { get; init; }

    /// <summary>The finding about its signatures; null before the check.</summary>
    [JsonPropertyName("dkim")] public DkimFinding? Dkim { get; init; }

    /// <summary>Its signatures must be checked before it is counted.</summary>
    [JsonPropertyName("dkimDue")] public bool DkimDue { get; init; }

    /// <summary>When the check of its signatures is repeated, because the DNS did not answer; null: never.</summary>
    [JsonPropertyName("dkimRetry")] public DkimRetry? DkimRetry { get; init; }

    /// <summary>Domains whose signature would verify it.</summary>
    [JsonPropertyName("submitters")] public ImmutableArray<string> Submitters { get; init; } = [];

    /// <summary>The workspace's setting when it was received: stored here, so that a retry decides the same.</summary>
    [JsonPropertyName("keepsOutUnauthenticated")] public bool KeepsOutUnauthenticated { get; init; }

    /// <summary>Domains in it that the workspace has not claimed; the quarantine offers to claim them.</summary>
    [JsonPropertyName("unclaimed")] public ImmutableArray<string> Unclaimed { get; init; } = [];

    /// <summary>Parts that could not be read, or are not counted, although others are; at most <see cref="QuarantineItem.MaxParts"/>.</summary>
    [JsonPropertyName("unread")] public ImmutableArray<UnreadPart> Unread { get; init; } = [];

    /// <summary>How many such parts there are.</summary>
    [JsonPropertyName("unreadCount")] public int UnreadCount { get; init; }

    /// <summary>The decision when it was counted (see <see cref="Attributed.Owners"/>): claims and MX hosts may have changed when a day is recounted.</summary>
    [JsonPropertyName("owners")] public ImmutableDictionary<string, string> Owners { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Content hashes of its reports: the quarantine removes copies of them.</summary>
    [JsonPropertyName("contents")] public ImmutableArray<string> Contents { get; init; } = [];

    /// <summary>The share of its report address to which it is charged, not yet settled.</summary>
    [JsonPropertyName("charge")] public IntakeCharge Charge { get; init; }

    /// <summary>It came from a known reporter.</summary>
    [JsonPropertyName("fromKnown")] public bool IsFromKnown { get; init; }

    /// <summary>The decoder version that processed it.</summary>
    [JsonPropertyName("decoderVersion")] public int DecoderVersion { get; init; }

    public EnvelopeMessage ToEnvelope() => new() { Source = Source, ReceivedAt = ReceivedAt, Raw = Raw, WorkspaceId = Workspace, Domain = Domain, Peer = Peer, FileName = FileName, Token = Token };

    /// <summary>The reason is cut to <see cref="MaxReason"/>, because it contains untrusted names.</summary>
    public IngestionRecord Quarantined(string code, string reason) =>
        this with { State = IngestionState.Quarantined, Code = code, Reason = Cut(reason), Domains = [], Contents = ContentsOfPending(), Pending = [] };

    private static string Cut(string reason) => reason.Length <= MaxReason ? reason : reason[..MaxReason] + "…";

    /// <summary>A part is in quarantine although the rest was counted: parts about unclaimed domains, or unreadable parts.</summary>
    [JsonIgnore] public bool IsPartlyKept => State != IngestionState.Quarantined && !(Unclaimed.IsEmpty && Unread.IsEmpty);

    /// <summary>Domains other than those of <see cref="Pending"/> have counted it before.</summary>
    [JsonIgnore] public bool HasOtherDomains => Domains.Except(Pending.Select(pending => pending.Domain), StringComparer.Ordinal).Any();

    private ImmutableArray<string> ContentsOfPending() => [.. Pending.Select(pending => pending.Contribution.ContentHash).Distinct(StringComparer.Ordinal).Take(IQuarantineGrain.MaxContents)];

    /// <summary>Its quarantine item.</summary>
    public QuarantineItem ToItem(string id)
    {
        var (code, reason) = Kept() ?? throw new InvalidOperationException("No part of the envelope is in quarantine.");
        return new QuarantineItem(id, ReceivedAt, Source, Raw.Length, code, reason, FileName)
        {
            Unclaimed = Unclaimed,
            DecoderVersion = DecoderVersion,
            AddressedTo = Domain,
            Network = SourceNetwork.Of(Peer),
            IsVouchedFor = IsFromKnown || Authenticity.IsVouchedFor(Source, Dkim?.Verdict ?? DkimVerdict.NotChecked),
            // A counted copy does not replace the unreadable parts.
            Contents = Unread.IsEmpty || State == IngestionState.Quarantined ? Contents : [],
            Parts = State == IngestionState.Quarantined ? [] : Unread,
        };
    }

    /// <summary>Why it, or a part of it, is in quarantine; null when it is not.</summary>
    public (string Code, string Reason)? Kept()
    {
        if (State == IngestionState.Quarantined)
            return (Code!, Reason!);
        if (!IsPartlyKept)
            return null;
        var reasons = new List<string>(2);
        if (!Unread.IsEmpty)
        {
            var told = string.Join(' ', Unread.Select(part => $"{part.Where}: {part.Reason}"));
            var more = UnreadCount > Unread.Length ? $" {UnreadCount - Unread.Length} more are not listed." : "";
            reasons.Add($"{(UnreadCount == 1 ? "One part of the delivery is" : $"{UnreadCount} parts of the delivery are")} not counted, the rest is. {told}{more}");
        }
        if (!Unclaimed.IsEmpty)
            reasons.Add($"The parts about {NameList.Text([.. Domains])} are counted. Parts about {NameList.Text([.. Unclaimed])}, which this workspace has not claimed, are not. Add the domain, then replay it.");
        return (Unread.IsEmpty ? QuarantineCodes.PartlyNotYours : Unread[0].Code, Cut(string.Join(' ', reasons)));
    }

    /// <summary>The final record. Domains removed meanwhile are excluded; an envelope with only conflicting reports is quarantined.</summary>
    /// <param name="outcomes">The outcome of each of <see cref="Pending"/>, in this order.</param>
    public IngestionRecord Applied(IReadOnlyList<ApplyOutcome> outcomes)
    {
        var gone = Pending.Zip(outcomes).GroupBy(pair => pair.First.Domain).Where(group => group.All(pair => pair.Second is ApplyOutcome.NoClaim or ApplyOutcome.KeptOut)).Select(group => group.Key).ToArray();
        var isCounted = outcomes.Any(outcome => outcome is ApplyOutcome.Counted or ApplyOutcome.AlreadyCountedFromThisEnvelope);
        var isQuarantinable = !isCounted && !HasOtherDomains;
        if (isQuarantinable && outcomes.Contains(ApplyOutcome.KeptOut))
            return Quarantined(QuarantineCodes.Unauthenticated, $"{Dkim?.Detail} This workspace counts signed reports only (see Settings).");
        if (isQuarantinable && outcomes.Contains(ApplyOutcome.Conflict))
            return Quarantined(QuarantineCodes.Conflict, ConflictReason);
        // A conflicting report beside counted ones: the delivery stays in quarantine as a part, and its content is not that of a counted report.
        PendingContribution[] conflicts = [.. Pending.Zip(outcomes).Where(pair => pair.Second == ApplyOutcome.Conflict).Select(pair => pair.First)];
        var contents = conflicts.Select(conflict => conflict.Contribution.ContentHash).ToHashSet(StringComparer.Ordinal);
        return this with
        {
            State = isCounted ? IngestionState.Counted : IngestionState.Duplicate,
            Domains = Domains.RemoveRange(gone),
            LastDays = LastDays.RemoveRange(gone),
            Contents = [.. ContentsOfPending().Where(content => !contents.Contains(content))],
            Unread = [.. Unread, .. conflicts.Take(QuarantineItem.MaxParts - Unread.Length).Select(Conflicting)],
            UnreadCount = UnreadCount + conflicts.Length,
            Pending = [],
        };
    }

    private static UnreadPart Conflicting(PendingContribution pending) => new(
        NameList.Text([pending.Contribution.ReportId is { Length: > 0 } id ? $"report {id} about {pending.Domain}" : $"report about {pending.Domain}"]),
        QuarantineCodes.Conflict,
        ConflictReason);

    private const string ConflictReason = "Another report of the same submitter, report-id, domain and range was already counted, with other content. This report is not counted.";

    /// <summary>The record with the finding, not yet counted; if the workspace excludes it, it counts only as a copy of a counted report.</summary>
    public IngestionRecord Authenticated(DkimFinding finding)
    {
        var isKeptOut = KeepsOutUnauthenticated && !Authenticity.IsVouchedFor(Source, finding.Verdict);
        return this with
        {
            Dkim = finding,
            DkimDue = false,
            Pending = [.. Pending.Select(pending => pending with { Contribution = pending.Contribution with { Dkim = finding.Verdict, SignedBy = finding.SignedBy, IsKeptOut = isKeptOut } })],
        };
    }

    /// <summary>The time at which its signatures must be valid: the time of receipt, or now if the system clock was ahead then.</summary>
    public DateTimeOffset SignedBy(ServiceClock clock) => clock.EarliestCalendar is var now && now < ReceivedAt ? now : ReceivedAt;

    /// <summary>Its request for room at its report address.</summary>
    public IntakeRequest ToIntakeRequest(bool isPromised)
    {
        var signer = Signer;
        var network = SourceNetwork.Of(Peer);
        return new IntakeRequest
        {
            Bytes = Raw.Length,
            IsJunk = State == IngestionState.Quarantined,
            Network = network,
            Signer = signer,
            Reporters = Reporters(network, signer),
            Organizations = Organizations(),
            IsPromised = isPromised,
        };
    }

    /// <summary>Its result for the charged share. Called before <see cref="Pending"/> is cleared.</summary>
    public IntakeResult ToIntakeResult(IReadOnlyList<ApplyOutcome> outcomes)
    {
        var network = SourceNetwork.Of(Peer);
        return new IntakeResult
        {
            Charge = Charge,
            Bytes = Raw.Length,
            Network = network,
            IsCounted = outcomes.Any(outcome => outcome is ApplyOutcome.Counted or ApplyOutcome.AlreadyCountedFromThisEnvelope),
            Signer = Signer,
            Reporters = [.. Reporters(network, Signer), .. Organizations()],
        };
    }

    private string? Signer => Dkim is { Verdict: DkimVerdict.Pass, SignedBy: { } signer } ? signer : null;

    private static string[] Reporters(string? network, string? signer) =>
        [.. network is null ? Array.Empty<string>() : [KnownReporters.Network(network)], .. signer is null ? Array.Empty<string>() : [KnownReporters.Signer(signer)]];

    private string[] Organizations() => [.. Pending.Select(pending => KnownReporters.Organization(pending.Contribution.Organization)).Distinct(StringComparer.Ordinal).Take(MaxOrganizations)];

    /// <summary>Maximum number of organisations stored for one envelope; a report has one.</summary>
    private const int MaxOrganizations = 4;
}

/// <summary>A contribution not yet applied to a scorecard.</summary>
internal sealed record PendingContribution(
    [property: JsonPropertyName("domain")] string Domain,
    [property: JsonPropertyName("contribution")] ScorecardContribution Contribution);
