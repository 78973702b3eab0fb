using System.Text;
using static MtaSts.Protocol.Reports.DecodeResult;

namespace MtaSts.Protocol.Reports.Decoding;

/// <content>
/// JSON: one report, or several one after another (concatenated, one a line, as a list, as RFC 7464 writes them). A damaged one costs only itself: the
/// next begins at an object whose first name only a report's object has.
/// </content>
internal sealed partial class Delivery
{
    private static readonly byte[][] FirstNames = [.. new[] { "\"organization-name\"", "\"date-range\"", "\"contact-info\"", "\"report-id\"", "\"policies\"" }.Select(Encoding.ASCII.GetBytes)];

    private int _policiesLeft = limits.MaxDeliveryPolicies, _detailsLeft = limits.MaxDeliveryDetails, _mendsLeft = limits.MaxDeliveryMends;

    /// <summary>What one report may have of what is left for the delivery.</summary>
    private ReportLimits Left => _policiesLeft >= limits.MaxPolicies && _detailsLeft >= limits.MaxDetails && _mendsLeft >= limits.MaxMends
        ? limits
        : limits with { MaxPolicies = Math.Min(limits.MaxPolicies, _policiesLeft), MaxDetails = Math.Min(limits.MaxDetails, _detailsLeft), MaxMends = Math.Min(limits.MaxMends, _mendsLeft) };

    /// <summary>Reads every report; the mail that stands behind one, when there is one.</summary>
    private ArraySegment<byte> ReadJson(ArraySegment<byte> bytes, Mend? alreadyMended)
    {
        ReadOnlySpan<byte> utf8 = bytes;
        var words = Words.For(utf8.Length);
        int number = 0, damaged = 0, before = _reports.Count;
        for (var at = Next(utf8, 0); at < utf8.Length; at = Next(utf8, at))
        {
            if (utf8[at] != (byte)'{')
            {
                // Something else: between two reports it is told, behind the last it is ignored; a mail that was appended is read.
                if (number > 0 && MailSigns.BeginsMail(utf8[at..]))
                    return bytes[at..];
                var next = FindReport(utf8, at);
                if (number > 0 && next == utf8.Length)
                {
                    if (_reports.Count > before)
                        NoteTrailing();
                    break;
                }
                SkipJson(number == 0 ? Refusals.JsonNoObject : Refusals.MalformedJson(null, null), ++number);
                at = next;
                continue;
            }
            number++;
            var (report, refusal, used) = ReportJson.Read(utf8[at..], words, Left, alreadyMended);
            if (report is not null)
                Take(report);
            else
                SkipJson(refusal!, number);
            if (used < 0 && ++damaged == limits.MaxSkipped)
                break;
            at = used < 0 ? FindReport(utf8, at + 1) : at + used;
        }
        return default;
    }

    private void Take(TlsReport report)
    {
        if (_reports.Count == limits.MaxReports)
            throw new LimitExceededException(Refusals.TooManyReports(limits));
        _reports.Add(report);
        _policiesLeft -= report.Policies.Count;
        foreach (var policy in report.Policies)
            _detailsLeft -= policy.Details.Count;
        _mendsLeft = Math.Max(0, _mendsLeft - report.Mended.Count);
    }

    // JSON that is no report (a bounce's details, a signature) is passed over in silence where a mail may hold it.
    private void SkipJson(Refused refusal, int number)
    {
        if (refusal.Reason == RefusalReason.NotAReport && _sawMail)
            return;
        if (number > 1)
            _trail.Enter("report", number);
        Skip(refusal);
        if (number > 1)
            _trail.Leave();
    }

    private void NoteTrailing()
    {
        var report = _reports[^1];
        if (report.Mended.Count < limits.MaxMends)
            _reports[^1] = report with { Mended = [.. report.Mended, new Mend(MendCodes.TrailingContent, "", "Something follows the report; it was ignored.")] };
    }

    private void ReadUtf16(ReadOnlySpan<byte> bytes, Encoding encoding)
    {
        if (bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
            bytes = bytes[2..];
        var size = (bytes.Length / 2 * 3L) + 3;
        _inflater.Spend(size);
        // Through UTF-16 in chunks would save a copy; such reports have not been seen, so the plain way is enough.
        var utf8 = Encoding.UTF8.GetBytes(encoding.GetString(bytes));
        if (Sniffer.Sniff(utf8) == PayloadKind.Json)
            ReadJson(utf8, new Mend(MendCodes.NotUtf8, "", "The text is UTF-16; it was converted."));
        else if (!_sawMail)
            Skip(Refusals.MalformedText);
    }

    /// <summary>Where the next value begins: past white space, commas and brackets of a list, record separators, byte order marks, and NUL, with which some stores fill up.</summary>
    private static int Next(ReadOnlySpan<byte> utf8, int at)
    {
        while (at < utf8.Length)
        {
            if (utf8[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)',' or (byte)'[' or (byte)']' or 0x1E or 0)
                at++;
            else if (utf8[at..].StartsWith(Sniffer.ByteOrderMark))
                at += Sniffer.ByteOrderMark.Length;
            else
                break;
        }
        return at;
    }

    /// <summary>Where an object begins that only a report can be; the end when none does.</summary>
    private static int FindReport(ReadOnlySpan<byte> utf8, int from)
    {
        while (from < utf8.Length && utf8[from..].IndexOf((byte)'{') is >= 0 and var found)
        {
            from += found + 1;
            var inside = utf8[from..].TrimStart(" \t\r\n"u8);
            foreach (var name in FirstNames)
            {
                if (inside.StartsWith(name))
                    return from - 1;
            }
        }
        return utf8.Length;
    }
}
