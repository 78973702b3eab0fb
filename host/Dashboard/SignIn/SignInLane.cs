namespace MtaSts.Host.Dashboard.SignIn;

/// <summary>
/// Sign-ins at once, and those that may wait: password hashes are slow on purpose, and a flood of guesses is to take neither every core nor a place in an endless queue.
/// Each network has few places, so that one with many connections does not block the others; browsers that have signed in before have a lane of their own.
/// </summary>
internal sealed class SignInLane(TimeProvider clock) : IDisposable
{
    /// <summary>Sign-ins that wait for their turn; at some tens of milliseconds for each a place further back is no use to a person.</summary>
    public const int MaxWaiting = 100;

    /// <summary>Sign-ins of one address, inside or waiting.</summary>
    public const int OfNetwork = 4;

    /// <summary>Sign-ins of one /24 or /48, inside or waiting.</summary>
    public const int OfWideNetwork = 16;

    /// <summary>Sign-ins of one device that has signed in before.</summary>
    public const int OfDevice = 2;

    /// <summary>How long a sign-in waits at most.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Half of the cores: the other half is for those who are signed in, and for senders.</summary>
    public static readonly int AtOnce = Math.Max(1, Environment.ProcessorCount / 2);

    private readonly Lock gate = new();
    private readonly Dictionary<string, int> inside = [];
    private readonly Queue strangers = new(AtOnce);
    private readonly Queue devices = new(1);

    /// <summary>
    /// Takes a place, to be given back by disposing of it; null when too many are waiting, too many came from there, the wait took too long, or the client
    /// has gone.
    /// </summary>
    /// <param name="device">Id in a valid device cookie; null without one.</param>
    public async Task<IDisposable?> EnterAsync(ClientNetwork network, string? device, CancellationToken gone)
    {
        if (device is not null && await EnterAsync(devices, [("device " + device, OfDevice)], gone) is { } known)
            return known;
        List<(string Name, int Limit)> shares = [(network.Narrow, OfNetwork)];
        if (network.Wide is { } wide)
            shares.Add((wide, OfWideNetwork));
        return await EnterAsync(strangers, shares, gone);
    }

    public void Dispose()
    {
        strangers.Places.Dispose();
        devices.Places.Dispose();
    }

    private async Task<IDisposable?> EnterAsync(Queue queue, List<(string Name, int Limit)> shares, CancellationToken gone)
    {
        lock (gate)
        {
            var free = queue.Places.CurrentCount > 0;
            if ((!free && queue.Waiting >= MaxWaiting) || shares.Exists(share => inside.GetValueOrDefault(share.Name) >= share.Limit))
                return null;
            foreach (var (name, _) in shares)
                inside[name] = inside.GetValueOrDefault(name) + 1;
            if (queue.Places.Wait(0, CancellationToken.None))
                return new Place(this, queue, shares);
            queue.Waiting++;
        }
        var isIn = false;
        try
        {
            using var patience = new CancellationTokenSource(Patience, clock);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, gone);
            await queue.Places.WaitAsync(either.Token);
            isIn = true;
            return new Place(this, queue, shares);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            lock (gate)
            {
                queue.Waiting--;
                if (!isIn)
                    Leave(shares);
            }
        }
    }

    private void Leave(List<(string Name, int Limit)> shares)
    {
        foreach (var (name, _) in shares)
        {
            if (inside[name] == 1)
                inside.Remove(name);
            else
                inside[name]--;
        }
    }

    private sealed class Queue(int places)
    {
        public SemaphoreSlim Places { get; } = new(places, places);

        public int Waiting { get; set; }
    }

    private sealed class Place(SignInLane lane, Queue queue, List<(string Name, int Limit)> shares) : IDisposable
    {
        private int isLeft;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isLeft, 1) != 0)
                return;
            lock (lane.gate)
                lane.Leave(shares);
            queue.Places.Release();
        }
    }
}
