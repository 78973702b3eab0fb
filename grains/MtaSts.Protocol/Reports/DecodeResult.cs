namespace MtaSts.Protocol.Reports;

/// <summary>The result of <see cref="ReportDecoder.Decode"/>: reports, or the reason why there are none.</summary>
public abstract record DecodeResult
{
    private DecodeResult()
    {
    }

    /// <summary>At least one report was read.</summary>
    /// <param name="Reports">Usually one; several when a mail or a zip archive holds several. Never empty.</param>
    /// <param name="Mail">Facts of the enclosing mail, when the bytes were a mail.</param>
    public sealed record Decoded(IReadOnlyList<TlsReport> Reports, MailFacts? Mail) : DecodeResult
    {
        /// <summary>Parts and archive members that looked like a report and could not be read, at most <see cref="ReportLimits.MaxSkipped"/>; usually empty.</summary>
        public IReadOnlyList<SkippedPart> Skipped { get; init; } = [];

        /// <summary>The limit at which reading stopped before the end of the delivery; null when it was read completely.</summary>
        public Refused? Ended { get; init; }

        /// <summary>Facts of the mail of each of <see cref="Reports"/>, when they came in several mails or parts; null: <see cref="Mail"/> applies to all.</summary>
        public IReadOnlyList<MailFacts?>? ByReport { get; init; }

        /// <summary>Facts of the mail that contained the report; null when there was no mail.</summary>
        public MailFacts? MailOf(int report) => ByReport is null ? Mail : ByReport[report];
    }

    /// <summary>No report could be read.</summary>
    /// <param name="Reason">The cause; stable, so it may be stored and counted.</param>
    /// <param name="Message">Human-readable sentence: what is wrong, which limit or field, and what to do. It does not quote the input.</param>
    /// <param name="LimitOrField">The name of the <see cref="ReportLimits"/> member or of the JSON field concerned; null when there is none.</param>
    public sealed record Refused(RefusalReason Reason, string Message, string? LimitOrField) : DecodeResult;
}

/// <summary>A part of a delivery that could not be read although others were.</summary>
/// <param name="Where">The path to the part, by number and name, such as <c>part 2 (reports.zip), file 3 (r3.json)</c>. The sender chose the names; each is cut at 100 characters.</param>
/// <param name="Refusal">Why.</param>
public sealed record SkippedPart(string Where, DecodeResult.Refused Refusal);
