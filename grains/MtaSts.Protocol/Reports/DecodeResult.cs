namespace MtaSts.Protocol.Reports;

/// <summary>What <see cref="ReportDecoder.Decode"/> found: reports, or the reason why there are none. There is no third case.</summary>
public abstract record DecodeResult
{
    private DecodeResult()
    {
    }

    /// <summary>At least one report was read.</summary>
    /// <param name="Reports">One, as a rule; several when a mail or a zip archive holds several. Never empty.</param>
    /// <param name="Mail">What the mail around it says, when the bytes were a mail.</param>
    public sealed record Decoded(IReadOnlyList<TlsReport> Reports, MailFacts? Mail) : DecodeResult
    {
        /// <summary>Parts and archive members that looked like a report and could not be read, at most <see cref="ReportLimits.MaxSkipped"/>; empty as a rule.</summary>
        public IReadOnlyList<SkippedPart> Skipped { get; init; } = [];

        /// <summary>The limit at which reading ended before the delivery did; null: it was looked at whole.</summary>
        public Refused? Ended { get; init; }

        /// <summary>What the mail around each of <see cref="Reports"/> says, where they came in several mails or parts; null: <see cref="Mail"/> is that of all.</summary>
        public IReadOnlyList<MailFacts?>? ByReport { get; init; }

        /// <summary>What the mail around one of the reports says; null when it came in none.</summary>
        public MailFacts? MailOf(int report) => ByReport is null ? Mail : ByReport[report];
    }

    /// <summary>No report could be read.</summary>
    /// <param name="Reason">The cause; stable, so it may be stored and counted.</param>
    /// <param name="Message">A sentence for people: what is wrong, which limit or field, and what to do. It quotes nothing of the input.</param>
    /// <param name="LimitOrField">The name of the <see cref="ReportLimits"/> member or of the JSON field concerned; null when neither is.</param>
    public sealed record Refused(RefusalReason Reason, string Message, string? LimitOrField) : DecodeResult;
}

/// <summary>A part of a delivery that could not be read although others were.</summary>
/// <param name="Where">Which: its number and name on the way to it, such as <c>part 2 (reports.zip), file 3 (r3.json)</c>. Names are the sender's; each is cut at 100 characters.</param>
/// <param name="Refusal">Why.</param>
public sealed record SkippedPart(string Where, DecodeResult.Refused Refusal);
