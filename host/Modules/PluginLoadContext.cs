using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace MtaSts.Host.Modules;

/// <summary>
/// One plug-in's own load context. The host's assemblies are shared, so that types match; assemblies that the host lacks, or has in another major
/// version, come from the plug-in. The contracts and the framework are always the host's: the contracts' signatures use their types.
/// </summary>
internal sealed class PluginLoadContext(string assemblyPath) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(assemblyPath))
{
    private static readonly string[] NativeNames = OperatingSystem.IsWindows() ? ["{0}.dll", "{0}"] : OperatingSystem.IsMacOS() ? ["lib{0}.dylib", "{0}.dylib", "{0}"] : ["lib{0}.so", "{0}.so", "{0}"];
    private readonly AssemblyDependencyResolver resolver = new(assemblyPath);
    private readonly string folder = Path.GetDirectoryName(assemblyPath)!;

    private readonly Lock gate = new();
    private readonly List<ModuleHealth> modules = [];
    private Exception? threwEarly;

    /// <summary>Adds a module of this plug-in. An exception that <see cref="Threw"/> received before the first module was added is reported to it now.</summary>
    public void Add(ModuleHealth module)
    {
        lock (gate)
        {
            modules.Add(module);
            if (threwEarly is { } exception)
                Tell(module, exception);
        }
    }

    /// <summary>Reports an unhandled exception of a thread or task of the plug-in.</summary>
    public void Threw(Exception exception)
    {
        lock (gate)
        {
            if (modules.Count == 0)
                threwEarly = exception;
            modules.ForEach(module => Tell(module, exception));
        }
    }

    private static void Tell(ModuleHealth module, Exception exception) =>
        module.Failed("background", $"A thread or task of its own threw: {ModuleFault.Describe(exception)}", ModuleFault.Details(exception));

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var own = resolver.ResolveAssemblyToPath(assemblyName) ?? Beside(assemblyName);
        if (FromHost(assemblyName, own is not null) is { } shared)
            return shared;
        return own is null ? null : LoadFromAssemblyPath(own);
    }

    protected override IntPtr LoadUnmanagedDll(string unmanagedDllName)
    {
        string[] names = [.. NativeNames.Select(form => string.Format(System.Globalization.CultureInfo.InvariantCulture, form, unmanagedDllName))];
        var hosts = (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Append(AppContext.BaseDirectory);
        if (Find(hosts, names) is { } shared)
            return LoadUnmanagedDllFromPath(shared);
        var path = resolver.ResolveUnmanagedDllToPath(unmanagedDllName) ?? Find([folder, Path.Combine(folder, "runtimes", RuntimeInformation.RuntimeIdentifier, "native")], names);
        return path is null ? IntPtr.Zero : LoadUnmanagedDllFromPath(path);
    }

    private static string? Find(IEnumerable<string> folders, string[] names) =>
        folders.SelectMany(place => names.Select(name => Path.Combine(place, name))).FirstOrDefault(File.Exists);

    private static Assembly? FromHost(AssemblyName wanted, bool hasOwn)
    {
        if (!string.IsNullOrEmpty(wanted.CultureName))
            return null;
        Assembly host;
        try
        {
            host = Default.LoadFromAssemblyName(new AssemblyName(wanted.Name!));
        }
        catch (Exception exception) when (exception is FileNotFoundException or FileLoadException or BadImageFormatException)
        {
            return null; // The host does not have it.
        }
        var (has, asks) = (host.GetName().Version, wanted.Version);
        var isOldEnough = asks is null || has is null || has >= asks;
        return !hasOwn || IsContract(wanted.Name!) || (isOldEnough && (asks is null || has?.Major == asks.Major || IsFramework(wanted.Name!))) ? host : null;
    }

    private static bool IsContract(string name) => name is "MtaSts.Modules" or "MtaSts.Protocol" || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal);

    private static bool IsFramework(string name) => name.StartsWith("Microsoft.AspNetCore.", StringComparison.Ordinal) || name.StartsWith("System.", StringComparison.Ordinal);

    /// <summary>For a folder without a <c>.deps.json</c>.</summary>
    private string? Beside(AssemblyName name) => Path.Combine(folder, name.Name + ".dll") is var path && string.IsNullOrEmpty(name.CultureName) && File.Exists(path) ? path : null;
}
