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
    private readonly MailStream _stream;
    private readonly ReportLimits _limits;
    private readonly List<MailPart> _parts = new(2);
    private readonly Stack<MailHeaders> _messages = new(1);
    private readonly MailBudget _budget;
    private int _depth;
    private MailHeaders _block = new();
    private Header? _encoding, _disposition, _type;

    private MailReader(ArraySegment<byte> mail, MailStream stream, int depth, MailBudget budget, ReportLimits limits)
        : base(new ParserOptions { MaxMimeDepth = limits.MaxMimeDepth + DepthBeyondLimit }, stream, MimeFormat.Entity)
    {
        _mail = mail;
        _stream = stream;
        _depth = depth;
        _budget = budget;
        _limits = limits;
    }

    /// <summary>The parts with content, in the order of the mail.</summary>
    /// <param name="mail">The mail from its first header field on.</param>
    /// <param name="depth">How deep the mail already lies in others.</param>
    /// <param name="budget">Parts and header fields of the delivery so far.</param>
    /// <param name="limits">Depth, parts and header fields to take.</param>
    /// <exception cref="FormatException">It is no mail.</exception>
    /// <exception cref="LimitExceededException">One of the limits was met.</exception>
    public static List<MailPart> Read(ArraySegment<byte> mail, int depth, MailBudget budget, ReportLimits limits)
    {
        using var stream = new MailStream(mail, budget, limits);
        var reader = new MailReader(mail, stream, depth, budget, limits);
        reader.ReadMessage();
        return reader._parts;
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
        if (++_budget.Headers > _limits.MaxMailHeaders)
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
        => _stream.LeaveHeaders(endOffset);

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
            _parts.Add(new MailPart(_mail.Slice((int)beginOffset, (int)(endOffset - beginOffset)), _messages.Peek(), _depth, _type, _disposition, _encoding));
    }

    private void Enter()
    {
        if (++_depth > _limits.MaxMimeDepth)
            throw new LimitExceededException(Refusals.MailTooDeep(_limits));
    }

    private void CountPart()
    {
        if (++_budget.Parts > _limits.MaxMimeParts)
            throw new LimitExceededException(Refusals.TooManyMimeParts(_limits));
    }
}
