namespace MtaSts.Protocol.Reports.Decoding;

/// <content>Mails: alone, in an mbox file, or one appended to another.</content>
internal sealed partial class Delivery
{
    private const int Chunk = 64 * 1024;

    private bool _sawMail;

    // True when the data is certainly a mail: any word with a colon looks like a header field.
    private bool _sawHeader;
    private int _mails;
    private MailFacts? _mail;
    private List<MailFacts?>? _byReport;
    private int _factsFor;

    private Reading ReadMail(ArraySegment<byte> bytes, At at, MailUsage usage)
    {
        if (++_mails > limits.MaxReports)
            throw new LimitExceededException(Refusals.TooManyMails(limits));
        _sawMail = true;
        _sawHeader |= at.Mime > 0 || MailSigns.BeginsMail(bytes, enough: 1);
        var envelope = bytes.Count - Sniffer.WithoutEnvelope(bytes).Length;
        MailContent content;
        try
        {
            content = MailReader.Read(bytes[envelope..], at.Mime, usage, limits);
        }
        catch (FormatException)
        {
            Skip(Refusals.MalformedMail);
            return new Reading(envelope + 1, IsDamaged: true);
        }
        var (mail, used, number, reports, refusals) = (bytes[envelope..], content.Used, 0, _reports.Count, _refusals);
        foreach (var part in content.Parts)
        {
            if (part.IsBeside)
                _trail.Enter("text beside part", number + 1);
            else
                _trail.Enter("part", ++number, part: part);
            (reports, refusals) = (_reports.Count, _refusals);
            // The last part, where no boundary ends it, may be followed by another mail.
            var isOpen = used == mail.Count && part.Content.Offset + part.Content.Count == bytes.Offset + bytes.Count && content.Refusal is null;
            var read = ReadPart(part, at, usage, isOpen);
            if (isOpen)
                used -= part.Content.Count - read;
            _trail.Leave();
        }
        if (content.Refusal is { } refusal)
            Skip(refusal);
        // A mail truncated in a header appears to continue in the next file.
        if (content.Used == mail.Count && _reports.Count == reports)
        {
            var (header, length) = content.LastHeader.GetOffsetAndLength(mail.Count);
            var next = Containers.Next(mail[..(header + length)], header, Sought.AllButMails);
            if (next < header + length)
            {
                if (_refusals == refusals)
                    Skip(Refusals.MalformedMail);
                return new Reading(envelope + next, IsDamaged: true);
            }
        }
        if (content.IsMultipart)
            Reread(content.Used - used);
        return envelope + used;
    }

    /// <returns>Length of the part in bytes; less than all when the part is open.</returns>
    private int ReadPart(MailPart part, At at, MailUsage usage, bool isOpen)
    {
        var inside = new At(at.Archives, part.Depth, usage, part, IsMember: true, default, IsEntity: false)
        {
            // One of several texts may quote a report that another one holds.
            Sought = part.IsText && !part.IsBeside && !isOpen ? Sought.Mails : Sought.All,
        };
        var before = _reports.Count;
        var (bytes, used) = (part.Content, part.Content.Count);
        if (part.Encoding == TransferEncoding.None)
        {
            used = ReadPayload(bytes, inside, isOpen);
        }
        else if (part.Encoding == TransferEncoding.Base64 && TransferEncodings.TryBase64(bytes, buffers, out var strict))
        {
            using (strict)
                ReadPayload(strict.Segment, inside);
        }
        else
        {
            used = TransferEncodings.Length(bytes, part.Encoding);
            using (var content = TransferEncodings.Decode(bytes[..used], part.Encoding, buffers))
                ReadPayload(content.Segment, inside);
            if (!isOpen)
                ReadStream(bytes[used..], inside, PayloadKind.Unknown, isOpen: false);
        }
        if (_reports.Count > before)
            NoteMail(part, before);
        return used;
    }

    private Reading ReadEmlx(ArraySegment<byte> file, At at)
    {
        var begin = EmlxFile.Mail(file, out var end);
        if (end == 0)
        {
            var (used, isDamaged) = ReadMail(file[begin..], at, new MailUsage());
            return new Reading(begin + used, isDamaged);
        }
        ReadStream(file[begin..end], at with { Part = null, Usage = null }, PayloadKind.Mail, isOpen: false);
        return end + EmlxFile.PropertyList(file[end..]);
    }

    private Reading ReadMailbox(ArraySegment<byte> file, At at)
    {
        var splitter = new MailboxSplitter(limits.MaxInputBytes);
        var number = 0;
        for (var place = 0; place < file.Count; place += Chunk)
        {
            foreach (var mail in splitter.Push(file.AsSpan(place, Math.Min(Chunk, file.Count - place))))
                ReadMailboxMail(mail, ++number, at);
        }
        foreach (var mail in splitter.End())
            ReadMailboxMail(mail, ++number, at);
        return file.Count;
    }

    private void ReadMailboxMail(MailboxMail mail, int number, At at)
    {
        _trail.Enter("mail", number);
        if (mail.IsTooLarge)
            Skip(Refusals.MailTooLarge(limits));
        else
            ReadStream(mail.Bytes, at with { Part = null, Usage = null }, PayloadKind.Mail, isOpen: false);
        _trail.Leave();
    }

    // Stores the mail's facts for the reports found in a part: headers and file names are hints where a report names no domain.
    private void NoteMail(MailPart part, int before)
    {
        if (_factsFor == _reports.Count)
            return; // An inner mail already provided its facts.
        var facts = part.Message.Facts(part.FileName, limits);
        before = Math.Max(before, _factsFor);
        if (before == 0)
        {
            _mail = facts;
        }
        else
        {
            FillUp(before);
            _mail ??= facts;
        }
        _byReport?.AddRange(Enumerable.Repeat<MailFacts?>(facts, _reports.Count - before));
        _factsFor = _reports.Count;
    }

    // Reports outside a mail have no facts.
    private void FillUp(int count)
    {
        _byReport ??= [.. Enumerable.Repeat(_mail, _factsFor)];
        while (_byReport.Count < count)
            _byReport.Add(null);
    }

    private List<MailFacts?>? MailByReport()
    {
        if (_mail is not null && _factsFor < _reports.Count)
            FillUp(_reports.Count);
        return _byReport;
    }
}
