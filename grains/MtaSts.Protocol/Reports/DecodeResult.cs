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
        /// <summary>Parts and archive members that looked like a report and could not be read; empty as a rule.</summary>
        public IReadOnlyList<Refused> Skipped { get; init; } = [];
    }

    /// <summary>No report could be read.</summary>
    /// <param name="Reason">The cause; stable, so it may be stored and counted.</param>
    /// <param name="Message">A sentence for people: what is wrong, which limit or field, and what to do. It quotes nothing of the input.</param>
    /// <param name="LimitOrField">The name of the <see cref="ReportLimits"/> member or of the JSON field concerned; null when neither is.</param>
    public sealed record Refused(RefusalReason Reason, string Message, string? LimitOrField) : DecodeResult;
}
