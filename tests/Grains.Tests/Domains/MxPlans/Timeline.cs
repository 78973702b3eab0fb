namespace MtaSts.Grains.Tests.Domains;

/// <summary>What was so, and since when.</summary>
internal sealed class Timeline<T>(T first)
{
    private readonly List<(DateTimeOffset From, T Value)> changes = [];

    public T Now => changes.Count == 0 ? first : changes[^1].Value;

    public IEnumerable<DateTimeOffset> Changes => changes.Select(static change => change.From);

    public void Set(DateTimeOffset from, T value) => changes.Add((from, value));

    public T At(DateTimeOffset time)
    {
        for (var i = changes.Count - 1; i >= 0; i--)
        {
            if (changes[i].From <= time)
                return changes[i].Value;
        }
        return first;
    }
}
