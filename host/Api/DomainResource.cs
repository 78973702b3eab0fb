using MtaSts.Grains;

namespace MtaSts.Host.Api;

/// <summary>A claimed domain.</summary>
internal sealed record DomainResource
{
    public required string Name { get; init; }

    /// <summary>The name in Unicode; equal to <see cref="Name"/> unless it is internationalised.</summary>
    public required string UnicodeName { get; init; }
    public required DateTimeOffset ClaimedAt { get; init; }

    /// <summary>The domain's DNS contains this workspace's token.</summary>
    public required bool Holder { get; init; }

    /// <summary>The claim was removed and is deleted when hosting has been retired.</summary>
    public required bool Leaving { get; init; }
    public required HostingResource Hosting { get; init; }

    /// <summary>The policy served, or else the draft that hosting would start with; null when there is neither.</summary>
    public required PolicyResource? Policy { get; init; }

    /// <summary>The CNAME's target for the policy host.</summary>
    public required string CnameTarget { get; init; }

    /// <summary>The mail address for the reporting record's <c>rua</c>.</summary>
    public required string ReportAddress { get; init; }

    /// <summary>The HTTPS address for the reporting record's <c>rua</c>; null when the operator offers none.</summary>
    public required string? ReportUrl { get; init; }

    /// <summary>Earlier report addresses, the latest first.</summary>
    public required IReadOnlyList<EarlierAddressResource> EarlierReportAddresses { get; init; }

    /// <summary>When its DNS was last checked; null: never.</summary>
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
        EarlierReportAddresses = [.. view.EarlierReportAddresses.Select(earlier => new EarlierAddressResource(earlier.Address, earlier.Token, earlier.ReplacedAt, earlier.ReplacedBy, earlier.WorksUntil))],
        CheckedAt = view.LastObservation?.At,
        Records = new RecordStates(view.CnameState, view.PolicyRecordState, view.ReportingRecordState),
    };
}

/// <summary>States of the domain's records.</summary>
internal sealed record RecordStates(RecordState Cname, RecordState PolicyRecord, RecordState ReportingRecord);

/// <summary>A report address that was renewed.</summary>
/// <param name="Token">The local part of the address, to find the reports that are still sent to it.</param>
/// <param name="WorksUntil">Reports to this address are accepted until then.</param>
internal sealed record EarlierAddressResource(string Address, string Token, DateTimeOffset ReplacedAt, string ReplacedBy, DateTimeOffset WorksUntil);

/// <summary>A record to publish and its state.</summary>
/// <param name="Name">Full name, without trailing dot.</param>
/// <param name="Type"><c>CNAME</c> or <c>TXT</c>.</param>
/// <param name="Expected">The value to publish; null while there is nothing to publish yet.</param>
/// <param name="Observed">The values found in the DNS.</param>
/// <param name="Detail">Human-readable text: what is wrong and what to do.</param>
internal sealed record RecordResource(string Name, string Type, string? Expected, IReadOnlyList<string> Observed, RecordState State, string? Detail)
{
    public static RecordResource Of(RecordView record) => new(record.Name, record.Type, record.Expected, record.Observed, record.State, record.Detail);
}
