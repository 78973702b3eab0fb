using System.Text;
using static MtaSts.Protocol.Reports.DecodeResult;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Reads one delivery: mails into parts, archives into members, down to JSON. Lives for one call of <see cref="ReportDecoder.Decode"/>.</summary>
internal sealed partial class Delivery(ReportLimits limits, ReportBuffers buffers)
{
    private readonly Inflater _inflater = new(limits, buffers);
    private readonly Trail _trail = new();
    private readonly List<TlsReport> _reports = new(1);
    private readonly List<SkippedPart> _skipped = [];
    private int _refusals;
    private Refused? _ended;

    // A file of a foreign format; reported when there is no other reason.
    private Refused? _foreign;

    /// <summary>Position of a payload.</summary>
    /// <param name="Archives">Number of enclosing archives.</param>
    /// <param name="Mime">Number of enclosing messages and multiparts.</param>
    /// <param name="Usage">The usage of the enclosing mail; null when there is none.</param>
    /// <param name="Part">The mail part that it is; null when it is not one.</param>
    /// <param name="IsMember">It is one of several.</param>
    /// <param name="Name">Its file name in an archive.</param>
    /// <param name="IsEntity">It is known to be a mail, or a part with a header of its own.</param>
    private readonly record struct At(int Archives, int Mime, MailUsage? Usage, MailPart? Part, bool IsMember, ArraySegment<byte> Name, bool IsEntity)
    {
        public At InArchive(ArraySegment<byte> name = default, bool isMember = false) => new(Archives + 1, Mime, null, null, isMember, name, false);

        /// <summary>The kinds of containers to search for in it.</summary>
        public Sought Sought { get; init; }

        /// <summary>Its media type or name indicates a report.</summary>
        public bool Claims => Part is { } part ? part.ClaimsReport : Name.Count > 0 && ReportName.Claims(Encoding.UTF8.GetString(Name));

        /// <summary>Text that looks like a header may be one.</summary>
        public bool MayBeMail(ReadOnlySpan<byte> bytes) => IsEntity || (Part is { } part ? part.HoldsMail || (!part.IsText && MailSigns.BeginsMail(bytes)) : MailSigns.BeginsMail(bytes));
    }

    /// <summary>The result so far.</summary>
    public DecodeResult Result
    {
        get
        {
            if (_reports.Count > 0)
                return new Decoded(_reports, _mail) { Skipped = _skipped, ByReport = MailByReport(), Ended = _ended };
            // The first failure is reported; a delivery rarely has more than one.
            return _ended ?? (_skipped.Count > 0 ? _skipped[0].Refusal : _foreign is not null ? _foreign : _sawHeader ? Refusals.NoReportInMail : Refusals.NoReport);
        }
    }

    /// <summary>Reads bytes of any kind; adds their content to <see cref="Result"/>.</summary>
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

    private bool IsShallow(At at)
    {
        if (at.Archives < limits.MaxArchiveDepth)
            return true;
        Skip(Refusals.ArchiveTooDeep(limits));
        return false;
    }

    /// <summary>Records an unreadable part; beyond the limit records only that there are more.</summary>
    private void Skip(Refused refusal)
    {
        _refusals++;
        if (_skipped.Count < limits.MaxSkipped)
            _skipped.Add(new SkippedPart(_trail.Describe(), _skipped.Count == limits.MaxSkipped - 1 ? Refusals.MoreSkipped(limits) : refusal));
    }
}
