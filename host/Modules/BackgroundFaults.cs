using System.Diagnostics;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.Loader;

namespace MtaSts.Host.Modules;

/// <summary>
/// What plug-ins' own threads, timers and tasks throw without anybody there to catch it. An exception whose stack holds a plug-in's method ends the thread and not the process, and is told;
/// any other ends the process as always. Not contained: a stack overflow, memory used up, <c>Environment.Exit</c>, <c>Environment.FailFast</c>, and faults of native code.
/// </summary>
internal static class BackgroundFaults
{
    private static int isWatching;

    /// <summary>Has such faults told to the modules of a load context.</summary>
    public static void Watch(ModuleCatalog modules)
    {
        foreach (var plugin in modules.All.Where(module => module.Context is not null).GroupBy(module => module.Context!))
        {
            plugin.Key.BackgroundFault = exception =>
            {
                foreach (var module in plugin)
                    module.Health.Failed("background", $"A thread or task of its own threw: {ModuleFault.Describe(exception)}", ModuleFault.Details(exception));
            };
        }
        if (Interlocked.Exchange(ref isWatching, 1) == 1)
            return;
        ExceptionHandling.SetUnhandledExceptionHandler(IsPlugins);
        TaskScheduler.UnobservedTaskException += (_, unobserved) =>
        {
            if (unobserved.Exception.InnerExceptions.Any(IsPlugins))
                unobserved.SetObserved();
        };
    }

    private static bool IsPlugins(Exception exception)
    {
        try
        {
            for (var cause = exception; cause is not null; cause = cause.InnerException)
            {
                if (Context(cause) is { BackgroundFault: { } tell })
                {
                    tell(exception);
                    return true;
                }
            }
        }
        catch (Exception)
        {
            // Cannot be told whose it is.
        }
        return false;
    }

    private static PluginLoadContext? Context(Exception exception) =>
        new StackTrace(exception).GetFrames().Select(frame => frame.GetMethod()?.DeclaringType?.Assembly).Append(exception.GetType().Assembly).OfType<Assembly>()
            .Select(AssemblyLoadContext.GetLoadContext).OfType<PluginLoadContext>().FirstOrDefault();
}
