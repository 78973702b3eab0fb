using MimeKit;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>
/// Finds the parts of a mail. MimeKit's event reader tells where each begins and ends; no tree is built and no content copied, and the limits
/// are held while it reads.
/// </summary>
internal sealed class MailReader : MimeReader
{
    // MimeKit reads parts nested deeper than its own bound as one; ours must be met first, as it refuses.
    private const int DepthBeyondLimit = 2;

    private readonly ArraySegment<byte> _mail;
    private readonly ReportLimits _limits;
    private readonly List<MailPart> _parts = new(2);
    private readonly Stack<MailHeaders> _messages = new(1);
    private int _depth;
    private int _partCount;
    private int _headerCount;
    private bool _atMessageHeader;
    private Header? _encoding, _disposition, _type;

    private MailReader(ArraySegment<byte> mail, Stream stream, int depth, ReportLimits limits)
        : base(new ParserOptions { MaxMimeDepth = limits.MaxMimeDepth + DepthBeyondLimit }, stream, MimeFormat.Entity)
    {
        _mail = mail;
        _depth = depth;
        _limits = limits;
    }

    /// <summary>The parts with content, in the order of the mail.</summary>
    /// <param name="mail">The mail from its first header field on.</param>
    /// <param name="depth">How deep the mail already lies in others.</param>
    /// <param name="limits">Depth, parts and header fields to take.</param>
    /// <exception cref="FormatException">It is no mail.</exception>
    /// <exception cref="LimitExceededException">One of the limits was met.</exception>
    public static List<MailPart> Read(ArraySegment<byte> mail, int depth, ReportLimits limits)
    {
        using var stream = new MemoryStream(mail.Array!, mail.Offset, mail.Count, writable: false);
        var reader = new MailReader(mail, stream, depth, limits);
        reader.ReadMessage();
        return reader._parts;
    }

    protected override void OnMimeMessageBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
    {
        _messages.Push(new MailHeaders());
        _atMessageHeader = true;
        Enter();
    }

    protected override void OnMimeMessageEnd(long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines, CancellationToken cancellationToken)
    {
        // The outermost stays: parts refer to it.
        if (_messages.Count > 1)
            _messages.Pop();
        _depth--;
    }

    protected override void OnHeadersBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
        => _encoding = _disposition = _type = null;

    protected override void OnHeaderRead(Header header, int beginLineNumber, CancellationToken cancellationToken)
    {
        if (++_headerCount > _limits.MaxMailHeaders)
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
        if (_atMessageHeader)
            _messages.Peek().Add(header);
    }

    protected override void OnHeadersEnd(long beginOffset, int beginLineNumber, long endOffset, int lines, CancellationToken cancellationToken)
        => _atMessageHeader = false;

    protected override void OnMultipartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
    {
        CountPart();
        Enter();
    }

    protected override void OnMultipartEnd(ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines, CancellationToken cancellationToken)
        => _depth--;

    protected override void OnMessagePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
        => CountPart();

    protected override void OnMimePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
        => CountPart();

    protected override void OnMimePartContentEnd(long beginOffset, int beginLineNumber, long endOffset, int lines, NewLineFormat? newLineFormat, CancellationToken cancellationToken)
    {
        if (endOffset > beginOffset)
            _parts.Add(new MailPart(_mail.Slice((int)beginOffset, (int)(endOffset - beginOffset)), _messages.Peek(), _type, _disposition, _encoding));
    }

    private void Enter()
    {
        if (++_depth > _limits.MaxMimeDepth)
            throw new LimitExceededException(Refusals.MailTooDeep(_limits));
    }

    private void CountPart()
    {
        if (++_partCount > _limits.MaxMimeParts)
            throw new LimitExceededException(Refusals.TooManyMimeParts(_limits));
    }
}
