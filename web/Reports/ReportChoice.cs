using MtaSts.Grains;

namespace MtaSts.Web.Reports;

/// <summary>The filter of the listed reports, as in the address of the page.</summary>
internal sealed record ReportChoice
{
    /// <summary>Longest text, in characters.</summary>
    public const int MaxText = 100;

    /// <summary>A value of <see cref="Dkim"/>: any unverified report.</summary>
    public const string Unsigned = "Unsigned";

    /// <summary>Values of <see cref="State"/>.</summary>
    public const string Counted = "counted";
    public const string Excluded = "excluded";

    /// <summary>Sources of reports.</summary>
    public static readonly IReadOnlyList<string> Sources = ["source.https", "source.smtp", "source.imap", "source.maildir", ReportSourceIds.Upload];

    public string Organization { get; init; } = "";
    public string Signer { get; init; } = "";
    public string Network { get; init; } = "";
    public string Source { get; init; } = "";
    public string Dkim { get; init; } = "";
    public string State { get; init; } = "";
    public bool Failures { get; init; }

    /// <summary>Unknown values are ignored, because addresses are untrusted.</summary>
    public static ReportChoice Of(string? organization, string? signer, string? network, string? source, string? dkim, string? state, string? failures) => new()
    {
        Organization = Cut(organization),
        Signer = Cut(signer),
        Network = Cut(network),
        Source = Cut(source),
        Dkim = dkim == Unsigned || (dkim is not null && Enum.GetNames<DkimVerdict>().Contains(dkim)) ? dkim : "",
        State = state is Counted or Excluded ? state : "",
        Failures = failures == ScorecardAddress.Yes,
    };

    public bool IsAny => this != new ReportChoice();

    public ReportFilter ToFilter(DateRange range) => new()
    {
        Organization = Organization,
        SignedBy = Signer.Length == 0 ? null : Signer,
        Network = Network.Length == 0 ? null : Network,
        Source = Source.Length == 0 ? null : Source,
        OnlyFailures = Failures,
        OnlyUnsigned = Dkim == Unsigned,
        Verdicts = Enum.TryParse<DkimVerdict>(Dkim, out var verdict) ? [verdict] : [],
        IsExcluded = State.Length == 0 ? null : State == Excluded,
        From = range.From,
        To = range.To,
    };

    public static string Cut(string? text)
    {
        var trimmed = (text ?? "").Trim();
        return trimmed.Length <= MaxText ? trimmed : trimmed[..MaxText];
    }
}
