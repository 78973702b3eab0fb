namespace MtaSts.Grains;

/// <summary>
/// The names of stored states. A state's name, not its grain's type, is part of the storage key: two grains with the same
/// name and key would share a row. Names are permanent; a test holds that each is used once.
/// </summary>
public static class StateNames
{
    /// <summary>The storage provider all states live in.</summary>
    public const string Storage = "mtasts";

    public const string Domain = "domain";
    public const string ClaimToken = "claim-token";
    public const string Workspace = "workspace";
    public const string Account = "account";
    public const string ApiToken = "api-token";
    public const string Alerts = "alerts";
    public const string Ingestion = "ingestion";
    public const string IngestionLane = "ingestion-lane";
    public const string DkimRetry = "dkim-retry";
    public const string Quarantine = "quarantine";
    public const string KnownReporters = "known-reporters";
    public const string Scorecard = "scorecard";
    public const string ScorecardDay = "scorecard-day";
    public const string ScorecardPage = "scorecard-page";
    public const string ScorecardMonths = "scorecard-months";
}
