using MtaSts.Modules;

namespace MtaSts.Host.Modules;

/// <summary>Loads plug-ins in parallel, each on its own thread, with one time limit for all.</summary>
internal static class PluginLoader
{
    /// <summary>For loading the assembly, its module's constructor and reading its id. Bounds: how long a plug-in delays the start; one that hangs is
    /// abandoned.</summary>
    public static readonly TimeSpan LoadLimit = TimeSpan.FromSeconds(4);

    private const int MaxIdLength = 100;

    /// <summary>Modules of one assembly. Bounds: the list of modules, which pages and the API show in full.</summary>
    private const int MaxModules = 20;

    public static IEnumerable<HostedModule> Load(string path, TimeProvider clock)
    {
        if (!Directory.Exists(path))
            return [];
        BackgroundFaults.Watch();
        // All paths before the first load: a plug-in may change the working directory.
        string[] files = [.. Directory.EnumerateDirectories(Path.GetFullPath(path)).Order(StringComparer.Ordinal).Select(folder => Path.Combine(folder, Path.GetFileName(folder) + ".dll"))];
        var loads = files
            .Select(file => (File: file, Task: ModuleThread.Start(Path.GetFileNameWithoutExtension(file), () => LoadFile(file, clock)))).ToArray();
        WaitAll([.. loads.Select(load => load.Task)], LoadLimit);
        return loads.SelectMany(load => load.Task switch
        {
            { IsCompletedSuccessfully: true } => load.Task.Result,
            { IsFaulted: true } => [Failed(load.File, clock, ModuleFault.Describe(load.Task.Exception))],
            _ => [Failed(load.File, clock, $"It did not load within {LoadLimit.TotalSeconds:0} s: its static or instance constructor, or its Id, does not return.")],
        });
    }

    /// <summary>Waits for all tasks, or until the limit. Blocks, because the host is not built yet.</summary>
    public static void WaitAll(Task[] tasks, TimeSpan limit)
    {
        try
        {
            Task.WaitAll(tasks, limit);
        }
        catch (AggregateException)
        {
            // Each task reports its own exception.
        }
    }

    private static HostedModule[] LoadFile(string path, TimeProvider clock)
    {
        if (!File.Exists(path))
            return [Failed(path, clock, $"There is no {Path.GetFileName(path)} in this folder. A plug-in's folder must have the name of its assembly.")];
        var file = PluginFile.Read(path);
        var context = new PluginLoadContext(path);
        Type[] types;
        if (PluginFile.Mismatch(file.Sdk) is { } mismatch)
            return [Failed(path, clock, mismatch, file)];
        try
        {
            types = [.. context.LoadFromAssemblyPath(path).GetExportedTypes().Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IModule)))];
        }
        catch (Exception exception)
        {
            return [Failed(path, clock, ModuleFault.Describe(exception), file)];
        }
        return types.Length == 0
            ? [Failed(path, clock, $"It contains no public class that implements {nameof(IModule)}.", file)]
            : types.Length > MaxModules ? [Failed(path, clock, $"It contains {types.Length} classes that implement {nameof(IModule)}; at most {MaxModules} are allowed.", file)]
            : [.. types.Select(type => Construct(type, path, file, context, clock))];
    }

    /// <summary>A module that throws does not prevent other modules of its assembly.</summary>
    private static HostedModule Construct(Type type, string path, PluginFile file, PluginLoadContext context, TimeProvider clock)
    {
        try
        {
            var module = (IModule)Activator.CreateInstance(type)!;
            var hosted = new HostedModule(path, false, clock) { Id = CheckedId(module.Id, "module"), Version = file.Version, Sdk = file.Sdk?.ToString(3), Module = module };
            context.Add(hosted.Health);
            return hosted;
        }
        catch (Exception exception)
        {
            return Failed(path, clock, $"{type.Name}: {ModuleFault.Describe(exception)}", file);
        }
    }

    /// <exception cref="ModuleException">It is not an id.</exception>
    public static string CheckedId(string? id, string of) =>
        !string.IsNullOrEmpty(id) && id.Length <= MaxIdLength && id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_') ? id
        : throw new ModuleException($"The {of}'s Id is {(id is null ? "null" : $"“{ModuleFault.Line(id)}”")}. An id has 1 to {MaxIdLength} letters, digits, “.”, “-” and “_”, such as hostname.acme.");

    private static HostedModule Failed(string path, TimeProvider clock, string problem, PluginFile? file = null) =>
        new HostedModule(path, false, clock) { Version = file?.Version, Sdk = file?.Sdk?.ToString(3) }.Refused(problem);
}
