using System.IO.Compression;
using System.Runtime.CompilerServices;
using MtaSts.Modules.Reports;
using MtaSts.Protocol.Reports;

namespace MtaSts.Application.Reports;

/// <summary>One report of an upload, or why it cannot be accepted.</summary>
internal sealed record UploadItem(string? Name, byte[] Bytes, UploadProblem? Problem = null);

/// <summary>Why an item cannot be accepted.</summary>
/// <param name="Text">Human-readable, with what to do.</param>
/// <param name="IsTooLarge">It exceeds a size limit.</param>
/// <param name="IsUnavailable">A retry may succeed.</param>
internal sealed record UploadProblem(string Text, bool IsTooLarge = false, bool IsUnavailable = false);

/// <summary>
/// Opens an upload: a report in any form is one item, and so is each mail of a mailbox and each member of a zip archive, with or without gzip, and the data
/// after such a file (<see cref="ReportStream"/>), which the decoder reads. A large item holds a place among those of all uploads until
/// the next item is requested.
/// </summary>
internal sealed class UploadItems(string workspaceId, TimeProvider clock)
{
    private const int Chunk = 64 * 1024;

    /// <summary>Unpacked bytes needed to detect the content.</summary>
    private const int Begin = 4 * 1024;

    private static readonly ReportLimits Zip = ReportLimits.Default with { MaxArchiveMembers = Uploads.MaxItems, MaxInflatedBytes = (int)Uploads.MaxMailboxBytes };
    private static readonly UploadProblem TooLarge = new($"A report has at most {Envelope.MaxBytes / 1024 / 1024} MiB.", IsTooLarge: true);
    private static readonly UploadProblem ArchiveTooLarge = new($"An archive has at most {Envelope.MaxBytes / 1024 / 1024} MiB. Split it.", IsTooLarge: true);
    private static readonly UploadProblem MailboxTooLarge = new($"An mbox file has at most {Uploads.MaxMailboxBytes / 1024 / 1024} MiB: the rest was not accepted. Split the file.", IsTooLarge: true);
    private static readonly UploadProblem Busy = new("Too many large files are being uploaded. Upload the file again later; a report is counted only once.", IsUnavailable: true);
    private static readonly UploadProblem TooSlow = new("The upload took longer than two minutes. Upload smaller or compressed files; a report is counted only once.");
    private static readonly UploadProblem Damaged = new("The gzip data is damaged or truncated: the rest was not accepted. Upload the file again.");
    private static readonly UploadProblem NoMail = new("The file contains no mail. Each mail of an mbox file begins with a line “From ” and a header field. Upload the mails as single files.");

    /// <param name="file">Read once, from its current position.</param>
    /// <param name="name">The file's name, if known.</param>
    public async IAsyncEnumerable<UploadItem> ReadAsync(Stream file, string? name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var begin = new byte[Chunk];
        var length = await file.ReadAtLeastAsync(begin, begin.Length, throwOnEndOfStream: false, cancellationToken);
        var isArchive = ReportZip.Begins(begin.AsSpan(0, length)) || IsGzip(begin.AsSpan(0, length));
        using var place = new LargePlace(isArchive ? LargeBodies.Archives : LargeBodies.Uploaded, workspaceId, clock);
        if (MailboxSplitter.Begins(begin.AsSpan(0, length)))
        {
            await foreach (var mail in Mails(begin.AsMemory(0, length), file, name, place, 0, cancellationToken))
                yield return mail;
            yield break;
        }
        var (whole, problem) = await Whole(begin.AsMemory(0, length), file, place, 0, isArchive ? ArchiveTooLarge : TooLarge, cancellationToken);
        if (problem is not null)
        {
            yield return new UploadItem(name, [], problem);
            yield break;
        }
        using var turn = new LargePlace(LargeBodies.Uploaded, workspaceId, clock);
        var items = ReportZip.Begins(whole) ? Members(whole, name, cancellationToken)
            : IsGzip(whole) ? Unpacked(whole, name, turn, 0, cancellationToken)
            : One(new UploadItem(name, whole));
        await foreach (var item in items)
            yield return item;
    }

    private async IAsyncEnumerable<UploadItem> Members(byte[] archive, string? name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (sizes, rest, hasDirectory) = ReportZip.Sizes(archive, Zip);
        if (sizes.Count == 0 || !hasDirectory)
        {
            yield return new UploadItem(name, archive); // An unreadable archive is decoded as far as possible, and stored in quarantine as received.
            yield break;
        }
        using var members = ReportZip.Read(archive, Zip).GetEnumerator();
        foreach (var size in sizes)
        {
            using var turn = new LargePlace(LargeBodies.Uploaded, workspaceId, clock);
            if (!await turn.HoldAsync(size, cancellationToken))
            {
                yield return new UploadItem(name, [], Busy);
                yield break;
            }
            if (!members.MoveNext())
                break;
            if (sizes.Count == 1 && rest is null && !await HoldsMail(members.Current.Bytes, cancellationToken))
            {
                yield return new UploadItem(name, archive); // One packed report, or one that cannot be unpacked.
                yield break;
            }
            await foreach (var item in Opened(members.Current, turn, size, cancellationToken))
                yield return item;
        }
        if (rest is not null)
            yield return new UploadItem(name, [], new UploadProblem(rest.Message));
        if (ReportStream.BehindArchive(archive, Zip) is { Length: > 0 } behind)
            yield return new UploadItem(name, behind);
    }

    private static IAsyncEnumerable<UploadItem> Opened(ReportZipMember member, LargePlace turn, long size, CancellationToken cancellationToken) =>
        member.AsPacked is { Length: <= Envelope.MaxBytes } packed ? One(new UploadItem(member.Name, packed)) // Stored in quarantine as received.
        : member.Refused is { } refused ? One(new UploadItem(member.Name, [], new UploadProblem(refused.Message)))
        : MailboxSplitter.Begins(member.Bytes) ? Mails(default, new MemoryStream(member.Bytes), member.Name, turn, size, cancellationToken)
        : IsGzip(member.Bytes) ? Unpacked(member.Bytes, member.Name, turn, size, cancellationToken)
        : One(new UploadItem(member.Name, member.Bytes, member.Bytes.Length > Envelope.MaxBytes ? TooLarge : null));

    /// <summary>Opens mail; a report in gzip, as senders send it, is unchanged.</summary>
    private static async IAsyncEnumerable<UploadItem> Unpacked(byte[] packed, string? name, LargePlace turn, long held, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var begin = await Peek(packed, cancellationToken);
        using var content = Gunzip(packed);
        if (MailboxSplitter.Begins(begin))
        {
            await foreach (var mail in Mails(default, content, name, turn, held, cancellationToken))
                yield return mail;
        }
        else if (ReportMail.Begins(begin))
        {
            var (mail, problem) = await Whole(default, content, turn, held, TooLarge, cancellationToken);
            yield return new UploadItem(name, mail, problem);
        }
        else
        {
            yield return new UploadItem(name, packed, packed.Length > Envelope.MaxBytes ? TooLarge : null);
            yield break;
        }
        if (ReportStream.BehindArchive(packed, Zip) is { Length: > 0 } behind)
            yield return new UploadItem(name, behind, behind.Length > Envelope.MaxBytes ? TooLarge : null);
    }

    /// <param name="held">Bytes already held.</param>
    private static async IAsyncEnumerable<UploadItem> Mails(ReadOnlyMemory<byte> begin, Stream rest, string? name, LargePlace turn, long held, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var splitter = new MailboxSplitter(Envelope.MaxBytes);
        var buffer = new byte[Chunk];
        var (piece, read, found) = (begin, 0L, false);
        UploadProblem? problem = null;
        do
        {
            foreach (var mail in splitter.Push(piece.Span))
            {
                found = true;
                yield return Mail(mail, name);
            }
            var count = 0;
            if ((read += piece.Length) > Uploads.MaxMailboxBytes)
                problem = MailboxTooLarge;
            else if (!await turn.HoldAsync(Math.Max(held, splitter.Held), cancellationToken))
                problem = Busy;
            else
                problem = Problem(count = await turn.ReadAsync(rest, buffer, cancellationToken));
            piece = buffer.AsMemory(0, Math.Max(count, 0));
        }
        while (!piece.IsEmpty);
        foreach (var mail in problem is null ? splitter.End() : [])
        {
            found = true;
            yield return Mail(mail, name);
        }
        if (problem is not null || !found)
            yield return new UploadItem(name, [], problem ?? NoMail);
    }

    private static UploadItem Mail(MailboxMail mail, string? name) => new(name, mail.Bytes, mail.IsTooLarge ? TooLarge : null);

    private static async Task<(byte[] Bytes, UploadProblem? Problem)> Whole(ReadOnlyMemory<byte> begin, Stream rest, LargePlace place, long held, UploadProblem tooLarge, CancellationToken cancellationToken)
    {
        // In pieces: a doubling buffer is up to twice as large as its content, and its predecessors are garbage that is collected late.
        var pieces = new List<byte[]>();
        var (piece, filled, length) = (new byte[Chunk], 0, (long)begin.Length);
        while (true)
        {
            var count = await place.ReadAsync(rest, piece.AsMemory(filled), cancellationToken);
            if (count <= 0)
                return Problem(count) is { } problem ? ([], problem) : (Joined(begin, pieces, piece.AsSpan(0, filled), length), null);
            length += count;
            if (length > Envelope.MaxBytes)
                return ([], tooLarge);
            if (!await place.HoldAsync(Math.Max(held, length), cancellationToken))
                return ([], Busy);
            filled += count;
            if (filled < piece.Length)
                continue;
            pieces.Add(piece);
            (piece, filled) = (new byte[Chunk], 0);
        }
    }

    private static byte[] Joined(ReadOnlyMemory<byte> begin, List<byte[]> pieces, ReadOnlySpan<byte> last, long length)
    {
        var whole = new byte[length];
        begin.Span.CopyTo(whole);
        var at = begin.Length;
        foreach (var piece in pieces)
        {
            piece.CopyTo(whole, at);
            at += piece.Length;
        }
        last.CopyTo(whole.AsSpan(at));
        return whole;
    }

    private static UploadProblem? Problem(int read) => read switch
    {
        LargePlace.Damaged => Damaged,
        LargePlace.TooSlow => TooSlow,
        _ => null,
    };

    private static async Task<bool> HoldsMail(byte[] bytes, CancellationToken cancellationToken)
    {
        var begin = IsGzip(bytes) ? await Peek(bytes, cancellationToken) : bytes;
        return MailboxSplitter.Begins(begin) || ReportMail.Begins(begin);
    }

    /// <summary>The first unpacked bytes of packed data; empty when it is damaged.</summary>
    private static async Task<byte[]> Peek(byte[] packed, CancellationToken cancellationToken)
    {
        var begin = new byte[Begin];
        try
        {
            using var content = Gunzip(packed);
            return begin[..await content.ReadAtLeastAsync(begin, begin.Length, throwOnEndOfStream: false, cancellationToken)];
        }
        catch (InvalidDataException)
        {
            return [];
        }
    }

    private static GZipStream Gunzip(byte[] packed) => new(new MemoryStream(packed), CompressionMode.Decompress);

    private static bool IsGzip(ReadOnlySpan<byte> bytes) => bytes is [0x1F, 0x8B, ..];

    private static async IAsyncEnumerable<UploadItem> One(UploadItem item)
    {
        await Task.CompletedTask;
        yield return item;
    }
}
