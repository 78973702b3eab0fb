using System.Globalization;

namespace MtaSts.Grains;

/// <summary>
/// Addresses of grains. Every key except a domain's has a prefix: a key that looks like a hexadecimal number would
/// collide with another spelling of the same number in Orleans' storage.
/// </summary>
public static class GrainKeys
{
    /// <summary>The workspace of the operator, created at the first start.</summary>
    public const string OperatorWorkspace = "ws-main";

    public static IDomainGrain Domain(this IGrainFactory grains, string domain) => grains.GetGrain<IDomainGrain>(domain);

    public static IWorkspaceGrain Workspace(this IGrainFactory grains, string workspaceId) => grains.GetGrain<IWorkspaceGrain>(workspaceId);

    /// <param name="email">User input; lookup ignores case.</param>
    public static IAccountGrain Account(this IGrainFactory grains, string email) => grains.GetGrain<IAccountGrain>("ac-" + NormalizedEmail(email));

    /// <summary>The form in which an account's address is compared, as in ASP.NET Core Identity.</summary>
    public static string NormalizedEmail(string email)
    {
        ArgumentNullException.ThrowIfNull(email);
        return email.Normalize().ToUpperInvariant();
    }

    public static IApiTokenGrain ApiToken(this IGrainFactory grains, string tokenHash) => grains.GetGrain<IApiTokenGrain>(ApiTokenKey(tokenHash));

    /// <summary>The key as stored.</summary>
    public static string ApiTokenKey(string tokenHash) => "at-" + tokenHash;

    public static IClaimTokenGrain ClaimToken(this IGrainFactory grains, string token) => grains.GetGrain<IClaimTokenGrain>(ClaimTokenKey(token));

    /// <summary>The key as stored.</summary>
    public static string ClaimTokenKey(string token) => "ct-" + token;

    public static IProbeGrain Probe(this IGrainFactory grains) => grains.GetGrain<IProbeGrain>(0);

    public static IMxProbeGrain MxProbe(this IGrainFactory grains) => grains.GetGrain<IMxProbeGrain>(0);

    public static IRolloutGrain Rollout(this IGrainFactory grains) => grains.GetGrain<IRolloutGrain>(0);

    public static IReconcilerGrain HostnameReconciler(this IGrainFactory grains) => grains.GetGrain<IReconcilerGrain>(0);

    /// <summary>Separate workers for records, so that a slow DNS provider delays nothing else.</summary>
    public static IReconcilerGrain RecordReconciler(this IGrainFactory grains) => grains.GetGrain<IReconcilerGrain>(1);

    public static IAlertGrain Alerts(this IGrainFactory grains, string workspaceId, string domain) => grains.GetGrain<IAlertGrain>($"al-{workspaceId}/{domain}");

    public static IWorkspaceAlertsGrain WorkspaceAlerts(this IGrainFactory grains, string workspaceId) => grains.GetGrain<IWorkspaceAlertsGrain>("wa-" + workspaceId);

    /// <summary>The alerts about the service itself: of the operator's workspace.</summary>
    public static IAlertGrain ServiceAlerts(this IGrainFactory grains) => grains.Alerts(OperatorWorkspace, AlertView.Service);

    public static IServiceAlertsGrain ServiceConditions(this IGrainFactory grains) => grains.GetGrain<IServiceAlertsGrain>(0);

    public static INotificationsGrain Notifications(this IGrainFactory grains, string workspaceId) => grains.GetGrain<INotificationsGrain>("nt-" + workspaceId);

    public static IReportIntakeGrain ReportIntake(this IGrainFactory grains) => grains.GetGrain<IReportIntakeGrain>(0);

    public static IReportIngestionGrain Ingestion(this IGrainFactory grains, string envelopeId) => grains.GetGrain<IReportIngestionGrain>(envelopeId);

    public static IIngestionLaneGrain IngestionLane(this IGrainFactory grains, int lane) => grains.GetGrain<IIngestionLaneGrain>("lane-" + lane.ToString(CultureInfo.InvariantCulture));

    public static IQuarantineGrain Quarantine(this IGrainFactory grains, string workspaceId) => grains.GetGrain<IQuarantineGrain>("qt-" + workspaceId);

    public static IReportShareGrain ReportShare(this IGrainFactory grains, string workspaceId, string domain) => grains.GetGrain<IReportShareGrain>($"rs-{workspaceId}/{domain}");

    public static IScorecardDaysGrain ScorecardDays(this IGrainFactory grains, string workspaceId, string domain) =>
        grains.GetGrain<IScorecardDaysGrain>($"sm-{workspaceId}/{domain}");

    public static IScorecardGrain Scorecard(this IGrainFactory grains, string workspaceId, string domain, DateOnly day) =>
        grains.GetGrain<IScorecardGrain>(string.Create(CultureInfo.InvariantCulture, $"sc-{workspaceId}/{domain}/{day:yyyy-MM-dd}"));

    public static IIntakePulseGrain IntakePulse(this IGrainFactory grains) => grains.GetGrain<IIntakePulseGrain>(0);

    public static IReportWatchGrain ReportWatch(this IGrainFactory grains, string workspaceId, string domain) => grains.GetGrain<IReportWatchGrain>($"rw-{workspaceId}/{domain}");

    public static IScorecardPageGrain ScorecardPage(this IGrainFactory grains, string workspaceId, string domain, DateOnly day, int number, bool isOfCopies = false) =>
        grains.GetGrain<IScorecardPageGrain>(string.Create(CultureInfo.InvariantCulture, $"sp-{workspaceId}/{domain}/{day:yyyy-MM-dd}/{(isOfCopies ? "c" : "")}{number}"));
}
