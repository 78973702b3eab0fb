namespace MtaSts.Grains;

/// <summary>
/// The names of stored states. A state's name, not its grain's type, is part of the storage key: two grains with the same
/// name and key would share a row. Names are permanent; a test checks that each is used once.
/// </summary>
public static class StateNames
{
    /// <summary>The storage provider of all states.</summary>
    public const string Storage = "mtasts";

    public const string Domain = "domain";
    public const string ClaimToken = "claim-token";
    public const string Workspace = "workspace";
    public const string Account = "account";
    public const string ApiToken = "api-token";
    public const string Alerts = "alerts";
    public const string WorkspaceAlerts = "workspace-alerts";
    public const string ServiceAlerts = "service-alerts";
    public const string Notifications = "notifications";
    public const string Ingestion = "ingestion";
    public const string Quarantine = "quarantine";
    public const string KnownReporters = "known-reporters";
    public const string ScorecardDay = "scorecard-day";
    public const string ScorecardPage = "scorecard-page";
    public const string ScorecardDays = "scorecard-days";
    public const string ReportWatch = "report-watch";
    public const string IntakePulse = "intake-pulse";

    /// <summary>States that change at a high rate or have a large collection; their writes are grouped.</summary>
    internal static readonly IReadOnlySet<string> Grouped = new HashSet<string>(StringComparer.Ordinal) { Workspace, Notifications, Quarantine, KnownReporters, ScorecardDay, ScorecardPage, ScorecardDays };
}
