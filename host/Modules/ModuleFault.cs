using System.Reflection;
using System.Text;
using MtaSts.Modules;

namespace MtaSts.Host.Modules;

/// <summary>Describes a module's exception. Its type may be the module's own: its message may be any text, and reading it may throw.</summary>
internal static class ModuleFault
{
    /// <summary>Longest message that is kept and shown. Bounds: a message that contains a server's response.</summary>
    public const int MaxLength = 500;

    /// <summary>Longest text of an exception that is logged: some two hundred lines of a stack.</summary>
    public const int MaxDetails = 20_000;

    /// <summary>The host's version of the plug-in contracts.</summary>
    public static Version Sdk { get; } = typeof(IModule).Assembly.GetName().Version ?? new Version(0, 0);

    /// <summary>One line: what is wrong, and what to do if known.</summary>
    public static string Describe(Exception exception)
    {
        try
        {
            return Line(Words(Cause(exception)));
        }
        catch (Exception)
        {
            return $"{Cause(exception).GetType().Name}, whose message could not be read.";
        }
    }

    /// <summary>For the log: the exception with its stack.</summary>
    public static string Details(Exception exception)
    {
        try
        {
            var text = exception.ToString();
            return text.Length > MaxDetails ? text[..MaxDetails] + "…" : text;
        }
        catch (Exception)
        {
            return exception.GetType().ToString();
        }
    }

    /// <summary>A module's text as one line of bounded length.</summary>
    public static string Line(string text, int limit = MaxLength)
    {
        var line = new StringBuilder(Math.Min(text.Length, limit));
        foreach (var letter in text.AsSpan(0, Math.Min(text.Length, limit)))
            line.Append(char.IsControl(letter) ? ' ' : letter);
        return text.Length > limit ? line.Append('…').ToString() : line.ToString();
    }

    private static Exception Cause(Exception exception)
    {
        while (exception is TargetInvocationException or TypeInitializationException or AggregateException { InnerExceptions.Count: 1 } && exception.InnerException is { } inner)
            exception = inner;
        return exception;
    }

    private static string Words(Exception exception) => exception switch
    {
        ModuleException => exception.Message,
        FileNotFoundException { FileName: { } missing } when missing.Contains("Version=", StringComparison.Ordinal) =>
            $"It needs the assembly “{missing.Split(',')[0]}” ({missing.Split(',')[1].Trim()}), which is neither in the plug-in's folder nor in the service. Publish the plug-in with its dependencies (dotnet publish).",
        FileLoadException { FileName: { } unfit } => $"The assembly “{unfit.Split(',')[0]}” cannot be loaded: {exception.Message}",
        BadImageFormatException => $"It is not a .NET assembly for this platform: {exception.Message}",
        DllNotFoundException => $"A native library is missing: {exception.Message}",
        TypeLoadException or MissingMemberException => $"It does not fit MtaSts.Modules {Sdk.ToString(3)}, which this service has: {exception.Message} Build the plug-in against this version.",
        ReflectionTypeLoadException { LoaderExceptions: [{ } first, ..] } => Words(first),
        _ when string.IsNullOrWhiteSpace(exception.Message) => exception.GetType().Name,
        _ => exception.Message,
    };
}

/// <summary>A module's fault found by the host, with a message that can be shown.</summary>
internal sealed class ModuleException(string message, Exception? inner = null) : Exception(message, inner);
