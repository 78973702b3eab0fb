namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>What the mails of one delivery, those within mails included, have used up.</summary>
internal sealed class MailBudget
{
    public int Parts;
    public int Headers;
    public long HeaderBytes;
}

/// <summary>
/// Hands a mail to MimeKit's reader and stops when a header has no end. MimeKit tells of a field only when it has read the whole of it, and
/// copies what it has each time it needs more: without a bound in between, one field of some megabytes costs gigabytes.
/// </summary>
internal sealed class MailStream(ArraySegment<byte> mail, MailBudget budget, ReportLimits limits)
    : MemoryStream(mail.Array!, mail.Offset, mail.Count, writable: false)
{
    // The reader fetches ahead of what it has told of; the exact count is taken at the end of each header block.
    private const int FetchedAhead = 16 * 1024;

    private long _begin = -1;
    private bool _ended;

    public void EnterHeaders(long offset) => _begin = offset;

    public void LeaveHeaders(long offset)
    {
        budget.HeaderBytes += offset - _begin;
        _begin = -1;
        if (budget.HeaderBytes > limits.MaxMailHeaderBytes)
            throw new LimitExceededException(Refusals.HeadersTooLong(limits));
    }

    /// <summary>The reader needs no more: a file of a thousand mails, one appended to the other, is not read a thousand times.</summary>
    public void End() => _ended = true;

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_ended)
            return 0;
        if (_begin >= 0 && budget.HeaderBytes + Position - _begin > limits.MaxMailHeaderBytes + FetchedAhead)
            throw new LimitExceededException(Refusals.HeadersTooLong(limits));
        return base.Read(buffer, offset, count);
    }
}
