using MimeKit;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>The content of a mail.</summary>
/// <param name="Parts">Parts with their own content, and preambles and epilogues.</param>
/// <param name="Used">Length of the mail in bytes, up to the end of the last part. Without a closing boundary, all given bytes; the last part extends as far.</param>
/// <param name="LastHeader">Position of the header of the last part.</param>
/// <param name="IsMultipart">It was searched for boundaries.</param>
/// <param name="Refusal">The limit at which reading ended.</param>
internal readonly record struct MailContent(List<MailPart> Parts, int Used, Range LastHeader, bool IsMultipart, DecodeResult.Refused? Refusal);

/// <summary>
/// Finds the parts of a mail. MimeKit's event reader reports the start and end of each; no tree is built and no content copied, and the limits
/// are enforced while it reads.
/// </summary>
internal sealed class MailReader : MimeReader
{
    // MimeKit reads parts nested deeper than its own bound as one part; our limit must be reached first, because it refuses.
    private const int DepthBeyondLimit = 2;

    private readonly ArraySegment<byte> _mail;
    private readonly MailStream _stream;
    private readonly ReportLimits _limits;
    private readonly List<MailPart> _parts = new(2);
    private readonly Stack<MailHeaders> _messages = new(1);
    private readonly MailUsage _usage;
    private int _depth;
    private int _multiparts;
    private int _epilogue = -1;
    private Range _lastHeader;
    private bool _isMultipart;
    private MailHeaders _block = new();
    private Header? _encoding, _disposition, _type;

    private MailReader(ArraySegment<byte> mail, MailStream stream, int depth, MailUsage usage, ReportLimits limits)
        : base(new ParserOptions { MaxMimeDepth = limits.MaxMimeDepth + DepthBeyondLimit }, stream, MimeFormat.Entity)
    {
        _mail = mail;
        _stream = stream;
        _depth = depth;
        _usage = usage;
        _limits = limits;
    }

    /// <summary>The parts in the order of the mail; those before the limit when one was met.</summary>
    /// <param name="mail">The mail, starting with its first header field.</param>
    /// <param name="depth">Number of enclosing mails and multiparts.</param>
    /// <param name="usage">Parts and header fields so far of this mail and the enclosing ones.</param>
    /// <param name="limits">Depth, parts and header fields allowed.</param>
    /// <exception cref="FormatException">The data is not a mail.</exception>
    public static MailContent Read(ArraySegment<byte> mail, int depth, MailUsage usage, ReportLimits limits)
    {
        using var stream = new MailStream(mail, usage, limits);
        var reader = new MailReader(mail, stream, depth, usage, limits);
        try
        {
            reader.ReadMessage();
        }
        catch (LimitExceededException exceeded)
        {
            return new MailContent(reader._parts, mail.Count, reader._lastHeader, reader._isMultipart, exceeded.Refusal);
        }
        return new MailContent(reader._parts, reader._epilogue < 0 ? mail.Count : reader._epilogue, reader._lastHeader, reader._isMultipart, null);
    }

    protected override void OnMimeMessageBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
    {
        // The header block just read was this message's.
        _messages.Push(_block);
        Enter();
    }

    protected override void OnMimeMessageEnd(long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines, CancellationToken cancellationToken)
    {
        _messages.Pop();
        _depth--;
    }

    protected override void OnHeadersBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
    {
        _stream.EnterHeaders(beginOffset);
        _block = new MailHeaders();
        _encoding = _disposition = _type = null;
    }

    protected override void OnHeaderRead(Header header, int beginLineNumber, CancellationToken cancellationToken)
    {
        if (++_usage.Headers > _limits.MaxMailHeaders)
            throw new LimitExceededException(Refusals.TooManyHeaders(_limits));
        switch (header.Id)
        {
            case HeaderId.ContentTransferEncoding:
                _encoding ??= header;
                break;
            case HeaderId.ContentDisposition:
                _disposition ??= header;
                break;
            case HeaderId.ContentType:
                _type ??= header;
                break;
        }
        _block.Add(header);
    }

    protected override void OnHeadersEnd(long beginOffset, int beginLineNumber, long endOffset, int lines, CancellationToken cancellationToken)
    {
        _stream.LeaveHeaders(endOffset);
        _lastHeader = (int)beginOffset..(int)endOffset;
    }

    protected override void OnMultipartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
    {
        CountPart();
        Enter();
        _multiparts++;
        _isMultipart = true;
    }

    protected override void OnMultipartEnd(ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines, CancellationToken cancellationToken)
    {
        _depth--;
        _multiparts--;
    }

    protected override void OnMultipartPreambleEnd(long beginOffset, int beginLineNumber, long endOffset, int lines, CancellationToken cancellationToken)
        => AddBeside(beginOffset, endOffset);

    protected override void OnMultipartEpilogueBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
    {
        // Preamble or epilogue of the outermost multipart: it belongs to no part.
        if (IsOutermost)
        {
            _epilogue = (int)beginOffset;
            _stream.End();
        }
    }

    protected override void OnMultipartEpilogueEnd(long beginOffset, int beginLineNumber, long endOffset, int lines, CancellationToken cancellationToken)
    {
        if (!IsOutermost)
            AddBeside(beginOffset, endOffset);
    }

    private bool IsOutermost => _multiparts == 1 && _messages.Count == 1;

    private void AddBeside(long begin, long end)
    {
        var text = _mail[(int)begin..(int)end];
        if (!text.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
            _parts.Add(new MailPart(text, _messages.Peek(), _depth, null, null, null) { IsBeside = true });
    }

    protected override void OnMessagePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
        => CountPart();

    protected override void OnMimePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
        => CountPart();

    protected override void OnMimePartContentBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
    {
        // No boundary can follow, so the rest need not be read.
        if (_multiparts == 0)
            _stream.End();
    }

    protected override void OnMimePartContentEnd(long beginOffset, int beginLineNumber, long endOffset, int lines, NewLineFormat? newLineFormat, CancellationToken cancellationToken)
    {
        var end = _multiparts == 0 ? _mail.Count : (int)endOffset;
        _parts.Add(new MailPart(_mail[(int)beginOffset..end], _messages.Peek(), _depth, _type, _disposition, _encoding));
    }

    private void Enter()
    {
        if (++_depth > _limits.MaxMimeDepth)
            throw new LimitExceededException(Refusals.MailTooDeep(_limits));
    }

    private void CountPart()
    {
        if (++_usage.Parts > _limits.MaxMimeParts)
            throw new LimitExceededException(Refusals.TooManyMimeParts(_limits));
    }
}
