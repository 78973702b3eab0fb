using Orleans.Concurrency;

namespace MtaSts.Grains;

/// <summary>
/// One mail domain. Key: the domain in lower-case A-labels without trailing dot. Owns the claims and their holder, the
/// policy versions, the hosting state, the hostname and the reminders. A workspace without a claim gets
/// <see cref="RefusalCodes.NotFound"/> (or null) for every call, which does not reveal whether the domain is known.
/// </summary>
[Alias("MtaSts.IDomainGrain")]
public interface IDomainGrain : IGrainWithStringKey
{
    /// <summary>Adds the workspace's claim, or returns the existing one. Called by the workspace grain.</summary>
    [Alias("AddClaim")]
    Task<CommandResult<DomainView>> AddClaim(string workspaceId, string by);

    /// <summary>Removes the claim. A hosted domain retires first; the claim is deleted when the retirement has ended.</summary>
    [Alias("RemoveClaim")]
    Task<CommandResult> RemoveClaim(string workspaceId, string by);

    /// <summary>Gives the claim a new report address; the previous one works for a time. The token that proves ownership does not change.</summary>
    /// <param name="grace">How long the previous one works, <see cref="ReportAddressGrace.Shortest"/> … <see cref="ReportAddressGrace.Longest"/>.</param>
    [Alias("RenewReportAddress")]
    Task<CommandResult<DomainView>> RenewReportAddress(string workspaceId, string by, TimeSpan grace);

    [Alias("GetView")]
    Task<DomainView?> GetView(string workspaceId);

    [Alias("GetRecords")]
    Task<IReadOnlyList<RecordView>?> GetRecords(string workspaceId);

    [Alias("GetVersions")]
    Task<IReadOnlyList<PolicyVersionView>?> GetVersions(string workspaceId);

    /// <summary>
    /// Sets the workspace's policy. For the holder while hosting is on, it is served at once as a new version; otherwise
    /// it is saved as the draft that hosting starts with. Identical content changes nothing and mints no id.
    /// </summary>
    /// <param name="isOverridden">True: overrides advice that needs an override; this is recorded with the version.</param>
    /// <param name="further">Advice of the caller, which knows more than the domain; treated as the domain's own.</param>
    [Alias("PutPolicy")]
    Task<CommandResult<PolicyTaken>> PutPolicy(string workspaceId, PolicyContent policy, string by, string? reason, bool isOverridden, PolicyAdvice? further = null);

    /// <summary>The result that <see cref="PutPolicy"/> would have, without changes.</summary>
    [Alias("CheckPolicy")]
    Task<CommandResult<PolicyTaken>> CheckPolicy(string workspaceId, PolicyContent policy);

    /// <summary>Makes an earlier version's content a new version, as <see cref="PutPolicy"/> does.</summary>
    [Alias("RestorePolicy")]
    Task<CommandResult<PolicyTaken>> RestorePolicy(string workspaceId, int number, string by, bool isOverridden, string? reason = null, PolicyAdvice? further = null);

    /// <summary>Chooses which changes of the mode the service makes by itself. Switching the automatic enforce off withdraws an announced change.</summary>
    [Alias("SetRollout")]
    Task<CommandResult<RolloutView>> SetRollout(string workspaceId, RolloutChoice choice, string by);

    /// <summary>The mode was judged. Called by the rollout grain; facts of another version are ignored.</summary>
    [Alias("RolloutJudged")]
    Task RolloutJudged(string workspaceId, RolloutFacts facts);

    /// <summary>
    /// Switches hosting on. Without a draft the policy is <c>testing</c> with the MX hosts last seen in the DNS. While
    /// retiring it returns to the previous state. Called by the workspace grain, which has checked the plan.
    /// </summary>
    /// <param name="isOverridden">
    /// True: serves an enforcing policy despite advice that needs an override and was not overridden when the policy was set. Otherwise such a policy is refused;
    /// if the problem appears only later, when hosting starts automatically, the policy is served in <c>testing</c>.
    /// </param>
    [Alias("EnableHosting")]
    Task<CommandResult> EnableHosting(string workspaceId, string by, bool isOverridden = false);

    /// <summary>Switches hosting off: <c>mode: none</c> is served until the retirement clock has run out (RFC 8461 §8.3).</summary>
    [Alias("DisableHosting")]
    Task<CommandResult> DisableHosting(string workspaceId, string by);

    /// <summary>Tokens of claims that request or have hosting: records with these tokens justify a test whether the policy host leads here.</summary>
    [Alias("GetHostedTokens"), AlwaysInterleave]
    ValueTask<IReadOnlyList<string>> GetHostedTokens();

    /// <summary>
    /// A user is viewing the domain's page: it is checked as often as while waiting. Bounded for any number of pages and calls: checks are never
    /// closer together than <c>Hosting:CheckWhileWaiting</c>, and only one runs at a time.
    /// </summary>
    [Alias("PageIsOpen")]
    Task PageIsOpen(string workspaceId);

    /// <summary>The result of a check. Called by the probe grain; results older than the known one are ignored.</summary>
    [Alias("Observed")]
    Task Observed(Observation observation);

    /// <summary>Somebody has requested a check: the MX hosts are probed too, unless a probe is running or a minute has not passed since the last one. Does not wait for the result.</summary>
    [Alias("CheckMx")]
    Task CheckMx(string workspaceId);

    /// <summary>A probe of the MX hosts is due. Called by the probe grain.</summary>
    [Alias("IsMxDue"), AlwaysInterleave]
    ValueTask<bool> IsMxDue();

    /// <summary>The result of a probe of the MX hosts. Called by the probe grain; results older than the known one are ignored.</summary>
    /// <param name="probe">Its dates are service times, those of certificates calendar dates. Null: this service does not probe.</param>
    [Alias("MxProbed")]
    Task MxProbed(MxProbe? probe);

    /// <summary>The MX hosts as last probed.</summary>
    [Alias("GetMx")]
    Task<MxView?> GetMx(string workspaceId);

    /// <summary>The planned change of the MX hosts; without hosts when there is no plan.</summary>
    [Alias("GetMxPlan")]
    Task<MxPlanView?> GetMxPlan(string workspaceId);

    /// <summary>Starts a plan, or gives the running one other hosts: its steps are judged anew. The same hosts change nothing. Refused when the workspace's policy is not served here.</summary>
    /// <param name="mx">The MX hosts to come: 1 … <see cref="MxPlanView.MaxMx"/> host names.</param>
    [Alias("PutMxPlan")]
    Task<CommandResult> PutMxPlan(string workspaceId, IReadOnlyList<string> mx, string by);

    /// <summary>Skips the current step, if it is one that can be skipped.</summary>
    [Alias("SkipMxPlanStep")]
    Task<CommandResult> SkipMxPlanStep(string workspaceId, MxPlanStep step, string by);

    /// <summary>Ends the plan. Neither the policy nor the DNS changes. Without a plan nothing changes.</summary>
    [Alias("CancelMxPlan")]
    Task<CommandResult> CancelMxPlan(string workspaceId, string by);

    /// <summary>The result of delivering an outbox message. Called by the grain itself; unknown ids are ignored.</summary>
    [Alias("Delivered")]
    Task Delivered(string messageId, bool isDone);

    /// <summary>The result of an order. Called by the reconciler; unknown ids are ignored.</summary>
    [Alias("Reconciled")]
    Task Reconciled(string orderId, ReconcileResult result);

    /// <summary>Whether the order is still required. Called by the reconciler immediately before execution.</summary>
    [Alias("IsWanted"), AlwaysInterleave]
    ValueTask<bool> IsWanted(string orderId);

    /// <summary>
    /// A gateway that could not reach this grain continued to serve version <paramref name="number"/> until
    /// <paramref name="until"/>: the retirement clock starts at that time.
    /// </summary>
    [Alias("ServedWhileCutOff")]
    Task ServedWhileCutOff(int number, DateTimeOffset until);

    /// <summary>The policy to serve now. Interleaves with all calls, no I/O; null means 404.</summary>
    [Alias("GetServedPolicy"), AlwaysInterleave]
    ValueTask<ServedPolicy?> GetServedPolicy();

    /// <summary>The facts needed to attribute a report; null when the workspace has no claim.</summary>
    [Alias("GetClaim"), AlwaysInterleave]
    ValueTask<ClaimView?> GetClaim(string workspaceId);
}
