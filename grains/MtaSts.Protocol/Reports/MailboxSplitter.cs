using System.Buffers;

namespace MtaSts.Protocol.Reports;

/// <summary>A mail out of an mbox file.</summary>
/// <param name="Bytes">The mail without its "From " line, quoting undone; empty when <paramref name="IsTooLarge"/>.</param>
/// <param name="IsTooLarge">It was longer than allowed and was passed over.</param>
public sealed record MailboxMail(byte[] Bytes, bool IsTooLarge);

/// <summary>
/// Splits an mbox file (RFC 4155 and its variants) into mails while it is read: feed it chunks of any size, then <see cref="End"/>. Holds one mail.
/// </summary>
/// <remarks>
/// A mail begins at a line "From " that stands first or after a blank line and holds a time of day, as all writers put there: a sentence that begins
/// with "From " and was not quoted (mboxcl) does not end a mail. One "&gt;" is taken from lines "&gt;From ", "&gt;&gt;From " …, as mboxrd and mboxo
/// want; <c>Content-Length</c> is not trusted.
/// </remarks>
/// <param name="maxMailBytes">Longer mails are passed over and said to be too large.</param>
public sealed class MailboxSplitter(int maxMailBytes)
{
    // Lines of mail have at most 998 characters; longer ones are taken in pieces, so that a file of one line needs no memory.
    private const int MaxLine = 8 * 1024;

    // Real separators are below 200.
    private const int MaxSeparator = 1000;

    private readonly ArrayBufferWriter<byte> _line = new(256);
    private ArrayBufferWriter<byte>? _mail;
    private bool _isTooLarge;
    private bool _afterBlank = true;
    private bool _continues;

    /// <summary>Bytes held now: the mail that is not complete yet.</summary>
    public int Held => _mail?.WrittenCount ?? 0;

    /// <summary>Whether bytes begin as an mbox file does.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes) => bytes.StartsWith("From "u8);

    /// <summary>Takes the next bytes; the mails that are complete with them.</summary>
    public IReadOnlyList<MailboxMail> Push(ReadOnlySpan<byte> chunk)
    {
        var done = new List<MailboxMail>();
        while (!chunk.IsEmpty)
        {
            var end = chunk.IndexOf((byte)'\n');
            var take = Math.Min(end < 0 ? chunk.Length : end + 1, MaxLine - _line.WrittenCount);
            _line.Write(chunk[..take]);
            chunk = chunk[take..];
            if (_line.WrittenCount == MaxLine || _line.WrittenSpan[^1] == '\n')
                TakeLine(done);
        }
        return done;
    }

    /// <summary>The last mail, when there is one.</summary>
    public IReadOnlyList<MailboxMail> End()
    {
        var done = new List<MailboxMail>();
        if (_line.WrittenCount > 0)
            TakeLine(done);
        Complete(done);
        return done;
    }

    private void TakeLine(List<MailboxMail> done)
    {
        var line = _line.WrittenSpan;
        var begins = !_continues;
        if (begins && _afterBlank && IsSeparator(line))
        {
            Complete(done);
            _mail = new ArrayBufferWriter<byte>();
            _isTooLarge = false;
            _afterBlank = false;
        }
        else
        {
            _afterBlank = begins && line is [(byte)'\n'] or [(byte)'\r', (byte)'\n'];
            Add(begins && IsQuoted(line) ? line[1..] : line);
        }
        _continues = line[^1] != '\n';
        _line.ResetWrittenCount();
    }

    private void Add(ReadOnlySpan<byte> line)
    {
        if (_mail is null || _isTooLarge)
            return; // What stands before the first separator is no mail.
        if (_mail.WrittenCount + line.Length > maxMailBytes)
        {
            _isTooLarge = true;
            _mail.Clear();
        }
        else
        {
            _mail.Write(line);
        }
    }

    private void Complete(List<MailboxMail> done)
    {
        if (_mail is null)
            return;
        var bytes = _mail.WrittenSpan;
        // The blank line before the next separator belongs to the file, not to the mail.
        if (bytes.EndsWith("\r\n\r\n"u8))
            bytes = bytes[..^2];
        else if (bytes.EndsWith("\n\n"u8))
            bytes = bytes[..^1];
        if (_isTooLarge || !bytes.IsEmpty)
            done.Add(new MailboxMail(bytes.ToArray(), _isTooLarge));
        _mail = null;
    }

    private static bool IsSeparator(ReadOnlySpan<byte> line)
    {
        if (line.Length > MaxSeparator || !Begins(line))
            return false;
        for (var i = 2; i + 2 < line.Length; i++)
        {
            if (line[i] == ':' && char.IsAsciiDigit((char)line[i - 1]) && char.IsAsciiDigit((char)line[i + 1]) && char.IsAsciiDigit((char)line[i + 2]))
                return true;
        }
        return false;
    }

    private static bool IsQuoted(ReadOnlySpan<byte> line) => line is [(byte)'>', ..] && Begins(line.TrimStart((byte)'>'));
}
