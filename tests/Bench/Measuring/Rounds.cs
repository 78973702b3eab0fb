namespace MtaSts.Bench.Measuring;

internal static class Rounds
{
    /// <summary>Measures in turn, round by round, after one round that warms up and does not count. Returns one list for each of <paramref name="sides"/>.</summary>
    public static async Task<IReadOnlyList<T>[]> Alternate<T>(int rounds, params Func<Task<T>>[] sides)
    {
        var measured = sides.Select(_ => new List<T>()).ToArray();
        for (var round = -1; round < rounds; round++)
        {
            for (var side = 0; side < sides.Length; side++)
            {
                var value = await sides[side]();
                if (round >= 0)
                    measured[side].Add(value);
            }
        }
        return measured;
    }
}
