using System.Collections.Immutable;
using System.Globalization;
using Microsoft.Extensions.Logging;
using MtaSts.Grains.Clocks;

namespace MtaSts.Grains.Reports;

/// <summary>This silo's part of <see cref="IIntakePulseGrain"/>: notifies it of counted reports, but not of each one, and reports to the operator when there are none.</summary>
internal sealed partial class IntakePulse(IGrainFactory grains, ServiceClock clock, ILogger<IntakePulse> logger) : IIntakeStatus
{
    /// <summary>How often the grain is notified of the same claim. Far shorter than <see cref="IntakePulseRules.SilentAfter"/>.</summary>
    private static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private ImmutableHashSet<string> told = ImmutableHashSet.Create<string>(StringComparer.Ordinal);
    private long? toldAt;
    private DateTimeOffset? silentSince;

    public DateTimeOffset? SilentSince
    {
        get
        {
            lock (gate)
                return silentSince;
        }
    }

    public string? Problem => SilentSince is not { } since ? null : string.Create(
        CultureInfo.InvariantCulture,
        $"No report was counted for any domain since {since.UtcDateTime:yyyy-MM-dd HH:mm} UTC, although reports are due. Owners are not notified of missing reports. Check the report sources, and whether mail for the report addresses reaches this service.");

    /// <summary>A report that arrived by itself was counted.</summary>
    public void Counted(string workspaceId, string domain)
    {
        var claim = Key(workspaceId, domain);
        lock (gate)
        {
            silentSince = null;
            var isOver = toldAt is not { } last || clock.GetElapsedTime(last) >= TellEvery;
            if (!isOver && (told.Contains(claim) || told.Count >= IntakePulseRules.MaxClaims))
                return;
            (told, toldAt) = isOver ? (told.Clear().Add(claim), clock.GetTimestamp()) : (told.Add(claim), toldAt);
        }
        grains.IntakePulse().Counted(claim).Ignore();
    }

    /// <summary>Whether no report at all arrives at the service, so that missing reports of a claim show nothing of its senders.</summary>
    public async Task<bool> IsSilent(string workspaceId, string domain)
    {
        var since = await grains.IntakePulse().SilentSince(Key(workspaceId, domain));
        lock (gate)
        {
            if (since is { } begin && silentSince is null)
                LogSilent(begin);
            silentSince = since;
        }
        return since is not null;
    }

    /// <summary>A hash instead of the names, because it stays stored after the claim is removed.</summary>
    private static string Key(string workspaceId, string domain) => StableHash.Of($"{workspaceId}/{domain}").ToString("x8", CultureInfo.InvariantCulture);

    [LoggerMessage(1526, LogLevel.Warning, "No report was counted for any domain since {Since}, although reports are due; owners are not notified of missing reports. Check the report sources")]
    private partial void LogSilent(DateTimeOffset since);
}
