using System.Runtime.CompilerServices;
using MtaSts.Modules.Reports;
using MtaSts.Protocol.Reports;

namespace MtaSts.Grains;

/// <summary>What became of one report of an upload.</summary>
/// <param name="Name">The file it was in, where it is known.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Id">The envelope's id; null when it was not taken.</param>
/// <param name="Outcome">Null when it was not taken, or is counted after this answer.</param>
/// <param name="IsNew">False: the same bytes had been taken before.</param>
/// <param name="Problem">Why it was not taken, and what to do.</param>
/// <param name="IsUnavailable">It was not taken because the storage does not answer: send it again.</param>
public sealed record UploadedItem(string? Name, long Size, string? Id, IngestionOutcome? Outcome, bool IsNew, string? Problem, bool IsUnavailable = false)
{
    /// <summary>What to tell: a report that the same bytes had brought before is a duplicate.</summary>
    public IngestionState? State => Id is null ? null
        : Outcome is null ? IngestionState.Stored
        : !IsNew && Outcome.State == IngestionState.Counted ? IngestionState.Duplicate : Outcome.State;
}

/// <summary>
/// Takes what a member uploads: one report in any form, or an mbox file or a zip archive of many, each of which becomes an envelope of its own.
/// </summary>
public sealed class Uploads(IReportInbox inbox, IGrainFactory grains, TimeProvider clock)
{
    /// <summary>Permanent id of this source.</summary>
    public const string Source = "source.upload";

    /// <summary>Largest mbox file: read mail by mail, so it is bounded for the time it takes.</summary>
    public const long MaxMailboxBytes = 256L * 1024 * 1024;

    /// <summary>Reports of one upload; each is stored and counted before the next.</summary>
    public const int MaxItems = 1_000;

    private const int Chunk = 64 * 1024;
    private const int MaxFileName = 255;
    private const string Busy = "Too many large files are being uploaded. Send it again; what was taken is not counted twice.";
    private const string TooMany = "Only the first 1,000 reports of the file were taken. Split it, and send the rest; what was taken is not counted again.";

    /// <summary>How long an upload waits for its turn.</summary>
    private static readonly TimeSpan TurnPatience = TimeSpan.FromSeconds(60);

    private static readonly string TooLarge = $"A report has at most {Envelope.MaxBytes / 1024 / 1024} MiB.";
    private static readonly ReportLimits Zip = ReportLimits.Default with { MaxArchiveMembers = MaxItems, MaxInflatedBytes = (int)MaxMailboxBytes };

    /// <summary>Each report as soon as it is done. Nothing is taken after the storage failed to answer.</summary>
    /// <param name="file">Read once, from where it stands.</param>
    public async IAsyncEnumerable<UploadedItem> TakeAsync(Stream file, string? fileName, string workspaceId, string? peer, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(file);
        var by = new Uploader(workspaceId, peer, fileName is { Length: > MaxFileName } ? fileName[..MaxFileName] : fileName);
        var begin = new byte[Chunk];
        var length = await file.ReadAtLeastAsync(begin, begin.Length, throwOnEndOfStream: false, cancellationToken);
        using var turn = length == begin.Length ? await LargeBodies.EnterAsync(TurnPatience, cancellationToken) : null;
        if (length == begin.Length && turn is null)
        {
            yield return new UploadedItem(by.FileName, 0, null, null, false, Busy, IsUnavailable: true);
            yield break;
        }
        var taken = 0;
        await foreach (var item in Reports(begin.AsMemory(0, length), file, by, cancellationToken))
        {
            if (taken++ == MaxItems)
            {
                yield return new UploadedItem(by.FileName, 0, null, null, false, TooMany);
                yield break;
            }
            var result = item.Problem is null ? await Deliver(item, by) : new UploadedItem(item.Name, item.Bytes.Length, null, null, false, item.Problem);
            yield return result;
            if (result.IsUnavailable)
                yield break;
        }
    }

    private static async IAsyncEnumerable<Item> Reports(ReadOnlyMemory<byte> begin, Stream rest, Uploader by, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (MailboxSplitter.Begins(begin.Span))
        {
            await foreach (var mail in Mails(begin, rest, by.FileName, cancellationToken))
                yield return mail;
            yield break;
        }
        if (await Whole(begin, rest, cancellationToken) is not { } whole)
        {
            yield return new Item(by.FileName, [], TooLarge);
            yield break;
        }
        if (!ReportZip.Begins(whole))
        {
            yield return new Item(by.FileName, whole, null);
            yield break;
        }
        switch (ReportZip.Count(whole, Zip))
        {
            case null or <= 1:
                yield return new Item(by.FileName, whole, null); // What cannot be opened stands in quarantine as it came.
                break;
            default:
                foreach (var member in ReportZip.Read(whole, Zip))
                {
                    if (member.Refused is null && MailboxSplitter.Begins(member.Bytes))
                    {
                        await foreach (var mail in Mails(member.Bytes, Stream.Null, member.Name, cancellationToken))
                            yield return mail;
                    }
                    else
                    {
                        yield return new Item(member.Name, member.Bytes, member.Refused?.Message ?? (member.Bytes.Length > Envelope.MaxBytes ? TooLarge : null));
                    }
                }
                break;
        }
    }

    private static async IAsyncEnumerable<Item> Mails(ReadOnlyMemory<byte> begin, Stream rest, string? name, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var splitter = new MailboxSplitter(Envelope.MaxBytes);
        foreach (var mail in splitter.Push(begin.Span))
            yield return Mail(mail, name);
        var buffer = new byte[Chunk];
        long read = begin.Length;
        while (await rest.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            if ((read += count) > MaxMailboxBytes)
            {
                yield return new Item(name, [], $"An mbox file has at most {MaxMailboxBytes / 1024 / 1024} MiB: what comes after was not taken. Split it.");
                yield break;
            }
            foreach (var mail in splitter.Push(buffer.AsSpan(0, count)))
                yield return Mail(mail, name);
        }
        foreach (var mail in splitter.End())
            yield return Mail(mail, name);
    }

    private static Item Mail(MailboxMail mail, string? name) => new(name, mail.Bytes, mail.IsTooLarge ? TooLarge : null);

    /// <summary>Null: larger than an envelope may be.</summary>
    private static async Task<byte[]?> Whole(ReadOnlyMemory<byte> begin, Stream rest, CancellationToken cancellationToken)
    {
        using var whole = new MemoryStream();
        whole.Write(begin.Span);
        var buffer = new byte[Chunk];
        while (await rest.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            if (whole.Length + count > Envelope.MaxBytes)
                return null;
            whole.Write(buffer, 0, count);
        }
        return whole.ToArray();
    }

    // Not tied to the caller: what has been taken is carried through.
    private async Task<UploadedItem> Deliver(Item item, Uploader by)
    {
        var size = item.Bytes.Length;
        return await inbox.AcceptAsync(new Envelope(Source, clock.GetUtcNow(), item.Bytes, null, by.WorkspaceId, by.Peer, item.Name), CancellationToken.None) switch
        {
            Receipt.Stored stored => new UploadedItem(item.Name, size, stored.Id, await grains.Ingestion(stored.Id).Complete(), stored.IsNew, null),
            Receipt.Refused refused => new UploadedItem(item.Name, size, null, null, false, refused.Reason),
            Receipt.Unavailable unavailable => new UploadedItem(item.Name, size, null, null, false, unavailable.Reason + " Send it again; what was taken is not counted twice.", IsUnavailable: true),
            var other => throw new InvalidOperationException($"The inbox answered {other.GetType().Name}."),
        };
    }

    private sealed record Uploader(string WorkspaceId, string? Peer, string? FileName);

    private sealed record Item(string? Name, byte[] Bytes, string? Problem);
}
