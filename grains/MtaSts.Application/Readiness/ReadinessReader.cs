using MtaSts.Application.Domains;
using MtaSts.Application.Reports;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Application.Readiness;

/// <summary>Collects the facts that the rules judge.</summary>
internal static class ReadinessReader
{
    /// <summary>The advice on a policy that begins to enforce; null when it is ready, and when no policy is served in testing.</summary>
    public static async Task<PolicyAdvice?> Advice(IGrainFactory grains, string workspaceId, string domain, PolicyContent proposed, ReadinessOptions options, DateTimeOffset now) =>
        await grains.Domain(domain).GetView(workspaceId) is { } view ? (await Read(grains, workspaceId, view, proposed, options, now)).Advice : null;

    /// <param name="proposed">What is to be enforced; null: the served policy.</param>
    public static async Task<ReadinessReport> Read(IGrainFactory grains, string workspaceId, DomainView view, PolicyContent? proposed, ReadinessOptions options, DateTimeOffset now)
    {
        if (view is not { Policy: { Content: { Mode: PolicyMode.Testing } served }, Hosting.State: HostingState.Provisioning or HostingState.Live })
            return new(view.Name, view.Policy?.Content.Mode == PolicyMode.Enforce ? ReadinessVerdict.Enforced : ReadinessVerdict.NotApplicable, []);
        var domain = grains.Domain(view.Name);
        var versions = domain.GetVersions(workspaceId);
        var mx = domain.GetMx(workspaceId);
        var alerts = grains.Alerts(workspaceId, view.Name).List();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var days = await ScorecardReader.Days(grains, workspaceId, view.Name, today.AddDays(-options.TestingDays), today).ToArrayAsync();
        var policy = (proposed ?? served) with { Mode = PolicyMode.Enforce };
        var facts = new ReadinessFacts(
            view,
            policy,
            TestingSince(await versions ?? []) ?? now,
            MxReport.Of(await mx is { } seen ? seen with { Policy = policy } : new MxView(null, true, policy), now),
            [.. (await alerts).Where(static alert => alert.ResolvedAt is null)],
            days,
            now);
        var items = ReadinessRules.Judge(facts, options);
        return new(view.Name, items.All(static item => item.IsFine) ? ReadinessVerdict.Ready : ReadinessVerdict.NotReady, items);
    }

    /// <summary>Since when every served version has been in testing; null when the last one is not.</summary>
    private static DateTimeOffset? TestingSince(IReadOnlyList<PolicyVersionView> versions)
    {
        DateTimeOffset? since = null;
        foreach (var version in versions.OrderByDescending(static version => version.Number))
        {
            // A version of an earlier hosting period ended before the next one began.
            if (version.Content.Mode != PolicyMode.Testing || (since is { } later && version.ServedUntil < later - Gap))
                break;
            since = version.ServedFrom;
        }
        return since;
    }

    /// <summary>Versions follow each other at once; a longer time without one is the end of a hosting period.</summary>
    private static readonly TimeSpan Gap = TimeSpan.FromMinutes(1);
}
