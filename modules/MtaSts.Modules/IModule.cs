namespace MtaSts.Modules;

/// <summary>
/// A plug-in. The host finds it, constructs it without effects through its public parameterless constructor, and calls
/// <see cref="Configure"/> once, before the container is built. What the module registers lives as long as the silo.
/// </summary>
public interface IModule
{
    /// <summary>
    /// Permanent, namespaced and stored: <c>hostname.caddy</c>, <c>source.imap</c>. Class names may change, ids may not.
    /// </summary>
    string Id { get; }

    /// <summary>
    /// Registers the module's services. Must not do I/O. An exception here keeps this one module out and is shown to the
    /// operator with the module's id; it never stops the host, and nothing of what it registered stays.
    /// </summary>
    void Configure(IModuleBuilder builder);
}
