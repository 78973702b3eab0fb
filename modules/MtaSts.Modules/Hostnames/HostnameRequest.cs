namespace MtaSts.Modules.Hostnames;

/// <summary>The hostname a provider is asked for.</summary>
/// <param name="PolicyHost">The policy host in lower-case A-labels without trailing dot: <c>mta-sts.example.com</c>.</param>
/// <param name="CnameTarget">The name the owner's CNAME at the policy host must point to, without trailing dot.</param>
public sealed record HostnameRequest(string PolicyHost, string CnameTarget)
{
    /// <summary>
    /// A request to the policy host came to the service although no CNAME to <see cref="CnameTarget"/> is to be seen there, as when the owner's DNS host
    /// proxies or flattens it: providers take that for the CNAME.
    /// </summary>
    public bool IsReached { get; init; }
}
