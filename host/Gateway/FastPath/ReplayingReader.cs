using System.Buffers;
using System.IO.Pipelines;

namespace MtaSts.Host.Gateway.FastPath;

/// <summary>Reads bytes that were taken off a connection before, then the connection itself.</summary>
internal sealed class ReplayingReader(ReadOnlyMemory<byte> taken, PipeReader connection) : PipeReader
{
    private ReadOnlyMemory<byte> rest = taken;
    private bool moreWanted;
    private bool replayed;
    private bool ended;

    public override bool TryRead(out ReadResult result)
    {
        if (rest.IsEmpty)
            return connection.TryRead(out result);
        if (!moreWanted)
        {
            result = Replay(isCanceled: false);
            return true;
        }
        if (!connection.TryRead(out var more))
        {
            result = default;
            return false;
        }
        result = Append(more);
        return true;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        rest.IsEmpty ? connection.ReadAsync(cancellationToken)
        : moreWanted ? ReadMoreAsync(cancellationToken)
        : ValueTask.FromResult(Replay(isCanceled: false));

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (!replayed)
        {
            connection.AdvanceTo(consumed, examined);
            return;
        }
        replayed = false;
        var given = new ReadOnlySequence<byte>(rest);
        moreWanted = given.Slice(examined).IsEmpty;
        rest = rest[(int)given.Slice(0, consumed).Length..];
    }

    public override void CancelPendingRead() => connection.CancelPendingRead();

    public override void Complete(Exception? exception = null) => connection.Complete(exception);

    public override ValueTask CompleteAsync(Exception? exception = null) => connection.CompleteAsync(exception);

    private async ValueTask<ReadResult> ReadMoreAsync(CancellationToken cancellationToken) => Append(await connection.ReadAsync(cancellationToken));

    // One piece is simpler than a chain over both; what a reader leaves unread for want of more is a header, which is small.
    private ReadResult Append(ReadResult more)
    {
        if (!more.Buffer.IsEmpty)
        {
            var joined = new byte[rest.Length + more.Buffer.Length];
            rest.CopyTo(joined);
            more.Buffer.CopyTo(joined.AsSpan(rest.Length));
            rest = joined;
        }
        connection.AdvanceTo(more.Buffer.End);
        ended = more.IsCompleted;
        return Replay(more.IsCanceled);
    }

    private ReadResult Replay(bool isCanceled)
    {
        replayed = true;
        return new ReadResult(new ReadOnlySequence<byte>(rest), isCanceled, ended);
    }
}
