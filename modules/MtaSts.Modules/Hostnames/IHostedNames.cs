namespace MtaSts.Modules.Hostnames;

/// <summary>Whether a name is a policy host of this service.</summary>
public enum HostedState
{
    /// <summary>A policy is served under it: hosting is provisioning, live, retiring or removing.</summary>
    Hosted,

    /// <summary>Nothing is served under it, or it is not a policy host.</summary>
    NotHosted,

    /// <summary>Storage does not answer, or there are too many look-ups of unknown names. The state of the name is unknown.</summary>
    CannotTell,
}

/// <summary>
/// The names for which a provider may order certificates. Safe for queries caused by untrusted clients, such as a TLS handshake with an invented
/// name: their total cost is bounded, and a name answered <see cref="HostedState.Hosted"/> stays so while storage is unavailable. Safe for concurrent
/// use.
/// </summary>
public interface IHostedNames
{
    /// <summary>Answers within some two seconds. An answer may be as old as a gateway's lease (15 s by default).</summary>
    /// <param name="policyHost">Any text; a policy host in A-labels is found in upper and lower case.</param>
    ValueTask<HostedState> FindAsync(string policyHost);
}
