using static MtaSts.Protocol.Reports.DecodeResult;

namespace MtaSts.Protocol.Reports.Decoding;

/// <content>
/// The stream: containers one after another. Each reader returns the end of its container; the data after it is read in the same way. After a damaged container the next
/// one is searched for; data that was read is never searched, so nothing is counted twice. Data that is neither a container nor human-readable text is reported with its position.
/// </content>
internal sealed partial class Delivery
{
    private long _rereadLeft = limits.MaxRereadBytes;
    private int _joined;

    /// <summary>How far a container was read.</summary>
    /// <param name="Used">Start of the next container.</param>
    /// <param name="IsDamaged">It was reported, and its end is unknown: the following data may belong to it.</param>
    private readonly record struct Reading(int Used, bool IsDamaged)
    {
        public static implicit operator Reading(int used) => new(used, false);
    }

    /// <summary>Reads bytes of any kind; see <see cref="ReadStream"/>.</summary>
    private int ReadPayload(ArraySegment<byte> bytes, At at, bool isOpen = false)
    {
        bytes = WithLineFeeds(bytes);
        var before = _reports.Count + _refusals;
        var used = ReadStream(bytes, at, FirstKind(bytes, at), isOpen);
        if (_reports.Count + _refusals == before && at.Claims)
            Skip(bytes.Count == 0 ? Refusals.EmptyPart : Refusals.NoReportInPart);
        return used;
    }

    /// <summary>Copies mails whose lines end with CR alone (old Mac programs), with LF line ends. Returns anything else unchanged.</summary>
    private ArraySegment<byte> WithLineFeeds(ArraySegment<byte> bytes)
    {
        if (!bytes.AsSpan().Contains((byte)'\r') || bytes.AsSpan().Contains((byte)'\n') || Sniffer.Sniff(bytes) is not (PayloadKind.Unknown or PayloadKind.Mail))
            return bytes;
        _inflater.Spend(bytes.Count);
        var lines = bytes.ToArray();
        lines.AsSpan().Replace((byte)'\r', (byte)'\n');
        return MailboxSplitter.Begins(lines) || MailSigns.BeginsMail(lines) ? lines : bytes;
    }

    private static PayloadKind FirstKind(ArraySegment<byte> bytes, At at)
    {
        var kind = Sniffer.Sniff(bytes);
        if (kind == PayloadKind.Mail && (!at.MayBeMail(bytes) || ForeignFormats.Of(bytes, out _) is not null))
            kind = PayloadKind.Unknown;
        return kind == PayloadKind.Unknown && Base64Text.Begins(bytes) ? PayloadKind.Base64 : kind;
    }

    /// <summary>Reads one container after another.</summary>
    /// <param name="first">The kind of the first container, from its first bytes.</param>
    /// <param name="isOpen">The bytes are the end of a mail, and nothing marks where it ends: a mail that begins in them is not part of it.</param>
    /// <returns>The start of such a mail; otherwise the end.</returns>
    private int ReadStream(ArraySegment<byte> bytes, At at, PayloadKind first, bool isOpen)
    {
        var (kind, last) = (first, PayloadKind.Unknown);
        int number = 0, damaged = 0, reports = _reports.Count, place = 0, from = 0;
        var isDamaged = false;
        while (place < bytes.Count)
        {
            if (kind == PayloadKind.Unknown)
            {
                if (ForeignFormats.IsOpaque(bytes[place..]))
                {
                    // Its content is fragmented: reports found in it would be damaged.
                    SkipAt(place, ForeignFormats.Of(bytes[place..], out _)!);
                    return bytes.Count;
                }
                var next = Containers.Next(bytes, from, at.Sought);
                while (next < bytes.Count && (kind = Containers.KindAt(bytes[next..])) == PayloadKind.Unknown)
                    next = Containers.Next(bytes, next + 1, at.Sought);
                if (!isDamaged)
                    TellBetween(bytes[place..next], place, at, last, kind, ref number, isRead: _reports.Count > reports);
                place = next;
                continue;
            }
            if (isOpen && Containers.IsMail(kind) && !(number == 0 && at.Part!.HoldsMail))
                return place;
            if (++number > 1 && kind != PayloadKind.Json && !Containers.IsMail(kind))
                CountJoined();
            var (used, wasDamaged) = ReadContainer(kind, bytes[place..], at, ref number);
            (last, isDamaged) = (kind, wasDamaged);
            if (isDamaged && ++damaged > limits.MaxSkipped)
            {
                Skip(Refusals.MoreSkipped(limits));
                return bytes.Count;
            }
            from = place + Math.Max(1, used);
            place = isDamaged ? from : from = Containers.SkipPadding(bytes, from);
            kind = place < bytes.Count && !isDamaged ? Containers.KindAt(bytes[place..]) : PayloadKind.Unknown;
        }
        return bytes.Count;
    }

    private Reading ReadContainer(PayloadKind kind, ArraySegment<byte> bytes, At at, ref int number)
    {
        switch (kind)
        {
            case PayloadKind.Json:
                return ReadJson(bytes, null, ref number);
            case PayloadKind.Wide:
                return ReadWide(bytes, WideText.Of(bytes)!.Value, at, ref number);
            case PayloadKind.Gzip:
                return IsShallow(at) ? ReadGzip(bytes, at.InArchive(), ref number) : bytes.Count;
        }
        if (number > 1)
            _trail.Enter(Name(kind), number);
        Reading reading = kind switch
        {
            PayloadKind.Emlx => ReadEmlx(bytes, at),
            PayloadKind.Mailbox => ReadMailbox(bytes, at),
            PayloadKind.Mail => ReadMail(bytes, at, number == 1 && at.Usage is { } usage ? usage : new MailUsage()),
            _ when !IsShallow(at) => bytes.Count,
            PayloadKind.Zip => ReadZip(bytes, at),
            PayloadKind.Tar => ReadTar(bytes, at),
            PayloadKind.Tnef => ReadTnef(bytes, at),
            PayloadKind.Cms => ReadCms(bytes, at),
            _ => ReadBase64(bytes, at),
        };
        if (number > 1)
            _trail.Leave();
        return reading;
    }

    private static string Name(PayloadKind kind) => kind switch
    {
        PayloadKind.Zip => "zip archive",
        PayloadKind.Tar => "tar archive",
        PayloadKind.Tnef => "winmail.dat",
        PayloadKind.Cms => "S/MIME message",
        PayloadKind.Mailbox => "mailbox",
        PayloadKind.Base64 => "base64 text",
        _ => "mail",
    };

    private void CountJoined()
    {
        if (++_joined >= limits.MaxArchiveMembers)
            throw new LimitExceededException(Refusals.TooManyMembers(limits));
    }

    /// <summary>Spends the budget for bytes that are read again.</summary>
    private void Reread(int count)
    {
        if ((_rereadLeft -= count) < 0)
            throw new LimitExceededException(Refusals.RereadTooMuch(limits));
    }

    /// <summary>Reports data before, between or after containers, at <paramref name="place"/>.</summary>
    /// <param name="last">The kind of the preceding container.</param>
    /// <param name="next">The kind of the following container.</param>
    /// <param name="isRead">Reports were read before it.</param>
    private void TellBetween(ArraySegment<byte> bytes, int place, At at, PayloadKind last, PayloadKind next, ref int number, bool isRead)
    {
        if (Containers.SkipPadding(bytes, 0) == bytes.Count && bytes.Count > 0)
            return;
        if (ForeignFormats.Of(bytes, out var isArchive) is { } foreign)
        {
            if (isArchive || (last != PayloadKind.Unknown && !Footer.IsText(bytes)))
                SkipAt(place, foreign);
            else
                _foreign ??= foreign;
        }
        else if (last == PayloadKind.Unknown && next == PayloadKind.Unknown)
        {
            // Nothing was found; the enclosing container reports it.
            if (at.Part is null && bytes.AsSpan().StartsWith("From "u8))
                Skip(Refusals.NoMailInMailbox);
        }
        else if (!Footer.IsText(bytes))
        {
            _trail.Enter("byte", place);
            Skip(Refusals.NotUnderstood(bytes.Count));
            _trail.Leave();
        }
        else if (last == PayloadKind.Json)
        {
            // A line that is not a report, in a file of one report per line.
            if (next == PayloadKind.Json && !Footer.BeginsWithRule(bytes) && !Footer.IsComment(bytes))
                SkipJson(Refusals.TextBetweenReports, ++number);
            else if (isRead && next == PayloadKind.Unknown)
                NoteTrailing();
        }
    }

    private void SkipAt(int place, Refused refusal)
    {
        if (place > 0)
            _trail.Enter("byte", place);
        Skip(refusal);
        if (place > 0)
            _trail.Leave();
    }
}
