namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>What one mail and the mails nested in it have used of <see cref="ReportLimits"/>.</summary>
internal sealed class MailUsage
{
    public int Parts;
    public int Headers;
    public long HeaderBytes;
}

/// <summary>
/// The stream from which MimeKit's reader reads a mail. Throws when the header blocks exceed <see cref="ReportLimits.MaxMailHeaderBytes"/>. MimeKit
/// reports a field only after it has read the whole field, and copies its buffer each time it grows: without this limit one field of some megabytes
/// costs gigabytes.
/// </summary>
internal sealed class MailStream(ArraySegment<byte> mail, MailUsage usage, ReportLimits limits)
    : MemoryStream(mail.Array!, mail.Offset, mail.Count, writable: false)
{
    // The reader reads up to this many bytes ahead of the field that it reports. The exact count is checked at the end of each header block.
    private const int ReadAhead = 16 * 1024;

    private long _headersBegin = -1;
    private bool _ended;

    public void EnterHeaders(long offset) => _headersBegin = offset;

    public void LeaveHeaders(long offset)
    {
        usage.HeaderBytes += offset - _headersBegin;
        _headersBegin = -1;
        if (usage.HeaderBytes > limits.MaxMailHeaderBytes)
            throw new LimitExceededException(Refusals.HeadersTooLong(limits));
    }

    /// <summary>Reports the end of the stream from now on. Otherwise each mail of a file of a thousand concatenated mails would be read to the end of the file.</summary>
    public void End() => _ended = true;

    public override int Read(byte[] buffer, int offset, int count)
    {
        if (_ended)
            return 0;
        if (_headersBegin >= 0 && usage.HeaderBytes + Position - _headersBegin > limits.MaxMailHeaderBytes + ReadAhead)
            throw new LimitExceededException(Refusals.HeadersTooLong(limits));
        return base.Read(buffer, offset, count);
    }
}
