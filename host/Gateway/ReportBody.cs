using MtaSts.Grains;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Gateway;

/// <summary>A report's bytes as they come in, within an envelope's size and the memory of all bodies together.</summary>
/// <param name="memory">The memory of all.</param>
/// <param name="isWanted">Asked before more than <see cref="FirstCapacity"/> is read. Null: it is unpacked from another, which has its turn if it needs one.</param>
internal sealed class ReportBody(BodyBudget memory, TimeProvider clock, Func<Task<bool>>? isWanted = null) : IDisposable
{
    private const int FirstCapacity = 16 * 1024;
    private const int LargestDoubled = LargeBodies.From;

    /// <summary>How long a large body waits for those before it.</summary>
    private static readonly TimeSpan TurnPatience = TimeSpan.FromSeconds(5);

    /// <summary>How long a large body may take once it has its turn. Bounds: one sent a byte at a time, for which all others would wait.</summary>
    private static readonly TimeSpan TurnTime = TimeSpan.FromSeconds(60);

    private readonly byte[] further = new byte[1];
    private IDisposable? turn;
    private bool asked;
    private byte[] bytes = [];
    private int length;

    public enum Outcome
    {
        Read,
        TooLarge,
        Crowded,
        TooSlow,
        Unwanted,
    }

    public ReadOnlyMemory<byte> Bytes => bytes.AsMemory(0, length);

    /// <summary>Reads to the end. <see cref="Outcome.Crowded"/>: there is no room now. <see cref="Outcome.Unwanted"/>: its address does not exist.</summary>
    /// <param name="from">What to read.</param>
    /// <param name="expected">How much the sender says it is; at most that much is set aside at once. Null when not told.</param>
    public async Task<Outcome> ReadAsync(Stream from, long? expected, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await ReadAsync(from, expected, late, either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Outcome.TooSlow;
        }
    }

    private async Task<Outcome> ReadAsync(Stream from, long? expected, CancellationTokenSource late, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (length > 0 && length == expected)
            {
                // As long as was said: the array is just the report then, and need not be copied. Whatever follows is too much.
                if (await from.ReadAsync(further, cancellationToken) == 0)
                    return Outcome.Read;
                expected = null;
                if (!MakeRoom(expected))
                    return Outcome.Crowded;
                bytes[length++] = further[0];
            }
            if ((length == FirstCapacity || expected > FirstCapacity) && isWanted is not null && !asked)
            {
                asked = true;
                if (!await isWanted())
                    return Outcome.Unwanted;
            }
            if (length == bytes.Length && length >= LargestDoubled && turn is null && isWanted is not null)
            {
                turn = await LargeBodies.Posted.EnterAsync(null, TurnPatience, cancellationToken);
                if (turn is null)
                    return Outcome.Crowded;
                late.CancelAfter(TurnTime);
            }
            if (length == bytes.Length && !MakeRoom(expected))
                return length == Most ? Outcome.TooLarge : Outcome.Crowded;
            var count = await from.ReadAsync(bytes.AsMemory(length), cancellationToken);
            if (count == 0)
                return length > Envelope.MaxBytes ? Outcome.TooLarge : Outcome.Read;
            length += count;
        }
    }

    public void Dispose()
    {
        memory.Return(bytes.Length);
        turn?.Dispose();
        (bytes, length) = ([], 0);
    }

    /// <summary>One more than is taken, so that the end is seen.</summary>
    private const int Most = Envelope.MaxBytes + 1;

    private bool MakeRoom(long? expected)
    {
        var twice = Math.Max(bytes.Length * 2, FirstCapacity);
        var capacity = (int)Math.Min(twice > LargestDoubled ? Math.Max(expected ?? Most, length + 1L) : twice, Most);
        if (capacity <= length || !memory.TryTake(capacity - bytes.Length, capacity))
            return false;
        Array.Resize(ref bytes, capacity);
        return true;
    }
}
