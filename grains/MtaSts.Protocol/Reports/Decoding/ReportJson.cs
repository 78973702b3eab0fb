using System.Text.Json;
using static MtaSts.Protocol.Reports.DecodeResult;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>
/// Reads the JSON of a report (RFC 8460 §4.4) in one pass. Bad policies and details are skipped with a note and the rest is kept. Refused only when it
/// is not JSON, has no day or has no list of policies.
/// </summary>
internal ref partial struct ReportJson
{
    private readonly ReportLimits _limits;
    private JsonCursor _json;
    private int _details;

    private ReportJson(ReadOnlySpan<byte> utf8, Words words, ReportLimits limits)
    {
        _limits = limits;
        _json = new JsonCursor(utf8, words, limits);
    }

    /// <summary>The report at the beginning of the text, or why there is none, and how many bytes were read: all, or those before the fault when it is damaged.</summary>
    public static (TlsReport? Report, Refused? Refusal, int Used, bool IsDamaged) Read(ReadOnlySpan<byte> utf8, Words words, ReportLimits limits, Mend? alreadyMended)
    {
        var reader = new ReportJson(utf8, words, limits);
        try
        {
            if (alreadyMended is not null)
                reader._json.Mends.Add(alreadyMended);
            var (report, refusal) = reader.Report();
            return (report, refusal, reader._json.Used, false);
        }
        catch (JsonTooDeepException)
        {
            return (null, Refusals.JsonTooDeep(limits), reader._json.Used, true);
        }
        catch (JsonException error)
        {
            return (null, Refusals.MalformedJson(error.LineNumber, error.BytePositionInLine), reader._json.Used, true);
        }
    }

    private (TlsReport?, Refused?) Report()
    {
        _json.Next();
        if (_json.Token != JsonTokenType.StartObject)
            return (null, Refusals.JsonNotAnObject);
        string? organisation = null, contact = null, id = null;
        List<ReportedPolicy>? policies = null;
        var range = new DateRange();
        int seen = 0;
        while (_json.NextName())
        {
            if (_json.IsName("organization-name"u8))
            {
                if (_json.First(ref seen, 1))
                    organisation = _json.Text("organization-name");
            }
            else if (_json.IsName("date-range"u8))
            {
                if (_json.First(ref seen, 2))
                    range = Range();
            }
            else if (_json.IsName("contact-info"u8))
            {
                if (_json.First(ref seen, 4))
                    contact = _json.Text("contact-info");
            }
            else if (_json.IsName("report-id"u8))
            {
                if (_json.First(ref seen, 8))
                    id = _json.Text("report-id");
            }
            else if (_json.IsName("policies"u8))
            {
                if (_json.First(ref seen, 16))
                    policies = Policies();
            }
            else
            {
                _json.SkipValue();
            }
        }
        if ((seen & (2 | 16)) == 0)
            return (null, Refusals.OtherJson);
        if (range.Refusal is not null)
            return (null, range.Refusal);
        if (policies is null)
            return (null, Refusals.PoliciesNotAList);

        if (organisation is null)
            _json.Note(MendCodes.OrganizationNameMissing, "organization-name", "The reporter does not name itself.");
        if (contact is null)
            _json.Note(MendCodes.ContactInfoMissing, "contact-info", "The reporter gives no address.");
        if (id is null)
            _json.Note(MendCodes.ReportIdMissing, "report-id", "The report has no id; a hash of its content was used.");
        if (range.End < range.Start)
            _json.Note(MendCodes.DateRangeReversed, "date-range", "The range ends before it begins.");
        return (new TlsReport
        {
            OrganizationName = organisation,
            ContactInfo = contact,
            ReportId = id,
            Start = range.Start,
            End = range.End,
            Policies = policies.ToArray(),
            Mended = _json.Mends.List,
            Truncated = _json.Truncated,
        }, null);
    }

    private DateRange Range()
    {
        if (!_json.EnterObject())
            return _json.Token == JsonTokenType.Null ? default : new DateRange { Refused = Refusals.RangeNotAnObject };
        var range = new DateRange();
        int seen = 0;
        while (_json.NextName())
        {
            if (_json.IsName("start-datetime"u8))
            {
                if (_json.First(ref seen, 1))
                    range.HasStart = Moment("start-datetime", ref range, out range.Start);
            }
            else if (_json.IsName("end-datetime"u8))
            {
                if (_json.First(ref seen, 2))
                    range.HasEnd = Moment("end-datetime", ref range, out range.End);
            }
            else
            {
                _json.SkipValue();
            }
        }
        range.Present = true;
        return range;
    }

    private bool Moment(string field, ref DateRange range, out DateTimeOffset moment)
    {
        moment = default;
        if (_json.Text(field) is not { } text)
            return false;
        if (!ReportDates.TryRead(text, out moment, out var mend))
        {
            range.Refused ??= Refusals.RangeMalformed(field);
            return true;
        }
        if (mend == MendCodes.DateWithoutZone)
            _json.Note(mend, "date-range." + field, "The date-time has no zone; it was read as UTC.");
        else if (mend == MendCodes.DateWithoutTime)
            _json.Note(mend, "date-range." + field, "The date has no time; it was read as midnight UTC.");
        else if (mend == MendCodes.DateFormVariant)
            _json.Note(mend, "date-range." + field, "The date-time is not written as RFC 3339 wants it; it was read all the same.");
        return true;
    }

    private struct DateRange
    {
        public bool Present, HasStart, HasEnd;
        public DateTimeOffset Start, End;
        public Refused? Refused;

        public readonly Refused? Refusal
            => Refused is not null ? Refused
                : !Present ? Refusals.RangeMissing("date-range")
                : !HasStart ? Refusals.RangeMissing("start-datetime")
                : !HasEnd ? Refusals.RangeMissing("end-datetime")
                : null;
    }
}
