using System.Collections.Frozen;

namespace MtaSts.Application;

/// <summary>Permissions by permanent name, and the permissions of each role.</summary>
public static class Permissions
{
    public const string DomainsRead = "domains.read";

    /// <summary>Claim, check and remove domains, and renew report addresses.</summary>
    public const string DomainsManage = "domains.manage";
    public const string PolicyWrite = "policy.write";

    /// <summary>Switch hosting on and off.</summary>
    public const string HostingManage = "hosting.manage";
    public const string AlertsRead = "alerts.read";

    /// <summary>Acknowledge, snooze and mute alerts.</summary>
    public const string AlertsManage = "alerts.manage";

    /// <summary>Channels without their secrets, and their log.</summary>
    public const string ChannelsRead = "channels.read";

    /// <summary>Create, change, test and delete channels.</summary>
    public const string ChannelsManage = "channels.manage";

    /// <summary>Scorecards, single reports and the quarantine.</summary>
    public const string ReportsRead = "reports.read";

    /// <summary>Upload and exclude reports, replay and delete reports in quarantine.</summary>
    public const string ReportsWrite = "reports.write";
    public const string WorkspaceRead = "workspace.read";

    /// <summary>Change the workspace's settings, and delete it.</summary>
    public const string WorkspaceManage = "workspace.manage";
    public const string TokensManage = "tokens.manage";
    public const string PlanManage = "plan.manage";

    /// <summary>The state of the service: modules, report sources, spool, certificate, clock.</summary>
    public const string ServiceRead = "service.read";

    /// <summary>A program of a workspace.</summary>
    public static IReadOnlySet<string> OfToken { get; } = Set([], DomainsRead, DomainsManage, PolicyWrite, HostingManage, AlertsRead, AlertsManage, ChannelsRead, ChannelsManage, ReportsRead, ReportsWrite, WorkspaceRead, WorkspaceManage);

    /// <summary>A program of the operator's workspace.</summary>
    public static IReadOnlySet<string> OfOperatorToken { get; } = Set(OfToken, ServiceRead);

    /// <summary>A member of a workspace.</summary>
    public static IReadOnlySet<string> OfMember { get; } = Set(OfToken, TokensManage);

    /// <summary>A member who is an administrator of the service.</summary>
    public static IReadOnlySet<string> OfAdministrator { get; } = Set(OfMember, PlanManage, ServiceRead);

    /// <summary>The service itself.</summary>
    public static IReadOnlySet<string> OfSystem => All;

    /// <summary>All permissions.</summary>
    public static IReadOnlySet<string> All => OfAdministrator;

    private static FrozenSet<string> Set(IEnumerable<string> of, params string[] more) => of.Concat(more).ToFrozenSet(StringComparer.Ordinal);
}
