using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Host.Gateway;

/// <summary>What the cache says of a host.</summary>
/// <param name="Policy">To be served; null with <paramref name="IsKnown"/> is 404.</param>
/// <param name="IsKnown">False: temporarily unknown; 503.</param>
/// <param name="SecondsLeft">How long the copy is good for; what a cache downstream may keep it.</param>
internal readonly record struct PolicyAnswer(ServedPolicy? Policy, bool IsKnown, int SecondsLeft)
{
    public static PolicyAnswer Unknown { get; } = new(null, true, 0);

    public static PolicyAnswer CannotTell { get; } = new(null, false, 0);
}

/// <summary>
/// A silo's copies of the policies it serves. A copy is good for one lease, counted from before it was asked for; it is
/// renewed ahead of time while senders ask for it, and kept when the grain or its storage does not answer.
/// </summary>
internal sealed class PolicyCache(IPolicySource source, IOptions<GatewayOptions> options, TimeProvider clock, ILogger<PolicyCache> logger) : IDisposable
{
    /// <summary>After a failed try the next one waits this long; copies are served meanwhile.</summary>
    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);

    /// <summary>Hosted names whose policies are fetched at a start before senders ask; the others' at the first question. 20,000 take about 20 MB.</summary>
    private const int MostWarmed = 20_000;

    private readonly GatewayOptions options = options.Value;
    private readonly ConcurrentDictionary<string, CachedPolicy> copies = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Names not known to be hosted.</summary>
    private readonly LookupLane strangers = new(options.Value.LaneWidth, options.Value.LaneQueue);

    /// <summary>Names that are hosted: as many wait as there are connections, and none of them behind an unknown name.</summary>
    private readonly LookupLane hosted = new(options.Value.HostedLaneWidth, queue: int.MaxValue - options.Value.HostedLaneWidth);
    private int unknown;

    /// <summary>Copies held, those of unknown hosts included.</summary>
    public int Count => copies.Count;

    /// <summary>Finds what is served under a Host header's value.</summary>
    public ValueTask<PolicyAnswer> FindAsync(string host)
    {
        if (!copies.TryGetValue(host, out var copy))
        {
            if (!DomainName.TryParsePolicyHost(host, out var domain))
                return ValueTask.FromResult(PolicyAnswer.Unknown);
            if (!copies.TryGetValue(DomainNamePolicyHost(domain), out copy))
                return new(LookUpAsync(domain));
        }
        var now = clock.GetTimestamp();
        copy.AskedAt = now;
        if (now < copy.FreshUntil)
        {
            if (now >= copy.RefreshFrom && copy.Policy is not null)
                _ = copy.Refresh(now, RefreshAsync);
            return ValueTask.FromResult(Fresh(copy, now));
        }
        return copy.Policy is null ? new(LookUpAsync(copy.Domain)) : new(FindStaleAsync(copy));
    }

    /// <summary>Takes copies of what hosted domains serve, so that after a start no sender waits for a look-up while a flood of made-up names takes the processor.</summary>
    public Task WarmAsync(CancellationToken cancellationToken) => Parallel.ForEachAsync(
        source.HostedDomains().Take(MostWarmed),
        new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, options.HostedLaneWidth / 2), CancellationToken = cancellationToken }, // Half: senders who ask meanwhile find room.
        async (domain, _) => await FindAsync(DomainNamePolicyHost(domain)));

    /// <summary>Drops copies nobody asks for, and unknown hosts whose lease is over; tells what was served beyond its lease if nobody asks again.</summary>
    public void Sweep()
    {
        var now = clock.GetTimestamp();
        foreach (var (host, copy) in copies)
        {
            var idle = clock.GetElapsedTime(copy.AskedAt, now);
            if (copy.ServedLateUntil is not null)
                _ = copy.Refresh(now, RefreshAsync);
            else if (copy.Policy is null ? now >= copy.FreshUntil : idle > options.ForgetUnasked)
                Drop(host, copy);
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
            // It goes on; the old copy is served.
        }
        var now = clock.GetTimestamp();
        if (now < copy.FreshUntil)
            return Fresh(copy, now);
        return copy.ServeLate(now, clock.GetUtcNow()) is { } policy ? new PolicyAnswer(policy, true, 0) : PolicyAnswer.CannotTell;
    }

    private async Task<PolicyAnswer> LookUpAsync(string domain)
    {
        var host = DomainNamePolicyHost(domain);
        ServedPolicy? policy = null;
        var failed = false;
        using var patience = new CancellationTokenSource(options.Patience, clock); // One for the wait and the answer together.
        var ran = await (source.IsHosted(domain) ? hosted : strangers).TryRunAsync(
            async () =>
            {
                if (copies.TryGetValue(host, out var other) && clock.GetTimestamp() < other.FreshUntil)
                {
                    policy = other.Policy; // Somebody before us in the lane has asked.
                    return;
                }
                try
                {
                    var asked = clock.GetTimestamp();
                    policy = await source.GetAsync(domain).AsTask().WaitAsync(patience.Token);
                    Keep(host, domain, policy, asked);
                }
                catch (Exception exception)
                {
                    failed = true;
                    Log.LookupFailed(logger, exception);
                }
            },
            patience.Token);
        if (!ran || failed)
            return PolicyAnswer.CannotTell;
        return copies.TryGetValue(host, out var copy) ? Fresh(copy, clock.GetTimestamp()) : new PolicyAnswer(policy, true, 0);
    }

    private void Keep(string host, string domain, ServedPolicy? policy, long asked)
    {
        if (policy is null && Volatile.Read(ref unknown) >= options.MaxUnknownHosts && !copies.ContainsKey(host))
            return;
        var added = new CachedPolicy(domain);
        var copy = copies.GetOrAdd(host, added);
        if (policy is null && (ReferenceEquals(copy, added) || copy.Policy is not null))
            Interlocked.Increment(ref unknown);
        else if (policy is not null && !ReferenceEquals(copy, added) && copy.Policy is null)
            Interlocked.Decrement(ref unknown);
        copy.AskedAt = asked;
        TrySet(copy, policy, asked, copy.ServedLateUntil);
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
            var old = copy.Policy;
            DateTimeOffset? told = null;
            while (!TrySet(copy, policy, asked, told) && copy.ServedLateUntil is { } until)
            {
                await source.ServedWhileCutOffAsync(copy.Domain, old!.Number, until); // If this fails it is told next time.
                told = until;
            }
            if (policy is null && old is not null)
                Interlocked.Increment(ref unknown);
        }
        catch (Exception exception)
        {
            copy.FailedAt = clock.GetTimestamp();
            Log.RefreshFailed(logger, exception, copy.Domain);
        }
    }

    private bool TrySet(CachedPolicy copy, ServedPolicy? policy, long asked, DateTimeOffset? told)
    {
        var lease = (long)(options.Lease.TotalSeconds * clock.TimestampFrequency);
        return copy.TrySet(policy, told, asked + (lease * 2 / 3), asked + lease, asked + (long)(options.KeepWhenFailing.TotalSeconds * clock.TimestampFrequency));
    }

    private void Drop(string host, CachedPolicy copy)
    {
        if (copies.TryRemove(new KeyValuePair<string, CachedPolicy>(host, copy)) && copy.Policy is null)
            Interlocked.Decrement(ref unknown);
    }

    private PolicyAnswer Fresh(CachedPolicy copy, long now) =>
        new(copy.Policy, true, (int)Math.Max(0, (copy.FreshUntil - now) / clock.TimestampFrequency));

    private static string DomainNamePolicyHost(string domain) => "mta-sts." + domain;
}

internal static partial class Log
{
    [LoggerMessage(1401, LogLevel.Warning, "A policy could not be looked up; the sender was told to try again")]
    public static partial void LookupFailed(ILogger logger, Exception exception);

    [LoggerMessage(1402, LogLevel.Warning, "{Domain}: the policy could not be renewed; the copy is served on")]
    public static partial void RefreshFailed(ILogger logger, Exception exception, string domain);
}
