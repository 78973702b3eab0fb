using static MtaSts.Protocol.Reports.DecodeResult;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>The refusals and their messages: what is wrong, and what to do.</summary>
internal static class Refusals
{
    public static Refused Empty { get; } = new(
        RefusalReason.Empty, "The delivery is empty. The sender must send the report again.", null);

    public static Refused NoReport { get; } = new(
        RefusalReason.NotAReport, "The delivery contains no TLS report. Nothing needs to be done unless it was meant to be a report: then send it as JSON, gzip, zip or a mail.", null);

    public static Refused NoReportInMail { get; } = new(
        RefusalReason.NotAReport, "The mail contains no TLS report. Nothing needs to be done unless it was meant to be a report.", null);

    public static Refused OtherJson { get; } = new(
        RefusalReason.NotAReport, "The JSON has neither date-range nor policies, so it is not a TLS report (RFC 8460 section 4.4). Nothing needs to be done unless it was meant to be one.", null);

    public static Refused JsonNotAnObject { get; } = new(
        RefusalReason.NotAReport, "The JSON is neither an object nor a list of objects, so it is not a TLS report (RFC 8460 section 4.4). Nothing needs to be done unless it was meant to be one.", null);

    public static Refused MalformedMail { get; } = new(
        RefusalReason.MalformedMail, "The mail's header fields or parts cannot be read. Send the mail as it was received, or only the report.", null);

    public static Refused GzipDamaged { get; } = new(
        RefusalReason.MalformedArchive, "The gzip data is damaged or ends early. The sender must send the report again.", null);

    public static Refused ZipDamaged { get; } = new(
        RefusalReason.MalformedArchive, "The zip archive is damaged or ends early. The sender must send the report again.", null);

    public static Refused ZipUnreadable { get; } = new(
        RefusalReason.MalformedArchive, "The zip archive is split or packed by a method other than deflate. Send the report as gzip or plain JSON.", null);

    public static Refused ZipEncrypted { get; } = new(
        RefusalReason.MalformedArchive, "The zip archive is encrypted. Send the report as gzip or plain JSON.", null);

    public static Refused TarDamaged { get; } = new(
        RefusalReason.MalformedArchive, "The tar archive is damaged or ends early. Send it again, or the reports by themselves.", null);

    public static Refused TnefDamaged { get; } = new(
        RefusalReason.MalformedArchive, "Outlook's winmail.dat (TNEF) is damaged or ends early. Have the mail sent as plain text or HTML, not as rich text, or send only the report.", null);

    public static Refused CmsUnreadable { get; } = new(
        RefusalReason.MalformedMail, "The S/MIME message is encrypted or compressed, or does not contain the signed mail. Have the report sent unencrypted.", null);

    public static Refused CmsDamaged { get; } = new(
        RefusalReason.MalformedMail, "The S/MIME message is damaged or ends early. The sender must send the report again.", null);

    public static Refused NoReportInPart { get; } = new(
        RefusalReason.NotAReport, "This part is labelled as a TLS report but contains none. The sender must send the report again.", null);

    public static Refused EmptyPart { get; } = new(
        RefusalReason.Empty, "This part is labelled as a TLS report but is empty. The sender must send the report again.", null);

    public static Refused NoMailInMailbox { get; } = new(
        RefusalReason.NotAReport, "The file begins like an mbox file, but none of its \u201cFrom \u201d lines is followed by a header field, so the mails cannot be separated. Send each mail as a file of its own.", null);

    public static Refused UnsupportedFormat(string what, string next) => new(
        RefusalReason.NotAReport, $"This is {what}. The service does not read it. {next}.", null);

    public static Refused NotUnderstood(int bytes) => new(
        RefusalReason.NotAReport, $"The {bytes} bytes from this position are neither a report nor a mail, an archive or text. If they were meant to be a report, send only the report again.", null);

    public static Refused MailTooLarge(ReportLimits limits) => new(
        RefusalReason.TooLarge, $"A mail of the mbox file is larger than {limits.MaxInputBytes} bytes ({nameof(ReportLimits.MaxInputBytes)}). Send only its report.", nameof(ReportLimits.MaxInputBytes));

    public static Refused TextUndecodable(string name) => new(
        RefusalReason.MalformedJson, $"The text begins like {name} but cannot be decoded. The sender must send the report as UTF-8.", null);

    public static Refused NoReportInText(string name) => new(
        RefusalReason.MalformedJson, $"The text is {name} and contains neither JSON nor a mail with a TLS report inside. If it was meant to be a report, send it as UTF-8.", null);

    public static Refused RangeMissing(string field) => new(
        RefusalReason.MissingDateRange, $"The report's {field} is absent or empty, or has the wrong type, so the report cannot be assigned to a day. The reporter must correct it.", field);

    public static Refused RangeMalformed(string field) => new(
        RefusalReason.MalformedDateRange, $"The report's {field} is not a date-time by RFC 3339. The reporter must correct it.", field);

    public static Refused RangeNotAnObject { get; } = new(
        RefusalReason.MalformedDateRange, "The report's date-range is not an object with start-datetime and end-datetime. The reporter must correct it.", "date-range");

    public static Refused PoliciesNotAList { get; } = new(
        RefusalReason.PoliciesNotAList, "The report's policies are absent or not a list. The reporter must correct it.", "policies");

    public static Refused MalformedJson(long? line, long? column) => new(
        RefusalReason.MalformedJson, $"The report is not valid JSON: it ends early or has an error at line {(line ?? 0) + 1}, byte {(column ?? 0) + 1} of this report. The sender must send the report again.", null);

    public static Refused TextBetweenReports { get; } = new(
        RefusalReason.MalformedJson, "This line is not a TLS report. If it was meant to be one, the sender must send the report again.", null);

    public static Refused JsonTooDeep(ReportLimits limits) => new(
        RefusalReason.TooDeep, $"The JSON is nested deeper than {limits.MaxJsonDepth} levels ({nameof(ReportLimits.MaxJsonDepth)}); a report needs 5.", nameof(ReportLimits.MaxJsonDepth));

    public static Refused MailTooDeep(ReportLimits limits) => new(
        RefusalReason.TooDeep, $"The mail's parts are nested deeper than {limits.MaxMimeDepth} levels ({nameof(ReportLimits.MaxMimeDepth)}). Send only the report.", nameof(ReportLimits.MaxMimeDepth));

    public static Refused ArchiveTooDeep(ReportLimits limits) => new(
        RefusalReason.TooDeep, $"Archives are nested deeper than {limits.MaxArchiveDepth} levels ({nameof(ReportLimits.MaxArchiveDepth)}). Send the report in a single archive.", nameof(ReportLimits.MaxArchiveDepth));

    public static Refused InputTooLarge(ReportLimits limits) => new(
        RefusalReason.TooLarge, $"The delivery is larger than {limits.MaxInputBytes} bytes ({nameof(ReportLimits.MaxInputBytes)}). Send it compressed, or in smaller reports.", nameof(ReportLimits.MaxInputBytes));

    public static Refused InflatedTooLarge(ReportLimits limits) => new(
        RefusalReason.DecompressedTooLarge, $"The delivery unpacks to more than {limits.MaxInflatedBytes} bytes ({nameof(ReportLimits.MaxInflatedBytes)}). Send it in smaller reports.", nameof(ReportLimits.MaxInflatedBytes));

    public static Refused MemberTooLarge(ReportLimits limits) => new(
        RefusalReason.DecompressedTooLarge, $"A part of the delivery unpacks to more than {limits.MaxMemberBytes} bytes ({nameof(ReportLimits.MaxMemberBytes)}). Send it in smaller files.", nameof(ReportLimits.MaxMemberBytes));

    public static Refused RatioTooHigh(ReportLimits limits) => new(
        RefusalReason.RatioTooHigh, $"The data unpacks to more than {limits.MaxInflationRatio} times its size ({nameof(ReportLimits.MaxInflationRatio)}), which no TLS report does, so it was not read. If it was meant to be a report, send it as plain JSON.", nameof(ReportLimits.MaxInflationRatio));

    public static Refused TooManyMembers(ReportLimits limits) => new(
        RefusalReason.TooManyParts, $"The archive or delivery has more than {limits.MaxArchiveMembers} files ({nameof(ReportLimits.MaxArchiveMembers)}); the first {limits.MaxArchiveMembers} were read. Send the rest in another delivery.", nameof(ReportLimits.MaxArchiveMembers));

    public static Refused TooManyMimeParts(ReportLimits limits) => new(
        RefusalReason.TooManyParts, $"The mail has more than {limits.MaxMimeParts} parts ({nameof(ReportLimits.MaxMimeParts)}); the first {limits.MaxMimeParts} were read. Send fewer reports at a time.", nameof(ReportLimits.MaxMimeParts));

    public static Refused TooManyHeaders(ReportLimits limits) => new(
        RefusalReason.TooManyParts, $"The mail has more than {limits.MaxMailHeaders} header fields ({nameof(ReportLimits.MaxMailHeaders)}). Send only the report.", nameof(ReportLimits.MaxMailHeaders));

    public static Refused HeadersTooLong(ReportLimits limits) => new(
        RefusalReason.TooManyParts, $"The mail's header fields are longer than {limits.MaxMailHeaderBytes} bytes ({nameof(ReportLimits.MaxMailHeaderBytes)}). Send only the report.", nameof(ReportLimits.MaxMailHeaderBytes));

    public static Refused TooManyMails(ReportLimits limits) => new(
        RefusalReason.TooManyParts, $"The delivery contains more than {limits.MaxReports} mails ({nameof(ReportLimits.MaxReports)}); the first {limits.MaxReports} were read. Send the rest in another delivery.", nameof(ReportLimits.MaxReports));

    public static Refused RereadTooMuch(ReportLimits limits) => new(
        RefusalReason.TooManyParts, $"The delivery has so many damaged or joined parts that more than {limits.MaxRereadBytes} bytes would have to be read again ({nameof(ReportLimits.MaxRereadBytes)}), so reading ended. Send the reports in smaller files.", nameof(ReportLimits.MaxRereadBytes));

    public static Refused MoreSkipped(ReportLimits limits) => new(
        RefusalReason.TooManyParts, $"{limits.MaxSkipped} or more parts of the delivery cannot be read ({nameof(ReportLimits.MaxSkipped)}). The others are not listed, and reports after them may not have been read. Send the reports in smaller files.", nameof(ReportLimits.MaxSkipped));

    public static Refused TooManyReports(ReportLimits limits) => new(
        RefusalReason.TooManyReports, $"The delivery contains more than {limits.MaxReports} reports ({nameof(ReportLimits.MaxReports)}); the first {limits.MaxReports} were accepted. Send the rest in another delivery.", nameof(ReportLimits.MaxReports));
}
