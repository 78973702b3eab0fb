using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Host.Gateway;

/// <summary>The cache's answer for a host.</summary>
/// <param name="Policy">The policy to serve; null with <paramref name="IsKnown"/> is 404.</param>
/// <param name="IsKnown">False: temporarily unknown; 503.</param>
/// <param name="SecondsLeft">How long the copy is valid; a downstream cache may keep it for this time.</param>
internal readonly record struct PolicyAnswer(ServedPolicy? Policy, bool IsKnown, int SecondsLeft)
{
    public static PolicyAnswer Unknown { get; } = new(null, true, 0);

    public static PolicyAnswer CannotTell { get; } = new(null, false, 0);
}

/// <summary>
/// A silo's copies of the policies it serves. A copy is valid for one lease, counted from before its request; it is renewed early while senders
/// request it, and kept when the grain or its storage does not answer.
/// </summary>
internal sealed class PolicyCache(IPolicySource source, IOptions<GatewayOptions> options, TimeProvider clock, ILogger<PolicyCache> logger) : IDisposable
{
    /// <summary>Pause after a failed refresh; copies are served meanwhile.</summary>
    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);

    /// <summary>Hosted names whose policies are fetched at the start; all others are fetched at the first request. 20,000 take about 20 MB.</summary>
    private const int MostWarmed = 20_000;

    private readonly GatewayOptions options = options.Value;
    private readonly ConcurrentDictionary<string, CachedPolicy> copies = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Look-ups of names not known to be hosted. Bounds the cost of a flood of invented names.</summary>
    private readonly ConcurrencyLimiter strangers = new(new() { PermitLimit = options.Value.LaneWidth, QueueLimit = options.Value.LaneQueue });

    /// <summary>Hosted names: the queue holds one look-up for each connection, and none waits behind an unknown name.</summary>
    private readonly ConcurrencyLimiter hosted = new(new() { PermitLimit = options.Value.HostedLaneWidth, QueueLimit = int.MaxValue });
    private int unknown;

    /// <summary>Number of copies, including those of unknown hosts.</summary>
    public int Count => copies.Count;

    /// <summary>Finds the policy for a Host header's value.</summary>
    public ValueTask<PolicyAnswer> FindAsync(string host)
    {
        if (!copies.TryGetValue(host, out var copy))
        {
            if (!DomainName.TryParsePolicyHost(host, out var domain))
                return ValueTask.FromResult(PolicyAnswer.Unknown);
            if (!copies.TryGetValue(DomainNamePolicyHost(domain), out copy))
                return new(LookUpAsync(domain));
        }
        var (now, snapshot) = (clock.GetTimestamp(), copy.Current);
        copy.AskedAt = now;
        if (now < snapshot.FreshUntil)
        {
            if (now >= snapshot.RefreshFrom && snapshot.Policy is not null)
                _ = copy.Refresh(now, RefreshAsync);
            return ValueTask.FromResult(Fresh(snapshot, now));
        }
        return snapshot.Policy is null ? new(LookUpAsync(copy.Domain)) : new(FindStaleAsync(copy));
    }

    /// <summary>Loads the policies of hosted domains, so that after a start no sender waits for a look-up while a flood of invented names uses the processor.</summary>
    public Task WarmAsync(CancellationToken cancellationToken) => Parallel.ForEachAsync(
        source.HostedDomains().Take(MostWarmed),
        new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, options.HostedLaneWidth / 2), CancellationToken = cancellationToken }, // Half of the lane, to leave room for senders.
        async (domain, _) => await FindAsync(DomainNamePolicyHost(domain)));

    /// <summary>Removes unused copies and unknown hosts whose lease has ended; reports versions that were served beyond their lease and are not
    /// requested again.</summary>
    public void Sweep()
    {
        var now = clock.GetTimestamp();
        foreach (var (host, copy) in copies)
        {
            var idle = clock.GetElapsedTime(copy.AskedAt, now);
            if (copy.ServedLateUntil is not null)
                _ = copy.Refresh(now, RefreshAsync);
            else if ((copy.Current is { Policy: null } unserved ? now >= unserved.FreshUntil : idle > options.ForgetUnasked) && copies.TryRemove(new(host, copy)))
                Interlocked.Add(ref unknown, copy.Close());
        }
    }

    public void Dispose()
    {
        strangers.Dispose();
        hosted.Dispose();
    }

    private async Task<PolicyAnswer> FindStaleAsync(CachedPolicy copy)
    {
        try
        {
            await copy.Refresh(clock.GetTimestamp(), RefreshAsync).WaitAsync(options.Patience, clock);
        }
        catch (TimeoutException)
        {
            // The refresh continues; the old copy is served.
        }
        var (now, snapshot) = (clock.GetTimestamp(), copy.Current);
        if (now < snapshot.FreshUntil)
            return Fresh(snapshot, now);
        return copy.ServeLate(now, clock.GetUtcNow()) is { } policy ? new PolicyAnswer(policy, true, 0) : PolicyAnswer.CannotTell;
    }

    private async Task<PolicyAnswer> LookUpAsync(string domain)
    {
        var host = DomainNamePolicyHost(domain);
        using var patience = new CancellationTokenSource(options.Patience, clock); // One limit for the wait and the answer together.
        RateLimitLease place;
        try
        {
            place = await (source.IsHosted(domain) ? hosted : strangers).AcquireAsync(1, patience.Token);
        }
        catch (OperationCanceledException)
        {
            return PolicyAnswer.CannotTell;
        }
        using (place)
        {
            if (!place.IsAcquired)
                return PolicyAnswer.CannotTell;
            var asked = clock.GetTimestamp();
            if (copies.TryGetValue(host, out var other) && other.Current is var found && asked < found.FreshUntil)
                return Fresh(found, asked); // An earlier look-up has the answer.
            try
            {
                var policy = await source.GetAsync(domain).AsTask().WaitAsync(patience.Token);
                return Fresh(Keep(host, domain, policy, asked), clock.GetTimestamp());
            }
            catch (Exception exception)
            {
                Log.LookupFailed(logger, exception);
                return PolicyAnswer.CannotTell;
            }
        }
    }

    private PolicySnapshot Keep(string host, string domain, ServedPolicy? policy, long asked)
    {
        var snapshot = Lease(policy, asked);
        if (policy is null && Volatile.Read(ref unknown) >= options.MaxUnknownHosts && !copies.ContainsKey(host))
            return snapshot;
        var copy = copies.GetOrAdd(host, static (_, name) => new CachedPolicy(name), domain);
        copy.AskedAt = asked;
        var isSet = copy.TrySet(snapshot, copy.ServedLateUntil, out var change);
        Interlocked.Add(ref unknown, change);
        return isSet ? snapshot : copy.Current;
    }

    private bool MayTry(CachedPolicy copy, long now) => copy.FailedAt == 0 || clock.GetElapsedTime(copy.FailedAt, now) >= FailurePause;

    private async Task RefreshAsync(CachedPolicy copy)
    {
        if (!MayTry(copy, clock.GetTimestamp()))
            return;
        try
        {
            var asked = clock.GetTimestamp();
            var policy = await source.GetAsync(copy.Domain);
            var old = copy.Current.Policy;
            DateTimeOffset? told = null;
            int change;
            while (!copy.TrySet(Lease(policy, asked), told, out change) && copy.ServedLateUntil is { } until)
            {
                await source.ServedWhileCutOffAsync(copy.Domain, old!.Number, until); // If this fails it is reported next time.
                told = until;
            }
            Interlocked.Add(ref unknown, change);
        }
        catch (Exception exception)
        {
            copy.FailedAt = clock.GetTimestamp();
            Log.RefreshFailed(logger, exception, copy.Domain);
        }
    }

    private PolicySnapshot Lease(ServedPolicy? policy, long asked)
    {
        var lease = (long)(options.Lease.TotalSeconds * clock.TimestampFrequency);
        return new(policy, asked + (lease * 2 / 3), asked + lease, asked + (long)(options.KeepWhenFailing.TotalSeconds * clock.TimestampFrequency));
    }

    private PolicyAnswer Fresh(PolicySnapshot snapshot, long now) =>
        new(snapshot.Policy, true, (int)Math.Max(0, (snapshot.FreshUntil - now) / clock.TimestampFrequency));

    private static string DomainNamePolicyHost(string domain) => "mta-sts." + domain;
}

internal static partial class Log
{
    [LoggerMessage(1401, LogLevel.Warning, "A policy could not be looked up; the sender was told to try again")]
    public static partial void LookupFailed(ILogger logger, Exception exception);

    [LoggerMessage(1402, LogLevel.Warning, "{Domain}: the policy could not be refreshed; the cached copy is still served")]
    public static partial void RefreshFailed(ILogger logger, Exception exception, string domain);
}
