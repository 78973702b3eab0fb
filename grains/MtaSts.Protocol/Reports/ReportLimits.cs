namespace MtaSts.Protocol.Reports;

/// <summary>How much untrusted input <see cref="ReportDecoder"/> accepts. Each limit is enforced while reading, not afterwards.</summary>
public sealed record ReportLimits
{
    /// <summary>The defaults.</summary>
    public static ReportLimits Default { get; } = new();

    /// <summary>Bytes as they arrived (mail, gzip, zip or JSON). 25 MiB, the limit of large mail systems; RFC 8460 §5.2 expects 10 MB to be common. Prevents memory exhaustion.</summary>
    public int MaxInputBytes { get; init; } = 25 * 1024 * 1024;

    /// <summary>Bytes that all archives and encodings of one delivery may yield together. 32 MiB: the largest plausible report is a tenth of it. Prevents gzip bombs, including those of many small members.</summary>
    public int MaxInflatedBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Bytes that one archive member may yield. 32 MiB, as <see cref="MaxInflatedBytes"/>; matters where a caller raises that one for archives of many reports. Prevents one member from using the budget of all.</summary>
    public int MaxMemberBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Output to input of one compressed stream, measured once it has yielded <see cref="RatioMeasuredFrom"/> bytes. 1,000: reports reach about 30, the maximum of deflate is 1,032, reached only by runs of one byte.</summary>
    public int MaxInflationRatio { get; init; } = 1000;

    /// <summary>Bytes of output from which the ratio is measured. 1 MiB: a smaller bomb does no harm.</summary>
    public int RatioMeasuredFrom { get; init; } = 1024 * 1024;

    /// <summary>Nesting of JSON. 32: a report needs 5. Prevents stack and state growth by <c>[[[[…</c>.</summary>
    public int MaxJsonDepth { get; init; } = 32;

    /// <summary>Nesting of MIME parts, attached mails included. 10: a report forwarded twice as attachment needs 6. Prevents deep recursion.</summary>
    public int MaxMimeDepth { get; init; } = 10;

    /// <summary>MIME parts of one mail. 200: a report needs 3. Prevents mails made of boundaries only.</summary>
    public int MaxMimeParts { get; init; } = 200;

    /// <summary>Header fields of one mail, those of its parts included. 2,000: heavily relayed mails have some 100. Prevents mails made of headers only.</summary>
    public int MaxMailHeaders { get; init; } = 2000;

    /// <summary>Bytes of all header blocks of one mail together, with those of its parts and the blank line that ends each. 256 KiB: heavily relayed mails have some 30 KiB. Prevents an endless field, whose parsing takes time quadratic in its length.</summary>
    public int MaxMailHeaderBytes { get; init; } = 256 * 1024;

    /// <summary>Nesting of archives: gzip, zip, tar, base64 without a header, winmail.dat. 4: gzip within zip is common, and a .tar.gz of .json.gz, saved as base64, needs 4. Prevents archives that contain themselves.</summary>
    public int MaxArchiveDepth { get; init; } = 4;

    /// <summary>Members of one zip, tar or gzip file, and files concatenated in one delivery; further ones are skipped and reported. 1,000: the reports of a year. Files that packers add are not counted. Prevents directories of a million empty members.</summary>
    public int MaxArchiveMembers { get; init; } = 1000;

    /// <summary>Reports in one delivery, and mails; further ones are skipped and reported. 1,000: senders send one; a mailbox or an archive contains those of a year.</summary>
    public int MaxReports { get; init; } = 1000;

    /// <summary>Policies of all reports of one delivery. 50,000: far above real archives. Bounds memory: <see cref="MaxInflatedBytes"/> can contain many small reports.</summary>
    public int MaxDeliveryPolicies { get; init; } = 50_000;

    /// <summary>Failure details of all reports of one delivery. 500,000, for the same reason.</summary>
    public int MaxDeliveryDetails { get; init; } = 500_000;

    /// <summary>Notes on all reports of one delivery. 5,000, for the same reason.</summary>
    public int MaxDeliveryMends { get; init; } = 5_000;

    /// <summary>Parts that could not be read and are reported individually; then reading ends. 100: enough to find the cause. Bounds the data stored per delivery, and the search for the next report in damaged JSON.</summary>
    public int MaxSkipped { get; init; } = 100;

    /// <summary>Total bytes that may be read again: damaged data, to find the next container, and mails without an end mark. 500 MiB, twenty times the largest delivery. Prevents deliveries made of container headers, whose reading takes quadratic time.</summary>
    public long MaxRereadBytes { get; init; } = 500L * 1024 * 1024;

    /// <summary>Policies of one report; further ones are skipped and <see cref="Truncations.Policies"/> is set. 1,000: a reporter that writes one report for all domains of a host needs fewer.</summary>
    public int MaxPolicies { get; init; } = 1000;

    /// <summary>Failure details of one report, all policies together; further ones are skipped and <see cref="Truncations.Details"/> is set. 10,000: the largest seen has 5,000. Bounds what is stored for one report.</summary>
    public int MaxDetails { get; init; } = 10_000;

    /// <summary>Elements of one <c>policy-string</c> or <c>mx-host</c> list. 200: a policy file of 10 KiB has fewer useful lines.</summary>
    public int MaxListElements { get; init; } = 200;

    /// <summary>UTF-8 bytes of one text; longer ones are cut between characters. 4 KiB: the longest seen is below 300. Bounds rows and pages that show it.</summary>
    public int MaxStringBytes { get; init; } = 4096;

    /// <summary>Notes kept on one report; further ones are dropped and <see cref="Truncations.Mends"/> is set. 100: enough to understand, too few to fill a store.</summary>
    public int MaxMends { get; init; } = 100;
}
