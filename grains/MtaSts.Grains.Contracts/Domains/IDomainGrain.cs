using Orleans.Concurrency;

namespace MtaSts.Grains;

/// <summary>
/// One mail domain. Key: the domain in lower-case A-labels without trailing dot. Owns the claims and their holder, the
/// policy versions, the life of hosting, the hostname and the reminders. A workspace without a claim gets
/// <see cref="RefusalCodes.NotFound"/> (or null) for everything: it does not learn whether the domain is known.
/// </summary>
[Alias("MtaSts.IDomainGrain")]
public interface IDomainGrain : IGrainWithStringKey
{
    /// <summary>Adds the workspace's claim, or returns the one it has. Called by the workspace grain.</summary>
    [Alias("AddClaim")]
    Task<CommandResult<DomainView>> AddClaim(string workspaceId, string by);

    /// <summary>Gives the claim up. A hosted domain retires first; the claim goes when the retirement is over.</summary>
    [Alias("RemoveClaim")]
    Task<CommandResult> RemoveClaim(string workspaceId, string by);

    /// <summary>Gives the claim a new report address; the earlier one works for a time. The token that proves ownership stays.</summary>
    /// <param name="grace">How long the earlier one works, <see cref="ReportAddressGrace.Shortest"/> … <see cref="ReportAddressGrace.Longest"/>.</param>
    [Alias("RenewReportAddress")]
    Task<CommandResult<DomainView>> RenewReportAddress(string workspaceId, string by, TimeSpan grace);

    [Alias("GetView")]
    Task<DomainView?> GetView(string workspaceId);

    [Alias("GetRecords")]
    Task<IReadOnlyList<RecordView>?> GetRecords(string workspaceId);

    [Alias("GetVersions")]
    Task<IReadOnlyList<PolicyVersionView>?> GetVersions(string workspaceId);

    /// <summary>
    /// Sets the workspace's policy. For the holder while hosting is on it is served at once as a new version; otherwise
    /// it is kept as the draft that hosting starts with. The same content again changes nothing and mints no id.
    /// </summary>
    /// <param name="isOverridden">True: taken in spite of advice that needs an override; which is recorded with the version.</param>
    [Alias("PutPolicy")]
    Task<CommandResult<PolicyTaken>> PutPolicy(string workspaceId, PolicyContent policy, string by, string? reason, bool isOverridden);

    /// <summary>What <see cref="PutPolicy"/> would say, changing nothing.</summary>
    [Alias("CheckPolicy")]
    Task<CommandResult<PolicyTaken>> CheckPolicy(string workspaceId, PolicyContent policy);

    /// <summary>Makes an earlier version's content a new version, as <see cref="PutPolicy"/> does.</summary>
    [Alias("RestorePolicy")]
    Task<CommandResult<PolicyTaken>> RestorePolicy(string workspaceId, int number, string by, bool isOverridden);

    /// <summary>
    /// Switches hosting on. Without a draft the policy is <c>testing</c> with the MX hosts last seen in the DNS. While
    /// retiring it goes back to the state it left. Called by the workspace grain, which has looked at the plan.
    /// </summary>
    /// <param name="isOverridden">
    /// True: a policy that enforces is served in spite of advice that needs an override and was not overridden when the policy was set. Without it such a policy is refused;
    /// what only shows later, when hosting begins by itself, is served in <c>testing</c>.
    /// </param>
    [Alias("EnableHosting")]
    Task<CommandResult> EnableHosting(string workspaceId, string by, bool isOverridden = false);

    /// <summary>Switches hosting off: <c>mode: none</c> is served until the retirement clock has run out (RFC 8461 §8.3).</summary>
    [Alias("DisableHosting")]
    Task<CommandResult> DisableHosting(string workspaceId, string by);

    /// <summary>The tokens of claims that want or have hosting: for records with these it is worth trying whether the policy host leads here.</summary>
    [Alias("GetHostedTokens"), AlwaysInterleave]
    ValueTask<IReadOnlyList<string>> GetHostedTokens();

    /// <summary>
    /// Somebody waits before the domain's page: it is checked as often as while waiting. Bounded: however many pages say so however often, checks are never
    /// closer than <c>Hosting:CheckWhileWaiting</c>, and there is one at a time.
    /// </summary>
    [Alias("PageIsOpen")]
    Task PageIsOpen(string workspaceId);

    /// <summary>What a check saw. Called by the probe grain; older than what is known is ignored.</summary>
    [Alias("Observed")]
    Task Observed(Observation observation);

    /// <summary>How an effect ended. Called by the effect grain; unknown ids are ignored.</summary>
    [Alias("EffectDone")]
    Task EffectDone(string effectId, EffectOutcome outcome);

    /// <summary>Whether the effect still is to be carried out. Asked by the effect grain just before it does.</summary>
    [Alias("IsWanted"), AlwaysInterleave]
    ValueTask<bool> IsWanted(string effectId);

    /// <summary>
    /// A gateway that could not reach this grain went on serving version <paramref name="number"/> until
    /// <paramref name="until"/>: the retirement clock counts from there.
    /// </summary>
    [Alias("ServedWhileCutOff")]
    Task ServedWhileCutOff(int number, DateTimeOffset until);

    /// <summary>What senders are to be told now. Interleaves with everything, touches no I/O; null is "404".</summary>
    [Alias("GetServedPolicy"), AlwaysInterleave]
    ValueTask<ServedPolicy?> GetServedPolicy();

    /// <summary>What attribution of a report needs to know; null when the workspace has no claim.</summary>
    [Alias("GetClaim"), AlwaysInterleave]
    ValueTask<ClaimView?> GetClaim(string workspaceId);
}
