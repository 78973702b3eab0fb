namespace MtaSts.Bench.Measuring;

internal static class Rounds
{
    /// <summary>Measures in turn, round by round, after some rounds that warm up and do not count. Returns one list for each of <paramref name="sides"/>.</summary>
    public static async Task<IReadOnlyList<T>[]> Alternate<T>(Settings settings, params Func<Task<T>>[] sides)
    {
        var measured = sides.Select(_ => new List<T>()).ToArray();
        for (var round = -settings.WarmUps; round < settings.Rounds; round++)
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
