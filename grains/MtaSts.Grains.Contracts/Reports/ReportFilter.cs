namespace MtaSts.Grains;

/// <summary>Selects counted reports; a property that is not set matches all.</summary>
[GenerateSerializer, Immutable, Alias("MtaSts.ReportFilter")]
public sealed record ReportFilter
{
    /// <summary>Reports with these verdicts; empty: any.</summary>
    [Id(0)] public IReadOnlyList<DkimVerdict> Verdicts { get; init; } = [];

    /// <summary>Neither signed by their submitter nor uploaded by a member.</summary>
    [Id(1)] public bool OnlyUnsigned { get; init; }

    /// <summary>A part of the sending organisation's name, ignoring case.</summary>
    [Id(2)] public string? Organization { get; init; }

    /// <summary>Reports with failed sessions.</summary>
    [Id(3)] public bool OnlyFailures { get; init; }

    /// <summary>The first UTC day of the reports' start.</summary>
    [Id(4)] public DateOnly? From { get; init; }

    /// <summary>The last one.</summary>
    [Id(5)] public DateOnly? To { get; init; }

    /// <summary>The submitter that the report names, ignoring case.</summary>
    [Id(6)] public string? Submitter { get; init; }

    /// <summary>The network of the host that delivered it, as shown in lists: <c>192.0.2.0/24</c>.</summary>
    [Id(7)] public string? Network { get; init; }

    /// <summary>The report source: <c>source.https</c>, <c>source.smtp</c>, ….</summary>
    [Id(8)] public string? Source { get; init; }

    /// <summary>The token of the report address that received it.</summary>
    [Id(9)] public string? Token { get; init; }

    /// <summary>The envelope that contained it.</summary>
    [Id(10)] public string? Envelope { get; init; }

    /// <summary>Only excluded reports, or only those not excluded.</summary>
    [Id(11)] public bool? IsExcluded { get; init; }

    /// <summary>Signed by their submitter, or uploaded by a member.</summary>
    [Id(12)] public bool OnlyVouchedFor { get; init; }

    /// <summary>The domain that signed it, ignoring case.</summary>
    [Id(13)] public string? SignedBy { get; init; }

    /// <summary>True when every report of the days matches, so that no entry has to be filtered out.</summary>
    public bool TakesAll => this with { From = null, To = null, Organization = NullIfEmpty(Organization) } is
    {
        Verdicts.Count: 0, OnlyUnsigned: false, OnlyVouchedFor: false, Organization: null, OnlyFailures: false, Submitter: null, Network: null, Source: null, Token: null, Envelope: null, IsExcluded: null, SignedBy: null,
    };

    public bool Takes(ReportEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return (Verdicts.Count == 0 || Verdicts.Contains(entry.Dkim))
            && (!OnlyUnsigned || entry.Dkim != DkimVerdict.Pass && entry.Source != ReportSourceIds.Upload)
            && (!OnlyVouchedFor || entry.Dkim == DkimVerdict.Pass || entry.Source == ReportSourceIds.Upload)
            && (string.IsNullOrEmpty(Organization) || entry.Organization.Contains(Organization, StringComparison.OrdinalIgnoreCase))
            && (!OnlyFailures || entry.Sessions.Failed > 0 || entry.FailedInDetails > 0)
            && (Submitter is null || string.Equals(Submitter, entry.Submitter, StringComparison.OrdinalIgnoreCase))
            && (SignedBy is null || string.Equals(SignedBy, entry.SignedBy, StringComparison.OrdinalIgnoreCase))
            && (Network is null || Network == entry.Network)
            && (Source is null || Source == entry.Source)
            && (Token is null || Token == entry.Token)
            && (Envelope is null || Envelope == entry.Id)
            && (IsExcluded is null || IsExcluded == entry.Excluded is not null)
            && !(From > DateOnly.FromDateTime(entry.Start.UtcDateTime)) && !(To < DateOnly.FromDateTime(entry.Start.UtcDateTime));
    }

    private static string? NullIfEmpty(string? text) => text is { Length: > 0 } ? text : null;
}
