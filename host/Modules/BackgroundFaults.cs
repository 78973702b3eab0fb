using System.Diagnostics;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Runtime.Loader;

namespace MtaSts.Host.Modules;

/// <summary>
/// Unhandled exceptions of plug-ins' own threads, timers and tasks. An exception whose stack contains a plug-in's method ends only the thread and is
/// reported; any other ends the process as usual. Not contained: a stack overflow, exhausted memory, <c>Environment.Exit</c>,
/// <c>Environment.FailFast</c>, and faults of native code.
/// </summary>
internal static class BackgroundFaults
{
    private static int isWatching;

    /// <summary>Must be called before any plug-in code runs, which may start threads that throw at once.</summary>
    public static void Watch()
    {
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
                if (Context(cause) is { } plugin)
                {
                    plugin.Threw(exception);
                    return true;
                }
            }
        }
        catch (Exception)
        {
            // The owner cannot be determined.
        }
        return false;
    }

    private static PluginLoadContext? Context(Exception exception) =>
        new StackTrace(exception).GetFrames().Select(frame => frame.GetMethod()?.DeclaringType?.Assembly).Append(exception.GetType().Assembly).OfType<Assembly>()
            .Select(AssemblyLoadContext.GetLoadContext).OfType<PluginLoadContext>().FirstOrDefault();
}
