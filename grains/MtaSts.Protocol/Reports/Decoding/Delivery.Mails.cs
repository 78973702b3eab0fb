namespace MtaSts.Protocol.Reports.Decoding;

/// <content>Mails: alone, in an mbox file, or one appended to another.</content>
internal sealed partial class Delivery
{
    private const int Chunk = 64 * 1024;

    // A mail appended to one without parts is found only after all that follows was read once more: as often as makes no difference for real files.
    private long _rereadLeft = 20L * limits.MaxInputBytes;

    private bool _sawMail;
    private int _mails;
    private MailFacts? _mail;
    private List<MailFacts?>? _byReport;
    private int _factsFor;

    private void ReadMails(ArraySegment<byte> mail, At at)
    {
        mail = ReadMail(mail, at, at.Budget ?? new MailBudget());
        for (var number = 2; mail.Count > 0; number++)
        {
            _trail.Enter("mail", number);
            mail = ReadMail(mail, at, new MailBudget());
            _trail.Leave();
        }
    }

    /// <summary>What was appended to the mail: another one.</summary>
    private ArraySegment<byte> ReadMail(ArraySegment<byte> bytes, At at, MailBudget budget)
    {
        if (++_mails > limits.MaxReports)
            throw new LimitExceededException(Refusals.TooManyMails(limits));
        _sawMail = true;
        MailContent content;
        try
        {
            content = MailReader.Read(bytes[^Sniffer.WithoutEnvelope(bytes).Length..], at.Mime, budget, limits);
        }
        catch (FormatException)
        {
            Skip(Refusals.MalformedMail);
            return default;
        }
        ArraySegment<byte> appended = default;
        for (var i = 0; i < content.Parts.Count; i++)
        {
            _trail.Enter("part", i + 1, part: content.Parts[i]);
            ReadPart(content.Parts[i], at, budget, ref appended);
            _trail.Leave();
        }
        if (content.Refusal is { } refusal)
            Skip(refusal);
        if (content.Epilogue.AsSpan().TrimStart(" \t\r\n"u8) is { Length: > 0 } epilogue && MailSigns.BeginsMail(epilogue))
            return content.Epilogue[^epilogue.Length..];
        _rereadLeft -= appended.Count;
        return _rereadLeft > 0 ? appended : throw new LimitExceededException(Refusals.TooManyMails(limits));
    }

    private void ReadPart(MailPart part, At at, MailBudget budget, ref ArraySegment<byte> appended)
    {
        var inside = new At(at.Archives, part.Depth, budget, part, IsMember: true, default, IsEntity: false);
        var before = _reports.Count;
        if (part.Encoding == TransferEncoding.None)
        {
            _behindJson = default;
            ReadPayload(part.Content, inside);
            if (_behindJson.Array == part.Content.Array && _behindJson.Count > 0)
                appended = _behindJson;
        }
        else if (part.Encoding == TransferEncoding.Base64 && TransferEncodings.TryBase64(part.Content, out var strict))
        {
            using (strict)
                ReadPayload(strict.Segment, inside);
        }
        else
        {
            var wrapped = part.Content;
            // Base64 has no colons: a mail was appended to one without parts, or to one that breaks off.
            if (part.Encoding == TransferEncoding.Base64 && MailSigns.FindMail(wrapped) is > 0 and var end)
            {
                appended = wrapped[end..];
                wrapped = wrapped[..end];
            }
            using var content = TransferEncodings.Decode(wrapped, part.Encoding);
            ReadPayload(content.Segment, inside);
        }
        if (_reports.Count > before)
            NoteMail(part, before);
    }

    private void ReadMailbox(ArraySegment<byte> file, At at)
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
    }

    private void ReadMailboxMail(MailboxMail mail, int number, At at)
    {
        _trail.Enter("mail", number);
        ReadMails(mail.Bytes, at with { Part = null, Budget = null });
        _trail.Leave();
    }

    // What the mail says of the reports that were found in a part: headers and file names are hints where a report names no domain.
    private void NoteMail(MailPart part, int before)
    {
        if (_factsFor == _reports.Count)
            return; // A mail within this one has told.
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

    // Reports that came in no mail have none.
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
