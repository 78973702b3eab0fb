namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>Values of a custom hostname's <c>status</c>. Kept as text: Cloudflare adds values, and an unknown one is shown unchanged.</summary>
internal static class HostnameStatus
{
    public const string Active = "active";
    public const string ActiveRedeploying = "active_redeploying";
    public const string Pending = "pending";
    public const string Moved = "moved";
    public const string PendingDeletion = "pending_deletion";
    public const string Deleted = "deleted";
    public const string PendingBlocked = "pending_blocked";
    public const string Blocked = "blocked";

    /// <summary>The name points to the zone and is served there.</summary>
    public static bool IsActive(string? status) => status is Active or ActiveRedeploying;
}
