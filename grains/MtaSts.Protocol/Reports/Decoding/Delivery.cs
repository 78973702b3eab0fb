using System.Text;
using static MtaSts.Protocol.Reports.DecodeResult;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>Walks through one delivery: mail into parts, archives into members, down to JSON. Lives for one call of <see cref="ReportDecoder.Decode"/>.</summary>
internal sealed class Delivery(ReportLimits limits)
{
    private readonly Inflater _inflater = new(limits);
    private readonly MailBudget _mails = new();
    private readonly List<TlsReport> _reports = new(1);
    private readonly List<Refused> _skipped = [];
    private bool _sawMail;
    private MailFacts? _mail;

    public DecodeResult Result => _reports.Count > 0
        ? new Decoded(_reports, _mail) { Skipped = _skipped }
        // The first that went wrong is told; a delivery rarely holds more than one.
        : _skipped.Count > 0 ? _skipped[0] : _sawMail ? Refusals.NoReportInMail : Refusals.NoReport;

    /// <summary>Reads bytes of any kind; what they hold is added to <see cref="Result"/>.</summary>
    /// <exception cref="LimitExceededException">The delivery as a whole has to be refused.</exception>
    public void Read(ArraySegment<byte> bytes)
    {
        if (Sniffer.Sniff(bytes) == PayloadKind.Mail)
            ReadMail(bytes, 0);
        else
            ReadPayload(bytes, 0);
    }

    private void ReadMail(ArraySegment<byte> bytes, int depth)
    {
        _sawMail = true;
        List<MailPart> parts;
        try
        {
            parts = MailReader.Read(bytes[^Sniffer.WithoutEnvelope(bytes).Length..], depth, _mails, limits);
        }
        catch (FormatException)
        {
            _skipped.Add(Refusals.MalformedMail);
            return;
        }
        foreach (var part in parts)
            ReadPart(part);
    }

    private void ReadPart(MailPart part)
    {
        if (part.Encoding == TransferEncoding.None)
        {
            ReadContent(part, part.Content);
            return;
        }
        using var content = TransferEncodings.Decode(part.Content, part.Encoding);
        ReadContent(part, content.Segment);
    }

    private void ReadContent(MailPart part, ArraySegment<byte> content)
    {
        var before = _reports.Count;
        if (Sniffer.Sniff(content) != PayloadKind.Mail)
            ReadPayload(content, 0);
        else if (part.HoldsMail)
            ReadMail(content, part.Depth);
        if (before == 0 && _reports.Count > 0)
            _mail ??= part.Message.Facts(part.FileName, limits);
    }

    private void ReadPayload(ArraySegment<byte> bytes, int archives)
    {
        switch (Sniffer.Sniff(bytes))
        {
            case PayloadKind.Json:
                ReadJson(bytes, null);
                break;
            case PayloadKind.Utf16LittleEndian:
                ReadUtf16(bytes, Encoding.Unicode);
                break;
            case PayloadKind.Utf16BigEndian:
                ReadUtf16(bytes, Encoding.BigEndianUnicode);
                break;
            case PayloadKind.Gzip:
                ReadGzip(bytes, archives + 1);
                break;
            case PayloadKind.Zip:
                ReadZip(bytes, archives + 1);
                break;
        }
    }

    private void ReadJson(ReadOnlySpan<byte> utf8, Mend? alreadyMended)
    {
        var (report, refusal) = ReportJson.Read(utf8, limits, alreadyMended);
        if (report is null)
        {
            // JSON that is no report (a bounce's details, a signature) is passed over in silence.
            if (refusal!.Reason != RefusalReason.NotAReport || !_sawMail)
                _skipped.Add(refusal);
            return;
        }
        if (_reports.Count == limits.MaxReports)
            throw new LimitExceededException(Refusals.TooManyReports(limits));
        _reports.Add(report);
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
            _skipped.Add(Refusals.MalformedText);
    }

    private void ReadGzip(ArraySegment<byte> packed, int archives)
    {
        if (archives > limits.MaxArchiveDepth)
            throw new LimitExceededException(Refusals.ArchiveTooDeep(limits));
        try
        {
            using var content = _inflater.Gunzip(packed);
            var skipped = _skipped.Count;
            ReadPayload(content.Segment, archives);
            // The framework takes data that ends early for whole; then the JSON breaks off, and the archive is to blame.
            if (_skipped.Count > skipped && _skipped[^1].Reason == RefusalReason.MalformedJson && Inflater.GzipSize(packed) != content.Length)
                _skipped[^1] = Refusals.GzipDamaged;
        }
        catch (InvalidDataException)
        {
            _skipped.Add(Refusals.GzipDamaged);
        }
    }

    private void ReadZip(ArraySegment<byte> archive, int archives)
    {
        if (archives > limits.MaxArchiveDepth)
            throw new LimitExceededException(Refusals.ArchiveTooDeep(limits));
        var (members, refusal) = ZipDirectory.Read(archive, limits);
        foreach (var member in members)
            ReadMember(member, archives);
        if (refusal is not null)
            _skipped.Add(refusal);
    }

    private void ReadMember(ZipMember member, int archives)
    {
        if (!member.Deflated)
        {
            // Members may overlap, so stored ones are counted as if unpacked.
            _inflater.Spend(member.Packed.Count);
            ReadMember(member, member.Packed, archives);
            return;
        }
        try
        {
            using var content = _inflater.Inflate(member.Packed, member.Size);
            ReadMember(member, content.Segment, archives);
        }
        catch (InvalidDataException)
        {
            _skipped.Add(Refusals.ZipDamaged);
        }
    }

    private void ReadMember(ZipMember member, ArraySegment<byte> content, int archives)
    {
        if (content.Count != member.Size || Crc32.Of(content) != member.Crc)
            _skipped.Add(Refusals.ZipDamaged);
        else
            ReadPayload(content, archives);
    }
}
