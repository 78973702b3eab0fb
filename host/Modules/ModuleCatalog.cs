using System.Reflection;
using MtaSts.Modules;
using MtaSts.Modules.Caddy;
using MtaSts.Modules.Cloudflare;
using MtaSts.Modules.Cloudflare.Dns;
using MtaSts.Modules.Imap;
using MtaSts.Modules.Local;
using MtaSts.Modules.Maildir;
using MtaSts.Modules.Rfc2136;
using MtaSts.Modules.Smtp;

namespace MtaSts.Host.Modules;

/// <summary>A module that was found, or why it could not be used.</summary>
internal sealed record FoundModule(string Origin, IModule? Module, string? Problem);

/// <summary>Finds the modules: those built in, and those in the plug-ins' folder.</summary>
internal static class ModuleCatalog
{
    /// <summary>
    /// The modules, built-in ones first. A plug-in is a folder <c>{path}/{name}/</c> with <c>{name}.dll</c> in it. One that
    /// cannot be loaded is returned with its problem and hurts no other.
    /// </summary>
    public static IReadOnlyList<FoundModule> Find(string path)
    {
        List<FoundModule> found = [.. new IModule[] { new LocalModule(), new CloudflareModule(), new CloudflareDnsModule(), new CaddyModule(), new Rfc2136Module(), new SmtpModule(), new MaildirModule(), new ImapModule() }.Select(module => new FoundModule("built in", module, null))];
        if (Directory.Exists(path))
        {
            foreach (var folder in Directory.EnumerateDirectories(path).Order(StringComparer.Ordinal))
                found.AddRange(Load(Path.Combine(Path.GetFullPath(folder), Path.GetFileName(folder) + ".dll")));
        }
        return RefuseDoubles(found);
    }

    private static List<FoundModule> Load(string assemblyPath)
    {
        if (!File.Exists(assemblyPath))
            return [new(assemblyPath, null, $"There is no {Path.GetFileName(assemblyPath)} in this folder. A plug-in's folder carries the name of its assembly.")];
        try
        {
            var types = new PluginLoadContext(assemblyPath).LoadFromAssemblyPath(assemblyPath).GetExportedTypes()
                .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IModule))).ToArray();
            if (types.Length == 0)
                return [new(assemblyPath, null, $"It holds no public class that implements {nameof(IModule)}. Was it built against another version of MtaSts.Modules?")];
            return [.. types.Select(type => new FoundModule(assemblyPath, (IModule)Activator.CreateInstance(type)!, null))];
        }
        catch (Exception exception)
        {
            var cause = exception is TargetInvocationException { InnerException: { } inner } ? inner : exception;
            return [new(assemblyPath, null, $"It could not be loaded: {cause.Message}")];
        }
    }

    private static FoundModule[] RefuseDoubles(IReadOnlyList<FoundModule> found)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return [.. found.Select(item => item.Module is null || seen.Add(item.Module.Id)
            ? item
            : item with { Module = null, Problem = $"Another module has the id {item.Module.Id}. Remove one of them." })];
    }
}
