namespace MtaSts.Grains;

/// <summary>The workspace's index of open alerts, so that a page calls one grain instead of one per domain. Key: <c>wa-{workspace}</c>.</summary>
[Alias("MtaSts.IWorkspaceAlertsGrain")]
public interface IWorkspaceAlertsGrain : IGrainWithStringKey
{
    /// <summary>Maximum number of resolved alerts listed; a claim's own list keeps more.</summary>
    const int MaxPast = 50;

    /// <summary>Replaces the listed alerts of a domain. A revision that is not above the domain's last one changes nothing.</summary>
    /// <param name="alerts">Open and resolved ones; resolved ones beyond <see cref="MaxPast"/> are omitted.</param>
    [Alias("Set"), Orleans.Concurrency.AlwaysInterleave]
    Task Set(string domain, long revision, IReadOnlyList<AlertView> alerts);

    /// <summary>Deletes the index of a deleted workspace.</summary>
    [Alias("Erase")]
    Task Erase();

    /// <summary>Open alerts of all domains, then the latest resolved ones, each newest first.</summary>
    [Alias("List"), Orleans.Concurrency.AlwaysInterleave]
    Task<IReadOnlyList<AlertView>> List();
}
