using System.Collections.Immutable;
using MtaSts.Application.Alerts;
using MtaSts.Application.Reports;
using MtaSts.Grains;
using MtaSts.Modules.Notices;
using MtaSts.Protocol;

namespace MtaSts.Application.Notifications;

/// <summary>Reads open alerts, modes and sessions of a channel's domains.</summary>
internal sealed class DigestReader(IGrainFactory grains) : IDigestReader
{
    /// <summary>Open alerts listed.</summary>
    private const int MaxListed = 10;

    /// <summary>Domains read at once.</summary>
    private const int AtOnce = 50;

    /// <summary>A domain for which this service serves no policy.</summary>
    private const string Unhosted = "not hosted here";

    public async Task<DigestFacts> ReadAsync(string workspaceId, ChannelContent channel, DateTimeOffset from, DateTimeOffset until)
    {
        AlertView[] all = [.. (await grains.WorkspaceAlerts(workspaceId).List())
            .Where(alert => alert.ResolvedAt is null && channel.Includes(alert.Domain) && (channel.LeastSeverity < NoticeSeverity.Critical || AlertCatalog.Describe(alert).Severity == AlertSeverity.Critical))
            .OrderByDescending(alert => AlertCatalog.Describe(alert).Severity).ThenBy(alert => alert.RaisedAt)];
        AlertView[] open = [.. all.Where(alert => alert.Muted is null)];
        var names = await NamesAsync(workspaceId, channel);
        var modes = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        var (successful, failed) = (0L, 0L);
        foreach (var some in names.Take(IDigestReader.MaxDomains).Chunk(AtOnce))
        {
            foreach (var (mode, sessions) in await Task.WhenAll(some.Select(name => DomainAsync(workspaceId, name, from, until))))
            {
                modes[mode] = modes.GetValueOrDefault(mode) + 1;
                (successful, failed) = (successful + sessions.Successful, failed + sessions.Failed);
            }
        }
        return new DigestFacts
        {
            From = from,
            Until = until,
            Open = open.Length,
            Muted = all.Length - open.Length,
            OpenAlerts = [.. open.Take(MaxListed).Select(alert => new NoticeAlert { Domain = alert.Domain, Kind = alert.Kind, Parameters = alert.Parameters, RaisedAt = alert.RaisedAt })],
            Domains = names.Count,
            Unread = Math.Max(0, names.Count - IDigestReader.MaxDomains),
            Modes = modes.ToImmutable(),
            Successful = successful,
            Failed = failed,
        };
    }

    /// <summary>The channel's domains that are still claimed.</summary>
    private async Task<List<string>> NamesAsync(string workspaceId, ChannelContent channel)
    {
        List<string> names = [];
        string? next = null;
        do
        {
            var page = await grains.Workspace(workspaceId).ListDomains(next, IWorkspaceGrain.MaxPage);
            names.AddRange(page.Items.Where(channel.Includes));
            next = page.Next;
        }
        while (next is not null);
        return names;
    }

    private async Task<(string Mode, SessionTotals Sessions)> DomainAsync(string workspaceId, string name, DateTimeOffset from, DateTimeOffset until)
    {
        var view = grains.Domain(name).GetView(workspaceId);
        var sessions = ScorecardReader.LoadSessions(grains, workspaceId, name, DateOnly.FromDateTime(from.UtcDateTime), DateOnly.FromDateTime(until.UtcDateTime));
        return (await view is { Hosting.State: HostingState.Provisioning or HostingState.Live or HostingState.Retiring, Policy: { } policy } domain
            ? (domain.Hosting.State == HostingState.Retiring ? PolicyMode.None : policy.Content.Mode).ToText()
            : Unhosted, await sessions);
    }
}
