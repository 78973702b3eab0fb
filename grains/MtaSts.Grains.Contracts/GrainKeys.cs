using System.Globalization;

namespace MtaSts.Grains;

/// <summary>
/// How grains are addressed. Every key but a domain's carries a prefix: a key that looks like a hexadecimal number would
/// collide with another spelling of the same number in Orleans' storage.
/// </summary>
public static class GrainKeys
{
    public static IDomainGrain Domain(this IGrainFactory grains, string domain) => grains.GetGrain<IDomainGrain>(domain);

    public static IWorkspaceGrain Workspace(this IGrainFactory grains, string workspaceId) => grains.GetGrain<IWorkspaceGrain>(workspaceId);

    /// <param name="email">As anybody writes it: an account is found whatever the case.</param>
    public static IAccountGrain Account(this IGrainFactory grains, string email) => grains.GetGrain<IAccountGrain>("ac-" + NormalizedEmail(email));

    /// <summary>The form an account's address is compared in; that of ASP.NET Core Identity.</summary>
    public static string NormalizedEmail(string email)
    {
        ArgumentNullException.ThrowIfNull(email);
        return email.Normalize().ToUpperInvariant();
    }

    public static IApiTokenGrain ApiToken(this IGrainFactory grains, string tokenHash) => grains.GetGrain<IApiTokenGrain>(ApiTokenKey(tokenHash));

    /// <summary>The key itself, as it stands in storage.</summary>
    public static string ApiTokenKey(string tokenHash) => "at-" + tokenHash;

    public static IClaimTokenGrain ClaimToken(this IGrainFactory grains, string token) => grains.GetGrain<IClaimTokenGrain>(ClaimTokenKey(token));

    /// <summary>The key itself, as it stands in storage.</summary>
    public static string ClaimTokenKey(string token) => "ct-" + token;

    public static IProbeGrain Probe(this IGrainFactory grains) => grains.GetGrain<IProbeGrain>(0);

    public static IEffectGrain Effects(this IGrainFactory grains) => grains.GetGrain<IEffectGrain>(0);

    /// <summary>Workers for records alone: a DNS provider that is slow holds up nothing else.</summary>
    public static IEffectGrain RecordEffects(this IGrainFactory grains) => grains.GetGrain<IEffectGrain>(1);

    public static IAlertGrain Alerts(this IGrainFactory grains, string workspaceId, string domain) => grains.GetGrain<IAlertGrain>($"al-{workspaceId}/{domain}");

    public static IReportIngestionGrain Ingestion(this IGrainFactory grains, string envelopeId) => grains.GetGrain<IReportIngestionGrain>(envelopeId);

    public static IIngestionLaneGrain IngestionLane(this IGrainFactory grains, int lane) => grains.GetGrain<IIngestionLaneGrain>("lane-" + lane.ToString(CultureInfo.InvariantCulture));

    public static IQuarantineGrain Quarantine(this IGrainFactory grains, string workspaceId) => grains.GetGrain<IQuarantineGrain>("qt-" + workspaceId);

    public static IReportShareGrain ReportShare(this IGrainFactory grains, string workspaceId, string domain) => grains.GetGrain<IReportShareGrain>($"rs-{workspaceId}/{domain}");

    public static IDkimRetryGrain DkimRetry(this IGrainFactory grains, int lane) => grains.GetGrain<IDkimRetryGrain>("dr-" + lane.ToString(CultureInfo.InvariantCulture));

    public static IScorecardMonthsGrain ScorecardMonths(this IGrainFactory grains, string workspaceId, string domain) =>
        grains.GetGrain<IScorecardMonthsGrain>($"sm-{workspaceId}/{domain}");

    public static IScorecardGrain Scorecard(this IGrainFactory grains, string workspaceId, string domain, DateOnly day) =>
        grains.GetGrain<IScorecardGrain>(string.Create(CultureInfo.InvariantCulture, $"sc-{workspaceId}/{domain}/{day:yyyy-MM-dd}"));

    public static IScorecardPageGrain ScorecardPage(this IGrainFactory grains, string workspaceId, string domain, DateOnly day, int number, bool isOfCopies = false) =>
        grains.GetGrain<IScorecardPageGrain>(string.Create(CultureInfo.InvariantCulture, $"sp-{workspaceId}/{domain}/{day:yyyy-MM-dd}/{(isOfCopies ? "c" : "")}{number}"));

    public static IScorecardMonthGrain ScorecardMonth(this IGrainFactory grains, string workspaceId, string domain, DateOnly month) =>
        grains.GetGrain<IScorecardMonthGrain>(string.Create(CultureInfo.InvariantCulture, $"sc-{workspaceId}/{domain}/{month:yyyy-MM}"));
}
