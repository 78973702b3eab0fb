using System.Reflection;
using System.Runtime.Loader;

namespace MtaSts.Host.Modules;

/// <summary>
/// One plug-in's own load context: its dependencies stay its own, while the contracts (and whatever else the host has
/// already loaded under the same name) are the host's, so that types agree.
/// </summary>
internal sealed class PluginLoadContext(string assemblyPath) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(assemblyPath))
{
    private readonly AssemblyDependencyResolver resolver = new(assemblyPath);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (IsShared(assemblyName))
            return null;
        return resolver.ResolveAssemblyToPath(assemblyName) is { } path ? LoadFromAssemblyPath(path) : null;
    }

    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName) =>
        resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : IntPtr.Zero;

    private static bool IsShared(AssemblyName name) =>
        name.Name is "MtaSts.Modules" or "MtaSts.Protocol"
        || name.Name!.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)
        || name.Name.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal)
        || name.Name.StartsWith("System.", StringComparison.Ordinal);
}
