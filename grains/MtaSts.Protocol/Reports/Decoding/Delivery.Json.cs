using System.Text;
using static MtaSts.Protocol.Reports.DecodeResult;

namespace MtaSts.Protocol.Reports.Decoding;

/// <content>
/// JSON: one report, or several (concatenated, one per line, as a list, or as RFC 7464 sequences). A damaged report does not affect the others: the
/// next one begins at an object whose first name only a report has (<see cref="Containers"/>).
/// </content>
internal sealed partial class Delivery
{
    private int _policiesLeft = limits.MaxDeliveryPolicies, _detailsLeft = limits.MaxDeliveryDetails, _mendsLeft = limits.MaxDeliveryMends;

    /// <summary>The limits for one report within the remaining budget of the delivery.</summary>
    private ReportLimits Left => _policiesLeft >= limits.MaxPolicies && _detailsLeft >= limits.MaxDetails && _mendsLeft >= limits.MaxMends
        ? limits
        : limits with { MaxPolicies = Math.Min(limits.MaxPolicies, _policiesLeft), MaxDetails = Math.Min(limits.MaxDetails, _detailsLeft), MaxMends = Math.Min(limits.MaxMends, _mendsLeft) };

    /// <summary>Reads all reports up to data that is not JSON.</summary>
    private Reading ReadJson(ArraySegment<byte> bytes, Mend? alreadyMended, ref int number)
    {
        ReadOnlySpan<byte> utf8 = bytes;
        var words = Words.For(utf8.Length);
        var at = Next(utf8, 0);
        if (at == utf8.Length || utf8[at] != (byte)'{')
        {
            SkipJson(Refusals.JsonNotAnObject, number);
            return new Reading(at, IsDamaged: true);
        }
        for (number--; at < utf8.Length && utf8[at] == (byte)'{'; at = Next(utf8, at))
        {
            number++;
            var (report, refusal, used, isDamaged) = ReportJson.Read(utf8[at..], words, Left, alreadyMended);
            if (report is not null)
                Take(report);
            else
                SkipJson(refusal!, number);
            if (isDamaged)
            {
                Reread(used);
                return new Reading(at + 1, IsDamaged: true);
            }
            at += used;
        }
        return at;
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

    // JSON that is not a report (details of a bounce, a signature) is ignored where a mail may contain it.
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

    /// <summary>UTF-16 or UTF-32 text: JSON, or a mail or mailbox that an editor saved in that encoding.</summary>
    private Reading ReadWide(ArraySegment<byte> bytes, WideText text, At at, ref int number)
    {
        var mark = text.Mark;
        bytes = bytes[mark..];
        var size = (bytes.Count / 2 * 3L) + 3;
        _inflater.Spend(size);
        // Converting in chunks would save a copy; such reports have not been seen, so the simple way is sufficient.
        var words = text.Encoding.GetString(bytes);
        var utf8 = Encoding.UTF8.GetBytes(words);
        if (Sniffer.Sniff(utf8) != PayloadKind.Json)
        {
            var (before, isInMail) = (_reports.Count + _refusals, _sawMail);
            ReadStream(utf8, at, FirstKind(utf8, at), isOpen: false);
            // Mails may contain such text in addition to the report.
            if (_reports.Count + _refusals == before && !isInMail)
                Skip(words.Contains('\uFFFD', StringComparison.Ordinal) ? Refusals.TextUndecodable(text.Name) : Refusals.NoReportInText(text.Name));
            return mark + bytes.Count;
        }
        var (used, isDamaged) = ReadJson(utf8, new Mend(MendCodes.NotUtf8, "", $"The text is {text.Name}; it was converted."), ref number);
        // The data after it was converted too.
        return new Reading(Math.Min(mark + bytes.Count, mark + text.Encoding.GetByteCount(Encoding.UTF8.GetString(utf8.AsSpan(0, used)))), isDamaged);
    }

    /// <summary>Start of the next value: after padding, commas and brackets of a list, record separators.</summary>
    private static int Next(ReadOnlySpan<byte> utf8, int at)
    {
        while ((at = Containers.SkipPadding(utf8, at)) < utf8.Length && utf8[at] is (byte)',' or (byte)'[' or (byte)']' or 0x1E)
            at++;
        return at;
    }
}
