using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using MtaSts.Web.Accounts;

namespace MtaSts.Host.Dashboard.SignIn;

/// <summary>
/// Counts wrong passwords by account and network together, so that an attacker locks out no other user. A browser that has signed in to the account
/// before is counted only by its device cookie. The counts do not depend on whether the account exists. An attempt counts from its start, so that
/// concurrent attempts cannot pass before the first is counted.
/// </summary>
/// <remarks>Not System.Threading.RateLimiting: its window limiters cannot take back a permit, as a right password does here.</remarks>
internal sealed class SignInThrottle(TimeProvider clock)
{
    /// <summary>For one account, from one device that has signed in before: a person's mistakes, and few guesses for a thief of the cookie.</summary>
    public const int OfDevice = 10;

    /// <summary>For one account, from one address.</summary>
    public const int OfAccountAndNetwork = ISignIn.MaxFailures;

    /// <summary>For one account, from a /24 or /48: many addresses of one party count as ten.</summary>
    public const int OfAccountAndWideNetwork = 10 * ISignIn.MaxFailures;

    /// <summary>For all accounts together, from one address: an office of people, and few guesses for an attacker who tries one password on many accounts.</summary>
    public const int OfNetwork = 30;

    /// <summary>For all accounts together, from a /24 or /48.</summary>
    public const int OfWideNetwork = 300;

    /// <summary>
    /// For one account from anywhere: beyond it each new address has one attempt instead of five, so that a thousand addresses have a thousand guesses
    /// and not five thousand. It never blocks an address that has sent no wrong password.
    /// </summary>
    public const int Distributed = 50;

    /// <summary>Counts kept at once, some 10 MB. Beyond it the oldest are deleted.</summary>
    public const int MaxCounts = 100_000;

    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, Count> counts = [];

    /// <summary>Begins an attempt, which counts as wrong until its outcome is reported; null when there were too many.</summary>
    /// <param name="account">Normalised address.</param>
    /// <param name="device">Id in a valid device cookie for this account; null without one.</param>
    public Attempt? Begin(string account, ClientNetwork network, string? device)
    {
        lock (gate)
        {
            if (device is not null && TryCount([(Key("device", account, device), OfDevice)]) is { } known)
                return known;
            var anywhere = Key("account", account, "");
            var ofAddress = (counts.TryGetValue(anywhere, out var all) && !IsOver(all) ? all.Failures : 0) >= Distributed ? 1 : OfAccountAndNetwork;
            List<(UInt128 Key, int Limit)> keys = [(Key("both", account, network.Narrow), ofAddress), (Key("network", "", network.Narrow), OfNetwork)];
            if (network.Wide is { } wide)
                keys.AddRange([(Key("both", account, wide), OfAccountAndWideNetwork), (Key("network", "", wide), OfWideNetwork)]);
            keys.Add((anywhere, int.MaxValue));
            return TryCount(keys);
        }
    }

    private Attempt? TryCount(List<(UInt128 Key, int Limit)> keys)
    {
        if (keys.Exists(one => counts.TryGetValue(one.Key, out var count) && !IsOver(count) && count.Failures >= one.Limit))
            return null;
        MakeRoom(keys.Count);
        var now = clock.GetTimestamp();
        foreach (var (key, _) in keys)
            counts[key] = counts.TryGetValue(key, out var count) && !IsOver(count) ? count with { Failures = count.Failures + 1 } : new Count(1, now);
        return new Attempt(this, [.. keys.Select(one => one.Key)]);
    }

    private void MakeRoom(int more)
    {
        if (counts.Count + more <= MaxCounts)
            return;
        foreach (var (key, count) in counts)
        {
            if (IsOver(count))
                counts.Remove(key);
        }
        // Deletes a tenth at a time, so that not every attempt searches for the oldest.
        if (counts.Count + more > MaxCounts)
        {
            foreach (var key in counts.OrderBy(one => one.Value.Since).Take(MaxCounts / 10).Select(one => one.Key).ToArray())
                counts.Remove(key);
        }
    }

    private bool IsOver(Count count) => clock.GetElapsedTime(count.Since) >= ISignIn.FailureWindow;

    private void Withdraw(IEnumerable<UInt128> keys)
    {
        lock (gate)
        {
            foreach (var key in keys)
            {
                if (!counts.TryGetValue(key, out var count))
                    continue;
                if (count.Failures > 1)
                    counts[key] = count with { Failures = count.Failures - 1 };
                else
                    counts.Remove(key);
            }
        }
    }

    private void Forget(UInt128 key)
    {
        lock (gate)
            counts.Remove(key);
    }

    /// <summary>The key of a count: 16 bytes for input of any length.</summary>
    private static UInt128 Key(string kind, string account, string from) =>
        BinaryPrimitives.ReadUInt128BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{account}\n{from}")));

    private readonly record struct Count(int Failures, long Since);

    /// <summary>An attempt in progress.</summary>
    internal sealed class Attempt(SignInThrottle throttle, UInt128[] keys)
    {
        private bool isDone;

        /// <summary>The password was right: clears the wrong attempts of this device or address for the account.</summary>
        public void Succeeded()
        {
            NotChecked();
            throttle.Forget(keys[0]);
        }

        /// <summary>The password was not checked: the attempt does not count.</summary>
        public void NotChecked()
        {
            if (isDone)
                return;
            isDone = true;
            throttle.Withdraw(keys);
        }
    }
}
