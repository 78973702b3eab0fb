namespace MtaSts.Modules;

/// <summary>
/// A plug-in. The host loads it and constructs it without effects through its public parameterless constructor within 4 s, reads its id once, and calls <see cref="Configure"/> once, which has
/// 2 s. A module that hangs or throws is not used, and the fault is shown to the operator. Calls of its offers start on the module's own threads. An
/// unhandled exception on a module's thread ends that thread. The host cannot contain a stack overflow, exhausted memory, <c>Environment.Exit</c>,
/// <c>Environment.FailFast</c>, and faults of native code.
/// </summary>
public interface IModule
{
    /// <summary>
    /// Permanent, namespaced and stored: <c>hostname.caddy</c>, <c>source.imap</c>. Class names may change, ids may not.
    /// </summary>
    string Id { get; }

    /// <summary>
    /// Registers the module's services. Must not do I/O. After an exception the module is not used, and the fault is shown to the operator with the
    /// module's id; it never stops the host, and none of its registrations is used.
    /// </summary>
    void Configure(IModuleBuilder builder);
}
