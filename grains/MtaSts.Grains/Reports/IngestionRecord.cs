using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Reports;

/// <summary>An envelope as it is stored: the bytes as they came, and how far it has come.</summary>
internal sealed record IngestionRecord
{
    /// <summary>Characters of a reason.</summary>
    public const int MaxReason = 600;

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

    /// <summary>Of each of <see cref="Domains"/> the last day that lists it: until that one lets it go it is kept. Empty: stored by an earlier build.</summary>
    [JsonPropertyName("lastDays")] public ImmutableDictionary<string, DateOnly> LastDays { get; init; } = ImmutableDictionary<string, DateOnly>.Empty;

    /// <summary>It was replayed: its item in the quarantine goes when it is through.</summary>
    [JsonPropertyName("replayed")] public bool Replayed { get; init; }

    /// <summary>What is still to be applied; stored with the envelope, so that a retry applies the same.</summary>
    [JsonPropertyName("pending")] public ImmutableArray<PendingContribution> Pending { get; init; } = [];

    [JsonPropertyName("token")] public string? Token { get; init; }

    /// <summary>What its signatures are worth; null before they were looked at.</summary>
    [JsonPropertyName("dkim")] public DkimFinding? Dkim { get; init; }

    /// <summary>Its signatures are to be looked at before it is counted.</summary>
    [JsonPropertyName("dkimDue")] public bool DkimDue { get; init; }

    /// <summary>Whose signature would vouch for it.</summary>
    [JsonPropertyName("submitters")] public ImmutableArray<string> Submitters { get; init; } = [];

    /// <summary>The workspace's setting when it came in: fixed here, so that a retry decides the same.</summary>
    [JsonPropertyName("keepsOutUnauthenticated")] public bool KeepsOutUnauthenticated { get; init; }

    /// <summary>Domains in it that the workspace has not claimed; the quarantine offers to claim them.</summary>
    [JsonPropertyName("unclaimed")] public ImmutableArray<string> Unclaimed { get; init; } = [];

    /// <summary>Parts that could not be read, or are not counted, although others are; at most <see cref="QuarantineItem.MaxParts"/>.</summary>
    [JsonPropertyName("unread")] public ImmutableArray<UnreadPart> Unread { get; init; } = [];

    /// <summary>How many such parts there are.</summary>
    [JsonPropertyName("unreadCount")] public int UnreadCount { get; init; }

    /// <summary>As it was decided when it was counted (see <see cref="Attributed.Owners"/>): the claims and their MX hosts may be others when a day is counted anew.</summary>
    [JsonPropertyName("owners")] public ImmutableDictionary<string, string> Owners { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>By content what it counts, or would: the quarantine lets go of copies of it.</summary>
    [JsonPropertyName("contents")] public ImmutableArray<string> Contents { get; init; } = [];

    /// <summary>The share of its report address that it was charged to and that is not settled.</summary>
    [JsonPropertyName("charge")] public IntakeCharge Charge { get; init; }

    /// <summary>It came from a reporter that was known.</summary>
    [JsonPropertyName("fromKnown")] public bool IsFromKnown { get; init; }

    /// <summary>The decoder that read it, or could not.</summary>
    [JsonPropertyName("decoderVersion")] public int DecoderVersion { get; init; }

    public EnvelopeMessage ToEnvelope() => new() { Source = Source, ReceivedAt = ReceivedAt, Raw = Raw, WorkspaceId = Workspace, Domain = Domain, Peer = Peer, FileName = FileName, Token = Token };

    /// <summary>The reason is cut to <see cref="MaxReason"/>: names in it are an outsider's.</summary>
    public IngestionRecord Quarantined(string code, string reason) =>
        this with { State = IngestionState.Quarantined, Code = code, Reason = Cut(reason), Domains = [], Contents = ContentsOfPending(), Pending = [] };

    private static string Cut(string reason) => reason.Length <= MaxReason ? reason : reason[..MaxReason] + "…";

    /// <summary>Something of it stands in quarantine although the rest was counted: parts about domains of others, or that cannot be read.</summary>
    [JsonIgnore] public bool IsPartlyKept => State != IngestionState.Quarantined && !(Unclaimed.IsEmpty && Unread.IsEmpty);

    private ImmutableArray<string> ContentsOfPending() => [.. Pending.Select(pending => pending.Contribution.ContentHash).Distinct(StringComparer.Ordinal).Take(IQuarantineGrain.MaxContents)];

    /// <summary>How the quarantine lists it.</summary>
    public QuarantineItem ToItem(string id)
    {
        var (code, reason) = Kept() ?? throw new InvalidOperationException("Nothing of it stands in quarantine.");
        return new QuarantineItem(id, ReceivedAt, Source, Raw.Length, code, reason, FileName)
        {
            Unclaimed = Unclaimed,
            DecoderVersion = DecoderVersion,
            AddressedTo = Domain,
            Network = SourceNetwork.Of(Peer),
            IsVouchedFor = IsFromKnown || Authenticity.IsVouchedFor(Source, Dkim?.Verdict ?? DkimVerdict.NotChecked),
            // A copy of what was counted does not stand for the parts that cannot be read.
            Contents = Unread.IsEmpty || State == IngestionState.Quarantined ? Contents : [],
            Parts = State == IngestionState.Quarantined ? [] : Unread,
        };
    }

    /// <summary>Why it, or a part of it, stands in quarantine; null: nothing of it does.</summary>
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
            reasons.Add($"What it tells of {Names.Listed([.. Domains])} is counted. Parts about {Names.Listed([.. Unclaimed])}, which this workspace has not claimed, are not. Add the domain, then replay it.");
        return (Unread.IsEmpty ? QuarantineCodes.PartlyNotYours : Unread[0].Code, Cut(string.Join(' ', reasons)));
    }

    /// <summary>Come to its end. What was given up meanwhile is not among its domains; what contradicts everything that was counted before goes to the quarantine.</summary>
    /// <param name="outcomes">Of each of <see cref="Pending"/>, in this order.</param>
    public IngestionRecord Applied(IReadOnlyList<ApplyOutcome> outcomes)
    {
        var gone = Pending.Zip(outcomes).GroupBy(pair => pair.First.Domain).Where(group => group.All(pair => pair.Second == ApplyOutcome.NoClaim)).Select(group => group.Key).ToArray();
        var isCounted = outcomes.Any(outcome => outcome is ApplyOutcome.Counted or ApplyOutcome.AlreadyCountedFromThisEnvelope);
        if (outcomes.Contains(ApplyOutcome.KeptOut))
            return Quarantined(QuarantineCodes.Unauthenticated, $"{Dkim?.Detail} This workspace counts signed reports only (see Settings).");
        if (!isCounted && outcomes.Contains(ApplyOutcome.Conflict))
            return Quarantined(QuarantineCodes.Conflict, "Another report of the same submitter, report-id, domain and range was counted before, with other content; the first stays.");
        return this with
        {
            State = isCounted ? IngestionState.Counted : IngestionState.Duplicate,
            Domains = Domains.RemoveRange(gone),
            LastDays = LastDays.RemoveRange(gone),
            Contents = ContentsOfPending(),
            Mended = outcomes.Contains(ApplyOutcome.Conflict) ? Mended.Add("Another report with the same identity but other content was counted before; the first stays.") : Mended,
            Pending = [],
        };
    }

    /// <summary>With what its signatures are worth, still to be counted; when the workspace wants it kept out, only as a copy of what was.</summary>
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

    /// <summary>As it asks for room at its report address.</summary>
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

    /// <summary>What became of it, for the share it was charged to. Called before <see cref="Pending"/> is let go.</summary>
    public IntakeSettlement ToSettlement(IReadOnlyList<ApplyOutcome> outcomes)
    {
        var network = SourceNetwork.Of(Peer);
        return new IntakeSettlement
        {
            Charge = Charge,
            Bytes = Raw.Length,
            Network = network,
            IsCounted = outcomes.Contains(ApplyOutcome.Counted),
            Signer = Signer,
            Reporters = [.. Reporters(network, Signer), .. Organizations()],
        };
    }

    private string? Signer => Dkim is { Verdict: DkimVerdict.Pass, SignedBy: { } signer } ? signer : null;

    private static string[] Reporters(string? network, string? signer) =>
        [.. network is null ? Array.Empty<string>() : [KnownReporters.Network(network)], .. signer is null ? Array.Empty<string>() : [KnownReporters.Signer(signer)]];

    private string[] Organizations() => [.. Pending.Select(pending => KnownReporters.Organization(pending.Contribution.Organization)).Distinct(StringComparer.Ordinal).Take(MaxOrganizations)];

    /// <summary>Organisations of one envelope that are remembered; a report has one.</summary>
    private const int MaxOrganizations = 4;
}

/// <summary>A contribution on its way to a scorecard.</summary>
internal sealed record PendingContribution(
    [property: JsonPropertyName("domain")] string Domain,
    [property: JsonPropertyName("contribution")] ScorecardContribution Contribution);
