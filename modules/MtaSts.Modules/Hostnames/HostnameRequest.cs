namespace MtaSts.Modules.Hostnames;

/// <summary>The hostname a provider is asked for.</summary>
/// <param name="PolicyHost">The policy host in lower-case A-labels without trailing dot: <c>mta-sts.example.com</c>.</param>
/// <param name="CnameTarget">The name the owner's CNAME at the policy host must point to, without trailing dot.</param>
public sealed record HostnameRequest(string PolicyHost, string CnameTarget);
