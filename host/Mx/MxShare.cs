using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using MtaSts.Grains;

namespace MtaSts.Host.Mx;

/// <summary>
/// The connections of the last minutes, shared by the domains of this silo with the same MX host: a provider with 500 domains is not dialled for each of them. The host's
/// TLSA records are part of the key, because the result contains the comparison with them.
/// </summary>
internal sealed class MxShare(TimeProvider clock)
{
    private readonly ConcurrentDictionary<Key, (MxAddress Seen, long Began)> kept = new();

    /// <summary>The result of a connection that began within the limit, and its age; null when there is none.</summary>
    public (MxAddress Seen, TimeSpan Age)? Find(Key key, TimeSpan limit) =>
        kept.TryGetValue(key, out var found) && clock.GetElapsedTime(found.Began) is var age && age < limit ? (found.Seen, age) : null;

    /// <summary>Keeps a result, unless <see cref="MxLimits.Shared"/> younger ones are kept.</summary>
    /// <param name="began">The timestamp at the beginning of the connection.</param>
    public void Keep(Key key, MxAddress seen, long began)
    {
        if (kept.Count >= MxLimits.Shared)
        {
            foreach (var (old, entry) in kept)
            {
                if (clock.GetElapsedTime(entry.Began) >= MxLimits.SharedFor)
                    kept.TryRemove(old, out _);
            }
        }
        if (kept.Count < MxLimits.Shared || kept.ContainsKey(key))
            kept[key] = (seen, began);
    }

    /// <summary>An address of a host with its TLSA records.</summary>
    internal readonly record struct Key(string Host, IPAddress Address, string Tlsa)
    {
        public static Key Of(MxTarget target, IPAddress address) => new(
            target.Host,
            address,
            Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(string.Join('\n', target.Tlsa.Order(StringComparer.Ordinal).Append(target.TlsaBase))))));
    }
}
