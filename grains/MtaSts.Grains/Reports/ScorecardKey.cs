using System.Globalization;

namespace MtaSts.Grains.Reports;

/// <summary>The parts of a scorecard grain's key (see <see cref="GrainKeys"/>): <c>sc-{workspace}/{domain}/{day or month}</c>.</summary>
internal readonly record struct ScorecardKey(string WorkspaceId, string Domain, DateOnly Day)
{
    public static ScorecardKey Parse(string key)
    {
        var parts = key["sc-".Length..].Split('/');
        var day = parts[2].Length == "yyyy-MM".Length ? parts[2] + "-01" : parts[2];
        return new(parts[0], parts[1], DateOnly.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture));
    }
}
