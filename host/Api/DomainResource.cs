using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <summary>A claimed domain.</summary>
internal sealed record DomainResource
{
    public required string Name { get; init; }

    /// <summary>The name as people read it; equal to <see cref="Name"/> unless it is internationalised.</summary>
    public required string UnicodeName { get; init; }
    public required DateTimeOffset ClaimedAt { get; init; }

    /// <summary>This workspace's token stands in the domain's DNS.</summary>
    public required bool Holder { get; init; }

    /// <summary>The claim was given up and goes when hosting has been retired.</summary>
    public required bool Leaving { get; init; }
    public required HostingResource Hosting { get; init; }

    /// <summary>What is served, or else what hosting would start with; null when there is neither.</summary>
    public required PolicyResource? Policy { get; init; }

    /// <summary>The CNAME's target for the policy host.</summary>
    public required string CnameTarget { get; init; }

    /// <summary>The mail address for the reporting record's <c>rua</c>.</summary>
    public required string ReportAddress { get; init; }

    /// <summary>The HTTPS address for the reporting record's <c>rua</c>; null when the operator offers none.</summary>
    public required string? ReportUrl { get; init; }

    /// <summary>Earlier report addresses, the latest first.</summary>
    public required IReadOnlyList<EarlierReportAddress> EarlierReportAddresses { get; init; }

    /// <summary>When its DNS was last looked at; null: never.</summary>
    public required DateTimeOffset? CheckedAt { get; init; }
    public required RecordStates Records { get; init; }

    public static DomainResource Of(DomainView view) => new()
    {
        Name = view.Name,
        UnicodeName = view.UnicodeName,
        ClaimedAt = view.ClaimedAt,
        Holder = view.IsHolder,
        Leaving = view.Leaving,
        Hosting = HostingResource.Of(view),
        Policy = PolicyResource.Of(view),
        CnameTarget = view.CnameTarget,
        ReportAddress = view.ReportAddress,
        ReportUrl = view.ReportUrl,
        EarlierReportAddresses = view.EarlierReportAddresses,
        CheckedAt = view.LastObservation?.At,
        Records = new RecordStates(view.CnameState, view.PolicyRecordState, view.ReportingRecordState),
    };
}

/// <summary>How the domain's records stand, in short.</summary>
internal sealed record RecordStates(RecordState Cname, RecordState PolicyRecord, RecordState ReportingRecord);
