namespace MtaSts.Modules.Hostnames;

/// <summary>The hostname requested of a provider.</summary>
/// <param name="PolicyHost">The policy host in lower-case A-labels without trailing dot: <c>mta-sts.example.com</c>.</param>
/// <param name="CnameTarget">The name the owner's CNAME at the policy host must point to, without trailing dot.</param>
public sealed record HostnameRequest(string PolicyHost, string CnameTarget)
{
    /// <summary>
    /// A request to the policy host reached the service although the DNS shows no CNAME to <see cref="CnameTarget"/>, for example because the owner's
    /// DNS host proxies or flattens it: providers treat this like the CNAME.
    /// </summary>
    public bool IsReached { get; init; }
}
