namespace MtaSts.Modules.Hostnames;

/// <summary>Whether a name is a policy host of this service.</summary>
public enum HostedState
{
    /// <summary>A policy is served under it: hosting is provisioning, live, retiring or removing.</summary>
    Hosted,

    /// <summary>Nothing is served under it, or it is no policy host at all.</summary>
    NotHosted,

    /// <summary>Storage does not answer, or too many unknown names are asked for now. Says nothing about the name.</summary>
    CannotTell,
}

/// <summary>
/// What a provider may order certificates for. Made for questions that outsiders cause, such as a TLS handshake with a made-up name: the cost is bounded
/// however many are asked, and a name answered <see cref="HostedState.Hosted"/> stays so while storage is down. Safe for concurrent use.
/// </summary>
public interface IHostedNames
{
    /// <summary>Answers within some two seconds. An answer may be as old as a gateway's lease (15 s by default).</summary>
    /// <param name="policyHost">Any text; a policy host in A-labels is found in upper and lower case.</param>
    ValueTask<HostedState> FindAsync(string policyHost);
}
