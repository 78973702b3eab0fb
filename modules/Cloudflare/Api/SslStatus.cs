namespace MtaSts.Modules.Cloudflare.Api;

/// <summary>Values of <c>ssl.status</c>, kept as text for the same reason as <see cref="HostnameStatus"/>.</summary>
internal static class SslStatus
{
    public const string Initializing = "initializing";
    public const string PendingValidation = "pending_validation";
    public const string PendingIssuance = "pending_issuance";
    public const string PendingDeployment = "pending_deployment";
    public const string Active = "active";
    public const string Expired = "expired";
    public const string Deleted = "deleted";
    public const string Inactive = "inactive";
    public const string InitializingTimedOut = "initializing_timed_out";
    public const string ValidationTimedOut = "validation_timed_out";
    public const string IssuanceTimedOut = "issuance_timed_out";
    public const string DeploymentTimedOut = "deployment_timed_out";

    /// <summary>Validation continues only after a PATCH with the same method and type.</summary>
    public static bool HasStopped(string? status) => status is
        InitializingTimedOut or ValidationTimedOut or IssuanceTimedOut or DeploymentTimedOut or Expired or Deleted or Inactive;
}
