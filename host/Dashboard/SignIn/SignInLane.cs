using System.Threading.RateLimiting;

namespace MtaSts.Host.Dashboard.SignIn;

/// <summary>
/// Limits concurrent and waiting sign-ins: password hashes are slow on purpose, and a flood of guesses must occupy neither every core nor an
/// unbounded queue. Each network has few places, so that one with many connections does not block the others; browsers that have signed in before
/// have a separate lane.
/// </summary>
internal sealed class SignInLane(TimeProvider clock) : IDisposable
{
    /// <summary>Waiting sign-ins. Each takes some tens of milliseconds, so a longer queue would exceed a user's patience.</summary>
    public const int MaxWaiting = 100;

    /// <summary>Sign-ins of one address, running or waiting.</summary>
    public const int OfNetwork = 4;

    /// <summary>Sign-ins of one /24 or /48, running or waiting.</summary>
    public const int OfWideNetwork = 16;

    /// <summary>Sign-ins of one device that has signed in before.</summary>
    public const int OfDevice = 2;

    /// <summary>How long a sign-in waits at most.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Half of the cores: the other half is for signed-in users and for senders.</summary>
    public static readonly int AtOnce = Math.Max(1, Environment.ProcessorCount / 2);

    private readonly PartitionedRateLimiter<ClientNetwork> strangers = PartitionedRateLimiter.CreateChained(
        Places<ClientNetwork>(static network => network.Narrow, OfNetwork),
        Places<ClientNetwork>(static network => network.Wide, OfWideNetwork),
        Places<ClientNetwork>(static _ => "", AtOnce, MaxWaiting));

    private readonly PartitionedRateLimiter<string> devices = PartitionedRateLimiter.CreateChained(
        Places<string>(static device => device, OfDevice),
        Places<string>(static _ => "", 1, MaxWaiting));

    /// <summary>
    /// Takes a place, which disposal releases; null when too many sign-ins wait, too many come from this network, the wait took too long, or the client has disconnected.
    /// </summary>
    /// <param name="device">Id in a valid device cookie; null without one.</param>
    public async Task<IDisposable?> EnterAsync(ClientNetwork network, string? device, CancellationToken gone)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, gone);
        try
        {
            if (device is not null && await devices.AcquireAsync(device, 1, either.Token) is { IsAcquired: true } known)
                return known;
            return await strangers.AcquireAsync(network, 1, either.Token) is { IsAcquired: true } place ? place : null;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        strangers.Dispose();
        devices.Dispose();
    }

    /// <summary>Places of each key; a null key is not limited.</summary>
    private static PartitionedRateLimiter<T> Places<T>(Func<T, string?> key, int places, int waiting = 0) => PartitionedRateLimiter.Create<T, string>(of => key(of) is { } name
        ? RateLimitPartition.GetConcurrencyLimiter(name, _ => new ConcurrencyLimiterOptions { PermitLimit = places, QueueLimit = waiting })
        : RateLimitPartition.GetNoLimiter(""));
}
