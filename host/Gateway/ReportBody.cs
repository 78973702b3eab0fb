using System.Net;
using MtaSts.Application.Reports;
using MtaSts.Modules.Listening;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Gateway;

/// <summary>A report's bytes as they arrive, within an envelope's size and the memory of all bodies together.</summary>
internal sealed class ReportBody : IDisposable
{
    /// <summary>Initial capacity: many connections that send little use little memory.</summary>
    private const int FirstCapacity = 4 * 1024;

    /// <summary>Bytes that are read before the check whether the address exists. Most reports are smaller.</summary>
    private const int UnaskedBytes = 16 * 1024;
    private const int LargestDoubled = LargeBodies.From;

    /// <summary>How long a large body waits for earlier ones.</summary>
    private static readonly TimeSpan TurnPatience = TimeSpan.FromSeconds(5);

    /// <summary>How long a large body may take once it starts. Bounds: a body sent one byte at a time, for which all others would wait.</summary>
    private static readonly TimeSpan TurnTime = TimeSpan.FromSeconds(60);

    private readonly ReceiveMemory all;
    private readonly ReceiveMemory.Body memory;
    private readonly Func<Task<bool>>? isWanted;
    private readonly CancellationTokenSource late;
    private readonly byte[] further = new byte[1];
    private IDisposable? turn;
    private bool asked;
    private byte[] bytes = [];
    private int length;

    /// <param name="all">The shared memory budget of all bodies.</param>
    /// <param name="client">The sending client.</param>
    /// <param name="clock">Measures the transfer time.</param>
    /// <param name="isWanted">Called before more than <see cref="UnaskedBytes"/> is read. Null: the body is unpacked from another one, which already
    /// holds the turn if it needs one.</param>
    public ReportBody(ReceiveMemory all, IPAddress? client, TimeProvider clock, Func<Task<bool>>? isWanted = null)
    {
        this.all = all;
        this.isWanted = isWanted;
        late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        memory = all.Begin(client, Drop);
        if (isWanted is null)
            memory.Complete(); // It is already in memory and cannot be slow.
    }

    public enum Outcome
    {
        Read,
        TooLarge,
        Crowded,
        TooSlow,
        Unwanted,
    }

    public ReadOnlyMemory<byte> Bytes => bytes.AsMemory(0, length);

    /// <summary>Reads to the end. <see cref="Outcome.Crowded"/>: no memory is free. <see cref="Outcome.Unwanted"/>: its address does not exist.</summary>
    /// <param name="from">The stream to read.</param>
    /// <param name="expected">The announced length; at most that much is allocated at once. Null when unknown.</param>
    public async Task<Outcome> ReadAsync(Stream from, long? expected, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await ReadWholeAsync(from, expected, either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return Outcome.TooSlow;
        }
    }

    private async Task<Outcome> ReadWholeAsync(Stream from, long? expected, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (length > 0 && length == expected)
            {
                // The body has the announced length: the array is exactly the report and need not be copied. Any further byte is an error.
                if (await from.ReadAsync(further, cancellationToken) == 0)
                    return Whole();
                expected = null;
                if (!MakeRoom(expected))
                    return Outcome.Crowded;
                bytes[length++] = further[0];
            }
            if ((length == UnaskedBytes || expected > UnaskedBytes) && isWanted is not null && !asked)
            {
                asked = true;
                if (!await isWanted())
                    return Outcome.Unwanted;
            }
            if (length == bytes.Length && length >= LargestDoubled && turn is null && isWanted is not null)
            {
                turn = await LargeBodies.Posted.EnterAsync(null, TurnPatience, cancellationToken);
                if (turn is null && all.DropSlow(LargestDoubled))
                    turn = await LargeBodies.Posted.EnterAsync(null, TurnPatience, cancellationToken);
                if (turn is null)
                    return Outcome.Crowded;
                late.CancelAfter(TurnTime);
            }
            if (length == bytes.Length && !MakeRoom(expected))
                return length == Most ? Outcome.TooLarge : Outcome.Crowded;
            var count = await from.ReadAsync(bytes.AsMemory(length), cancellationToken);
            if (count == 0)
                return length > Envelope.MaxBytes ? Outcome.TooLarge : Whole();
            memory.Received(count);
            length += count;
        }
    }

    public void Dispose()
    {
        memory.Dispose();
        turn?.Dispose();
        late.Dispose();
        (bytes, length) = ([], 0);
    }

    /// <summary>If it was dropped meanwhile, its memory already belongs to another body, and the sender has to send it again.</summary>
    private Outcome Whole() => memory.Complete() ? Outcome.Read : Outcome.TooSlow;

    private void Drop()
    {
        try
        {
            late.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has already ended.
        }
    }

    /// <summary>One more than allowed, to detect the end.</summary>
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
