namespace MtaSts.Modules;

/// <summary>
/// A plug-in. The host loads it and constructs it without effects through its public parameterless constructor within 4 s, reads its id once, and calls <see cref="Configure"/> once, which has
/// 2 s. What hangs or throws keeps this module out and is shown to the operator. Calls of what it offers begin on threads of the module's own. An exception that nobody catches on a thread of
/// the module's ends that thread. The host cannot contain a stack overflow, memory used up, <c>Environment.Exit</c>, <c>Environment.FailFast</c>, and faults of native code.
/// </summary>
public interface IModule
{
    /// <summary>
    /// Permanent, namespaced and stored: <c>hostname.caddy</c>, <c>source.imap</c>. Class names may change, ids may not.
    /// </summary>
    string Id { get; }

    /// <summary>
    /// Registers the module's services. Must not do I/O. An exception here keeps this one module out and is shown to the
    /// operator with the module's id; it never stops the host, and nothing of what it registered is used.
    /// </summary>
    void Configure(IModuleBuilder builder);
}
