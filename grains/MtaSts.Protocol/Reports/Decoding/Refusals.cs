using static MtaSts.Protocol.Reports.DecodeResult;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>The sentences of refusals, in one place.</summary>
internal static class Refusals
{
    public static Refused Empty { get; } = new(
        RefusalReason.Empty, "The delivery holds no bytes. The sender has to send the report again.", null);

    public static Refused NoReport { get; } = new(
        RefusalReason.NotAReport, "The delivery is neither JSON nor gzip, zip or a mail with a TLS report inside. Nothing needs to be done unless it was meant to be a report.", null);

    public static Refused NoReportInMail { get; } = new(
        RefusalReason.NotAReport, "The mail holds no part that is a TLS report. Nothing needs to be done unless it was meant to be a report.", null);

    public static Refused OtherJson { get; } = new(
        RefusalReason.NotAReport, "The JSON has neither date-range nor policies, so it is no TLS report (RFC 8460 section 4.4).", null);

    public static Refused JsonNoObject { get; } = new(
        RefusalReason.NotAReport, "The JSON is a bare value, or a list of something else; a TLS report is an object (RFC 8460 section 4.4).", null);

    public static Refused MalformedMail { get; } = new(
        RefusalReason.MalformedMail, "The mail's header fields or parts cannot be read. Send the mail as it was received, or the report by itself.", null);

    public static Refused GzipDamaged { get; } = new(
        RefusalReason.MalformedArchive, "The gzip data is damaged or ends early. The sender has to send the report again.", null);

    public static Refused ZipDamaged { get; } = new(
        RefusalReason.MalformedArchive, "The zip archive is damaged or ends early. The sender has to send the report again.", null);

    public static Refused ZipUnreadable { get; } = new(
        RefusalReason.MalformedArchive, "The zip archive is split or packed by a method other than deflate. Send the report as gzip or plain JSON.", null);

    public static Refused ZipEncrypted { get; } = new(
        RefusalReason.MalformedArchive, "The zip archive is encrypted. Send the report as gzip or plain JSON.", null);

    public static Refused TarDamaged { get; } = new(
        RefusalReason.MalformedArchive, "The tar archive is damaged or ends early. Send it again, or the reports by themselves.", null);

    public static Refused TnefDamaged { get; } = new(
        RefusalReason.MalformedArchive, "Outlook's winmail.dat (TNEF) is damaged or ends early. Have the mail sent as plain text or HTML, not as rich text, or send the report by itself.", null);

    public static Refused CmsUnreadable { get; } = new(
        RefusalReason.MalformedMail, "The mail is S/MIME, encrypted or without the signed mail inside. Have the report sent unencrypted.", null);

    public static Refused CmsDamaged { get; } = new(
        RefusalReason.MalformedMail, "The S/MIME message is damaged or ends early. The sender has to send the report again.", null);

    public static Refused NoReportInPart { get; } = new(
        RefusalReason.NotAReport, "It is labelled as a TLS report and is neither JSON nor gzip, zip or base64 of them. The sender has to send the report again.", null);

    public static Refused EmptyPart { get; } = new(
        RefusalReason.Empty, "It is labelled as a TLS report and holds no bytes. The sender has to send the report again.", null);

    public static Refused NoMailInMailbox { get; } = new(
        RefusalReason.NotAReport, "It begins like an mbox file, and no line \u201cFrom \u201d in it is followed by a mail's header field, so it cannot be split. Send the mails by themselves.", null);

    public static Refused Foreign(string what, string next) => new(
        RefusalReason.NotAReport, $"This is {what}, which is not read. {next}.", null);

    public static Refused MalformedText { get; } = new(
        RefusalReason.MalformedJson, "The text is marked as UTF-16 and is not. The sender has to send UTF-8.", null);

    public static Refused RangeMissing(string field) => new(
        RefusalReason.MissingDateRange, $"The report has no {field}, so it belongs to no day. The reporter has to correct it.", field);

    public static Refused RangeMalformed(string field) => new(
        RefusalReason.MalformedDateRange, $"The report's {field} is not a date-time by RFC 3339. The reporter has to correct it.", field);

    public static Refused PoliciesNotAList { get; } = new(
        RefusalReason.PoliciesNotAList, "The report's policies are absent or not a list. The reporter has to correct it.", "policies");

    public static Refused MalformedJson(long? line, long? column) => new(
        RefusalReason.MalformedJson, $"The report is not JSON: it breaks off or has an error at line {(line ?? 0) + 1}, byte {(column ?? 0) + 1}. The sender has to send the report again.", null);

    public static Refused JsonTooDeep(ReportLimits limits) => new(
        RefusalReason.TooDeep, $"The JSON is nested deeper than {limits.MaxJsonDepth} levels ({nameof(ReportLimits.MaxJsonDepth)}); a report needs 6.", nameof(ReportLimits.MaxJsonDepth));

    public static Refused MailTooDeep(ReportLimits limits) => new(
        RefusalReason.TooDeep, $"The mail's parts are nested deeper than {limits.MaxMimeDepth} levels ({nameof(ReportLimits.MaxMimeDepth)}). Send the report by itself.", nameof(ReportLimits.MaxMimeDepth));

    public static Refused ArchiveTooDeep(ReportLimits limits) => new(
        RefusalReason.TooDeep, $"Archives are nested deeper than {limits.MaxArchiveDepth} levels ({nameof(ReportLimits.MaxArchiveDepth)}). Send the report packed once.", nameof(ReportLimits.MaxArchiveDepth));

    public static Refused InputTooLarge(ReportLimits limits) => new(
        RefusalReason.TooLarge, $"The delivery is larger than {limits.MaxInputBytes} bytes ({nameof(ReportLimits.MaxInputBytes)}). Send it compressed, or in smaller reports.", nameof(ReportLimits.MaxInputBytes));

    public static Refused InflatedTooLarge(ReportLimits limits) => new(
        RefusalReason.DecompressedTooLarge, $"The delivery unpacks to more than {limits.MaxInflatedBytes} bytes ({nameof(ReportLimits.MaxInflatedBytes)}). Send it in smaller reports.", nameof(ReportLimits.MaxInflatedBytes));

    public static Refused MemberTooLarge(ReportLimits limits) => new(
        RefusalReason.DecompressedTooLarge, $"A part of the delivery unpacks to more than {limits.MaxMemberBytes} bytes ({nameof(ReportLimits.MaxMemberBytes)}). Send it in smaller files.", nameof(ReportLimits.MaxMemberBytes));

    public static Refused RatioTooHigh(ReportLimits limits) => new(
        RefusalReason.RatioTooHigh, $"The data unpacks to more than {limits.MaxInflationRatio} times its size ({nameof(ReportLimits.MaxInflationRatio)}), which no report does.", nameof(ReportLimits.MaxInflationRatio));

    public static Refused TooManyMembers(ReportLimits limits) => new(
        RefusalReason.TooManyParts, $"The archive has more than {limits.MaxArchiveMembers} files ({nameof(ReportLimits.MaxArchiveMembers)}); the first {limits.MaxArchiveMembers} were looked at. Send the rest in another.", nameof(ReportLimits.MaxArchiveMembers));

    public static Refused TooManyMimeParts(ReportLimits limits) => new(
        RefusalReason.TooManyParts, $"The mail has more than {limits.MaxMimeParts} parts ({nameof(ReportLimits.MaxMimeParts)}); the first were looked at. Send fewer reports at a time.", nameof(ReportLimits.MaxMimeParts));

    public static Refused TooManyHeaders(ReportLimits limits) => new(
        RefusalReason.TooManyParts, $"The mail has more than {limits.MaxMailHeaders} header fields ({nameof(ReportLimits.MaxMailHeaders)}). Send the report by itself.", nameof(ReportLimits.MaxMailHeaders));

    public static Refused HeadersTooLong(ReportLimits limits) => new(
        RefusalReason.TooManyParts, $"The mail's header fields are longer than {limits.MaxMailHeaderBytes} bytes ({nameof(ReportLimits.MaxMailHeaderBytes)}). Send the report by itself.", nameof(ReportLimits.MaxMailHeaderBytes));

    public static Refused TooManyMails(ReportLimits limits) => new(
        RefusalReason.TooManyParts, $"The delivery holds more than {limits.MaxReports} mails ({nameof(ReportLimits.MaxReports)}); the first {limits.MaxReports} were looked at. Send the rest in another.", nameof(ReportLimits.MaxReports));

    public static Refused MoreSkipped(ReportLimits limits) => new(
        RefusalReason.TooManyParts, $"{limits.MaxSkipped} or more parts of the delivery cannot be read ({nameof(ReportLimits.MaxSkipped)}); the further ones are not told. Send the reports in smaller files.", nameof(ReportLimits.MaxSkipped));

    public static Refused TooManyReports(ReportLimits limits) => new(
        RefusalReason.TooManyReports, $"The delivery holds more than {limits.MaxReports} reports ({nameof(ReportLimits.MaxReports)}); the first {limits.MaxReports} were taken. Send the rest in another.", nameof(ReportLimits.MaxReports));
}
