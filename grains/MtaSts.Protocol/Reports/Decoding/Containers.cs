namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>
/// Finds the start of the next container in a delivery, after one that was read or after damaged data. Containers are recognised by more than their first
/// bytes here: data at the start of a delivery is meant as a report, data after it may be a footer or noise.
/// </summary>
internal static class Containers
{
    // Doubled with each window, so that at most twice the distance to the match is searched.
    private const int FirstWindow = 4 * 1024;

    // RFC 5322 §2.1.1 plus a margin: the first line of a mail or mbox file.
    private const int LongestLine = 1024;

    private const byte EndOfFile = 0x1A;

    /// <summary>Separator line before and after each mail of an MMDF mailbox.</summary>
    private static ReadOnlySpan<byte> MailboxRule => [1, 1, 1, 1];

    /// <summary>First member names that only a report object has.</summary>
    private static readonly byte[][] FirstNames = [.. "\"organization-name\",\"date-range\",\"contact-info\",\"report-id\",\"policies\"".Split(',').Select(System.Text.Encoding.ASCII.GetBytes)];

    /// <summary>Skips padding of stores and archives: white space, NUL, the end-of-file character of DOS, byte order marks, the rules of MMDF.</summary>
    public static int SkipPadding(ReadOnlySpan<byte> bytes, int at)
    {
        while (at < bytes.Length)
        {
            if (bytes[at] == 0 && bytes[at..] is [0, (byte)'{' or (byte)'[', 0, ..])
                break; // UTF-16, big endian.
            if (bytes[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0 or EndOfFile)
                at++;
            else if (bytes[at..].StartsWith(Sniffer.ByteOrderMark))
                at += Sniffer.ByteOrderMark.Length;
            else if (bytes[at..].StartsWith(MailboxRule))
                at += MailboxRule.Length;
            else
                break;
        }
        return at;
    }

    /// <summary>The kind of data directly after another container.</summary>
    public static PayloadKind KindAt(ReadOnlySpan<byte> bytes)
    {
        var kind = Sniffer.Sniff(bytes);
        var isSure = kind switch
        {
            PayloadKind.Gzip => GzipMember.Begins(bytes),
            PayloadKind.Json => BeginsJson(bytes),
            PayloadKind.Wide => WideText.Of(bytes) is { Mark: var mark } && WideText.Of(bytes[mark..]) is { Mark: 0 },
            PayloadKind.Mail => MailSigns.BeginsMail(bytes),
            _ => true,
        };
        return !isSure ? PayloadKind.Unknown : kind == PayloadKind.Unknown && Base64Text.Begins(bytes) ? PayloadKind.Base64 : kind;
    }

    /// <summary>The data is a complete container, not the remainder of a file that was split at an arbitrary position.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> bytes) => KindAt(bytes) is var kind && (kind == PayloadKind.Json ? BeginsReport(bytes) : kind != PayloadKind.Unknown);

    /// <summary>Whether the kind is a mail or several mails.</summary>
    public static bool IsMail(PayloadKind kind) => kind is PayloadKind.Mail or PayloadKind.Mailbox or PayloadKind.Emlx;

    /// <summary>The start of the next container at or after <paramref name="from"/>; the end when there is none.</summary>
    public static int Next(ReadOnlySpan<byte> bytes, int from, Sought sought)
    {
        for (var window = FirstWindow; from < bytes.Length; window = Math.Min(window * 2, 1 << 28))
        {
            var to = Math.Min((long)from + window, bytes.Length);
            var found = First(bytes, from, (int)to, sought);
            if (found != to)
                return found;
            from = (int)to;
        }
        return bytes.Length;
    }

    private static int First(ReadOnlySpan<byte> bytes, int from, int to, Sought sought)
    {
        var first = sought == Sought.AllButMails ? to : FirstLine(bytes, from, to, sought);
        if (sought == Sought.Mails)
            return first;
        first = Find(bytes, from, first, GzipMember.Magic, static rest => GzipMember.BeginsSurely(rest));
        first = Find(bytes, from, first, "PK\x3\x4"u8, static rest => ZipDirectory.BeginsSurely(rest));
        first = Find(bytes, from, first, [0x78, 0x9F, 0x3E, 0x22], static rest => TnefFile.Begins(rest));
        first = Find(bytes, from, first, [0xFF, 0xFE, (byte)'{', 0], static _ => true);
        first = Find(bytes, from, first, [0xFE, 0xFF, 0, (byte)'{'], static _ => true);
        first = FindBehind(bytes, from, first, TarArchive.Magic, TarArchive.MagicAt, static rest => TarArchive.Begins(rest));
        foreach (var header in CmsMessage.HeaderLengths)
            first = FindBehind(bytes, from, first, CmsMessage.SignedIdentifier, header, static rest => rest is [0x30, >= 0x80, ..] && CmsMessage.Begins(rest));
        if (sought == Sought.All)
        {
            // gzip and zip in base64; other kinds begin at the start of a line.
            first = Find(bytes, from, first, "H4sI"u8, static rest => Base64Text.Begins(rest));
            first = Find(bytes, from, first, "UEsDB"u8, static rest => Base64Text.Begins(rest));
        }
        return sought == Sought.AllButJson ? first : Find(bytes, from, first, "{"u8, static rest => BeginsReport(rest));
    }

    private delegate bool Check(ReadOnlySpan<byte> rest);

    private static int Find(ReadOnlySpan<byte> bytes, int from, int to, ReadOnlySpan<byte> sign, Check isSure) => FindBehind(bytes, from, to, sign, 0, isSure);

    /// <param name="before">Bytes of the container before the signature.</param>
    private static int FindBehind(ReadOnlySpan<byte> bytes, int from, int to, ReadOnlySpan<byte> sign, int before, Check isSure)
    {
        var end = (int)Math.Min(bytes.Length, (long)to + before + sign.Length - 1);
        for (var at = from + before; at < end; at++)
        {
            var found = bytes[at..end].IndexOf(sign);
            if (found < 0)
                break;
            at += found;
            if (isSure(bytes[(at - before)..]))
                return at - before;
        }
        return to;
    }

    // Text containers begin at the start of a line.
    private static int FirstLine(ReadOnlySpan<byte> bytes, int from, int to, Sought sought)
    {
        for (var at = from; at < to;)
        {
            var near = bytes[at..Math.Min(bytes.Length, to + LongestLine)];
            var end = near.IndexOf((byte)'\n');
            if (at == 0 || bytes[at - 1] is (byte)'\n' or 0 or EndOfFile)
            {
                // Some stores pad with these.
                var line = (end < 0 ? near : near[..end]).TrimStart([(byte)0, EndOfFile]);
                var begin = at + (end < 0 ? near.Length : end) - line.Length;
                var rest = bytes[begin..];
                if (line is [(byte)'F', (byte)'r', (byte)'o', (byte)'m', (byte)' ', ..] ? MailboxSplitter.Begins(rest)
                    : MailSigns.IsKnownField(line) ? MailSigns.BeginsMail(rest)
                    : line is [>= (byte)'0' and <= (byte)'9', ..] && EmlxFile.Begins(rest))
                    return begin;
                if (sought == Sought.All && Base64Text.Begins(rest))
                    return begin;
            }
            if (end < 0)
                break;
            at += end + 1;
        }
        return to;
    }

    /// <summary>An object that has a member, or a list of objects.</summary>
    private static bool BeginsJson(ReadOnlySpan<byte> text)
    {
        if (text is [0x1E, ..])
            text = text[1..];
        var inside = text.IsEmpty ? text : text[1..].TrimStart(" \t\r\n"u8);
        return text is [(byte)'{', ..] ? inside is [(byte)'"', ..] : text is [(byte)'[', ..] && inside is [(byte)'{', ..];
    }

    private static bool BeginsReport(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t\r\n,[\x1E"u8);
        if (text is not [(byte)'{', ..])
            return false;
        text = text[1..].TrimStart(" \t\r\n"u8);
        foreach (var name in FirstNames)
        {
            if (text.StartsWith(name))
                return true;
        }
        return false;
    }
}

/// <summary>The kinds of containers to search for.</summary>
internal enum Sought
{
    /// <summary>Containers of all kinds.</summary>
    All,

    /// <summary>All but base64: the searched text may itself be base64.</summary>
    AllButBase64,

    /// <summary>All but JSON and base64: the searched text may contain both, encoded.</summary>
    AllButJson,

    /// <summary>All but mails: each line of a header could begin a mail.</summary>
    AllButMails,

    /// <summary>Only mails: human-readable text may quote anything else.</summary>
    Mails,
}
