using System.Globalization;

namespace MtaSts.Grains.Reports;

/// <summary>The parts of a scorecard grain's key (see <see cref="GrainKeys"/>): <c>sc-{workspace}/{domain}/{day}</c>.</summary>
internal readonly record struct ScorecardKey(string WorkspaceId, string Domain, DateOnly Day)
{
    public static ScorecardKey Parse(string key)
    {
        var parts = key["sc-".Length..].Split('/');
        return new(parts[0], parts[1], DateOnly.ParseExact(parts[2], "yyyy-MM-dd", CultureInfo.InvariantCulture));
    }
}
