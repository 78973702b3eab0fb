using System.Buffers;
using MtaSts.Protocol.Reports.Decoding;

namespace MtaSts.Protocol.Reports;

/// <summary>A mail from an mbox file.</summary>
/// <param name="Bytes">The mail without its "From " line, quoting undone; empty when <paramref name="IsTooLarge"/>.</param>
/// <param name="IsTooLarge">It was longer than the limit and was skipped.</param>
public sealed record MailboxMail(byte[] Bytes, bool IsTooLarge);

/// <summary>
/// Splits an mbox file (RFC 4155 and its variants) into mails while it is read: push chunks of any size, then call <see cref="End"/>. Buffers one mail.
/// </summary>
/// <remarks>
/// A mail begins at a line "From " that is followed by a header field, or at a line "&gt;From ". Blank lines, addresses and times are not required, because
/// some writers omit them. A line that reads like a sentence ("From 2026-11-10 to …" that was not quoted, mboxcl) must be followed by a known mail field. Text
/// before the first separator is the first mail, unless it is blank. One "&gt;" is removed from lines "&gt;From ", "&gt;&gt;From " …, as mboxrd and
/// mboxo require; <c>Content-Length</c> is ignored.
/// </remarks>
/// <param name="maxMailBytes">Longer mails are skipped and reported as too large.</param>
public sealed class MailboxSplitter(int maxMailBytes)
{
    // Lines of mail have at most 998 characters; longer ones are read in pieces, so that a file of one line needs little memory.
    private const int MaxLine = 8 * 1024;

    // Real separators have fewer than 200 characters.
    private const int MaxSeparator = 1000;

    private static readonly string[] Months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    private readonly ArrayBufferWriter<byte> _line = new(256);

    // A line that is a separator when the next one is a header field.
    private readonly ArrayBufferWriter<byte> _candidate = new(256);
    private ArrayBufferWriter<byte> _mail = new();
    private bool _isTooLarge;
    private bool _continues;
    private bool _isFirst = true;

    /// <summary>Bytes held now: the mail that is not complete yet.</summary>
    public int Held => _mail.WrittenCount;

    /// <summary>Whether bytes begin as an mbox file does; preceding blank lines and a byte order mark are allowed.</summary>
    public static bool Begins(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Sniffer.ByteOrderMark))
            bytes = bytes[Sniffer.ByteOrderMark.Length..];
        bytes = bytes.TrimStart(" \t\r\n"u8);
        if (!bytes.StartsWith("From "u8))
            return false;
        bytes = bytes[..Math.Min(bytes.Length, 2 * MaxSeparator)];
        var end = bytes.IndexOf((byte)'\n');
        if (end < 0 || end >= MaxSeparator)
            return false;
        var next = bytes[(end + 1)..];
        var length = next.IndexOf((byte)'\n');
        return IsSeparator(bytes[..end], length < 0 ? next : next[..length]);
    }

    /// <summary>Reads the next bytes and returns the mails that they complete.</summary>
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
        KeepCandidate();
        Complete(done);
        return done;
    }

    private void TakeLine(List<MailboxMail> done)
    {
        var line = _line.WrittenSpan;
        var begins = !_continues;
        if (begins && _candidate.WrittenCount > 0)
        {
            if (IsSeparator(_candidate.WrittenSpan, line))
            {
                _candidate.ResetWrittenCount();
                Complete(done);
                _isFirst = false;
            }
            else
            {
                KeepCandidate();
            }
        }
        if (begins && line.Length <= MaxSeparator && line[^1] == '\n' && WithoutMark(line).StartsWith("From "u8))
            _candidate.Write(line);
        else
            Add(begins && !_isFirst && IsQuoted(line) ? line[1..] : line);
        _continues = line[^1] != '\n';
        _line.ResetWrittenCount();
    }

    /// <summary>The candidate was not a separator: keeps it as a line of the mail.</summary>
    private void KeepCandidate()
    {
        Add(_candidate.WrittenSpan);
        _candidate.ResetWrittenCount();
    }

    private void Add(ReadOnlySpan<byte> line)
    {
        if (_isTooLarge)
            return;
        if (_mail.WrittenCount + line.Length > maxMailBytes)
        {
            _isTooLarge = true;
            _mail = new ArrayBufferWriter<byte>();
        }
        else
        {
            _mail.Write(line);
        }
    }

    private void Complete(List<MailboxMail> done)
    {
        var bytes = _mail.WrittenSpan;
        // The blank line before the next separator belongs to the file, not to the mail.
        if (bytes.EndsWith("\r\n\r\n"u8))
            bytes = bytes[..^2];
        else if (bytes.EndsWith("\n\n"u8))
            bytes = bytes[..^1];
        if (_isTooLarge || WithoutMark(bytes).ContainsAnyExcept(" \t\r\n"u8))
            done.Add(new MailboxMail(bytes.ToArray(), _isTooLarge));
        _mail = new ArrayBufferWriter<byte>();
        _isTooLarge = false;
    }

    private static bool IsSeparator(ReadOnlySpan<byte> line, ReadOnlySpan<byte> next) =>
        next.StartsWith(">From "u8) || (IsFormal(WithoutMark(line)) ? MailSigns.IsField(next) : MailSigns.IsKnownField(next));

    /// <summary>The usual form: at most one word after "From", or a date with a month and a time of day; not a sentence.</summary>
    private static bool IsFormal(ReadOnlySpan<byte> line)
    {
        var rest = line["From "u8.Length..].Trim(" \t\r\n"u8);
        if (rest.IndexOfAny(" \t"u8) < 0)
            return true;
        return HasTime(rest) && HasMonth(rest);
    }

    private static bool HasTime(ReadOnlySpan<byte> text)
    {
        for (var i = 1; i + 2 < text.Length; i++)
        {
            if (text[i] == ':' && char.IsAsciiDigit((char)text[i - 1]) && char.IsAsciiDigit((char)text[i + 1]) && char.IsAsciiDigit((char)text[i + 2]))
                return true;
        }
        return false;
    }

    private static bool HasMonth(ReadOnlySpan<byte> text)
    {
        foreach (var word in text.Split((byte)' '))
        {
            foreach (var month in Months)
            {
                if (System.Text.Ascii.Equals(text[word], month))
                    return true;
            }
        }
        return false;
    }

    private static bool IsQuoted(ReadOnlySpan<byte> line) => line is [(byte)'>', ..] && line.TrimStart((byte)'>').StartsWith("From "u8);

    private static ReadOnlySpan<byte> WithoutMark(ReadOnlySpan<byte> line) => line.StartsWith(Sniffer.ByteOrderMark) ? line[Sniffer.ByteOrderMark.Length..] : line;
}
