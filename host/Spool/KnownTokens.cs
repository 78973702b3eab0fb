namespace MtaSts.Host.Spool;

/// <summary>Tokens recently found in storage, a bounded number: when there are too many, the least recently used half is removed.</summary>
internal sealed class KnownTokens
{
    private const int Half = 50_000;
    private readonly Lock gate = new();
    private HashSet<string> newer = new(StringComparer.Ordinal);
    private HashSet<string> older = new(StringComparer.Ordinal);

    public void Add(string token)
    {
        lock (gate)
        {
            if (newer.Count >= Half && !newer.Contains(token))
                (older, newer) = (newer, new HashSet<string>(StringComparer.Ordinal));
            newer.Add(token);
        }
    }

    public void Remove(string token)
    {
        lock (gate)
        {
            newer.Remove(token);
            older.Remove(token);
        }
    }

    public bool Contains(string token)
    {
        lock (gate)
            return newer.Contains(token) || older.Contains(token);
    }
}
