using MimeKit;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>What a mail holds.</summary>
/// <param name="Parts">Those with content of their own.</param>
/// <param name="Epilogue">What stands behind the last part: nothing, or a mail that was appended to this one.</param>
/// <param name="Refusal">The limit at which reading ended.</param>
internal readonly record struct MailContent(List<MailPart> Parts, ArraySegment<byte> Epilogue, DecodeResult.Refused? Refusal);

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
    private int _multiparts;
    private int _epilogue = -1;
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

    /// <summary>The parts in the order of the mail; those before the limit when one was met.</summary>
    /// <param name="mail">The mail from its first header field on.</param>
    /// <param name="depth">How deep the mail already lies in others.</param>
    /// <param name="budget">Parts and header fields so far of this mail and those it lies in.</param>
    /// <param name="limits">Depth, parts and header fields to take.</param>
    /// <exception cref="FormatException">It is no mail.</exception>
    public static MailContent Read(ArraySegment<byte> mail, int depth, MailBudget budget, ReportLimits limits)
    {
        using var stream = new MailStream(mail, budget, limits);
        var reader = new MailReader(mail, stream, depth, budget, limits);
        try
        {
            reader.ReadMessage();
        }
        catch (LimitExceededException exceeded)
        {
            return new MailContent(reader._parts, [], exceeded.Refusal);
        }
        return new MailContent(reader._parts, reader._epilogue < 0 ? [] : mail[reader._epilogue..], null);
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
        _multiparts++;
    }

    protected override void OnMultipartEnd(ContentType contentType, long beginOffset, int beginLineNumber, long headersEndOffset, long endOffset, int lines, CancellationToken cancellationToken)
    {
        _depth--;
        _multiparts--;
    }

    protected override void OnMultipartEpilogueBegin(long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
    {
        // Of the outermost multipart: what stands there belongs to no part.
        if (_multiparts == 1 && _messages.Count == 1)
        {
            _epilogue = (int)beginOffset;
            _stream.End();
        }
    }

    protected override void OnMessagePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
        => CountPart();

    protected override void OnMimePartBegin(ContentType contentType, long beginOffset, int beginLineNumber, CancellationToken cancellationToken)
        => CountPart();

    protected override void OnMimePartContentEnd(long beginOffset, int beginLineNumber, long endOffset, int lines, NewLineFormat? newLineFormat, CancellationToken cancellationToken)
    {
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
