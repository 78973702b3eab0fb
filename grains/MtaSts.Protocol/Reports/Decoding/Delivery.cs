using System.Text;
using static MtaSts.Protocol.Reports.DecodeResult;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Walks through one delivery: mails into parts, archives into members, down to JSON. Lives for one call of <see cref="ReportDecoder.Decode"/>.</summary>
internal sealed partial class Delivery(ReportLimits limits)
{
    private readonly Inflater _inflater = new(limits);
    private readonly Trail _trail = new();
    private readonly List<TlsReport> _reports = new(1);
    private readonly List<SkippedPart> _skipped = [];
    private int _refusals;
    private Refused? _ended;

    // What no report is in; told when there is no other either.
    private Refused? _foreign;

    // The mail that stands behind JSON; within the bytes last read.
    private ArraySegment<byte> _behindJson;

    /// <summary>Where a payload lies.</summary>
    /// <param name="Archives">In how many archives.</param>
    /// <param name="Mime">In how many messages and multiparts.</param>
    /// <param name="Budget">Of the mail it lies in; null: of none.</param>
    /// <param name="Part">The part of a mail that it is; null: none.</param>
    /// <param name="IsMember">It is one of several.</param>
    /// <param name="Name">Its file name in an archive.</param>
    /// <param name="IsEntity">It is known to be a mail, or a part with a header of its own.</param>
    private readonly record struct At(int Archives, int Mime, MailBudget? Budget, MailPart? Part, bool IsMember, ArraySegment<byte> Name, bool IsEntity)
    {
        public At InArchive(ArraySegment<byte> name = default, bool isMember = false) => new(Archives + 1, Mime, null, null, isMember, name, false);

        /// <summary>Its label or name says that it is a report.</summary>
        public bool Claims => Part is { } part ? part.ClaimsReport : Name.Count > 0 && ReportName.Claims(Encoding.UTF8.GetString(Name));

        /// <summary>Words that look like a header may be one.</summary>
        public bool MayBeMail(ReadOnlySpan<byte> bytes) => IsEntity || (Part is { } part ? part.HoldsMail || (!part.IsText && MailSigns.BeginsMail(bytes)) : MailSigns.BeginsMail(bytes));
    }

    /// <summary>What was found.</summary>
    public DecodeResult Result
    {
        get
        {
            if (_reports.Count > 0)
                return new Decoded(_reports, _mail) { Skipped = _skipped, ByReport = MailByReport(), Ended = _ended };
            // The first that went wrong is told; a delivery rarely holds more than one.
            return _ended ?? (_skipped.Count > 0 ? _skipped[0].Refusal : _foreign is not null ? _foreign : _sawMail ? Refusals.NoReportInMail : Refusals.NoReport);
        }
    }

    /// <summary>Reads bytes of any kind; what they hold is added to <see cref="Result"/>.</summary>
    public void Read(ArraySegment<byte> bytes)
    {
        try
        {
            ReadPayload(bytes, new At(0, 0, null, null, false, default, IsEntity: true));
        }
        catch (LimitExceededException exceeded)
        {
            _ended = exceeded.Refusal;
            Skip(exceeded.Refusal);
        }
    }

    private void ReadPayload(ArraySegment<byte> bytes, At at)
    {
        var before = _reports.Count + _refusals;
        switch (Sniffer.Sniff(bytes))
        {
            case PayloadKind.Json:
                _behindJson = ReadJson(bytes, null);
                break;
            case PayloadKind.Utf16LittleEndian:
                ReadUtf16(bytes, Encoding.Unicode);
                break;
            case PayloadKind.Utf16BigEndian:
                ReadUtf16(bytes, Encoding.BigEndianUnicode);
                break;
            case PayloadKind.Gzip:
                if (IsShallow(at))
                    ReadGzip(bytes, at.InArchive());
                break;
            case PayloadKind.Zip:
                if (IsShallow(at))
                    ReadZip(bytes, at);
                break;
            case PayloadKind.Tar:
                if (IsShallow(at))
                    ReadTar(bytes, at);
                break;
            case PayloadKind.Tnef:
                if (IsShallow(at))
                    ReadTnef(bytes, at);
                break;
            case PayloadKind.Cms:
                if (IsShallow(at))
                    ReadCms(bytes, at);
                break;
            case PayloadKind.Emlx:
                ReadMails(EmlxFile.Mail(bytes), at);
                break;
            case PayloadKind.Mailbox:
                ReadMailbox(bytes, at);
                break;
            case PayloadKind.Mail when at.MayBeMail(bytes):
                ReadMails(bytes, at);
                break;
            default:
                ReadUnknown(bytes, at);
                break;
        }
        if (_reports.Count + _refusals == before && at.Claims)
            Skip(bytes.Count == 0 ? Refusals.EmptyPart : Refusals.NoReportInPart);
    }

    private void ReadUnknown(ArraySegment<byte> bytes, At at)
    {
        if (Base64Text.Begins(bytes))
        {
            if (!IsShallow(at))
                return;
            using var content = TransferEncodings.Decode(bytes, TransferEncoding.Base64);
            _inflater.Spend(content.Length);
            ReadPayload(content.Segment, at.InArchive());
        }
        else if (ForeignFormats.Of(bytes, out var isArchive) is { } foreign)
        {
            if (isArchive)
                Skip(foreign);
            else
                _foreign ??= foreign;
        }
        else if (at.Part is null && bytes.AsSpan().StartsWith("From "u8))
        {
            Skip(Refusals.NoMailInMailbox);
        }
    }

    private bool IsShallow(At at)
    {
        if (at.Archives < limits.MaxArchiveDepth)
            return true;
        Skip(Refusals.ArchiveTooDeep(limits));
        return false;
    }

    /// <summary>A part that cannot be read; beyond a limit only that there are more.</summary>
    private void Skip(Refused refusal)
    {
        _refusals++;
        if (_skipped.Count < limits.MaxSkipped)
            _skipped.Add(new SkippedPart(_trail.Describe(), _skipped.Count == limits.MaxSkipped - 1 ? Refusals.MoreSkipped(limits) : refusal));
    }
}
