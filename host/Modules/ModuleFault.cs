using System.Reflection;
using System.Text;
using MtaSts.Modules;

namespace MtaSts.Host.Modules;

/// <summary>Says in words what a module threw. Its exceptions are its own classes: their messages may be anything, and may throw.</summary>
internal static class ModuleFault
{
    /// <summary>Longest message that is kept and shown. Bounds: a message that holds an answer of a vendor's server.</summary>
    public const int MaxLength = 500;

    /// <summary>The version of the plug-in contracts that this host has.</summary>
    public static Version Sdk { get; } = typeof(IModule).Assembly.GetName().Version ?? new Version(0, 0);

    /// <summary>One line: what is wrong, and what to do where that is known.</summary>
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
            return exception.ToString();
        }
        catch (Exception)
        {
            return exception.GetType().ToString();
        }
    }

    /// <summary>A text of a module's as one line of bounded length.</summary>
    public static string Line(string text)
    {
        var line = new StringBuilder(Math.Min(text.Length, MaxLength));
        foreach (var letter in text.AsSpan(0, Math.Min(text.Length, MaxLength)))
            line.Append(char.IsControl(letter) ? ' ' : letter);
        return text.Length > MaxLength ? line.Append('…').ToString() : line.ToString();
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
            $"It needs the assembly “{missing.Split(',')[0]}” ({missing.Split(',')[1].Trim()}), which lies neither in the plug-in's folder nor in the service. Publish the plug-in with its dependencies (dotnet publish).",
        FileLoadException { FileName: { } unfit } => $"The assembly “{unfit.Split(',')[0]}” cannot be loaded: {exception.Message}",
        BadImageFormatException => $"It is not a .NET assembly for this platform: {exception.Message}",
        DllNotFoundException => $"A native library is missing: {exception.Message}",
        TypeLoadException or MissingMemberException => $"It does not fit MtaSts.Modules {Sdk.ToString(3)}, which this service has: {exception.Message} Build the plug-in against this version.",
        ReflectionTypeLoadException { LoaderExceptions: [{ } first, ..] } => Words(first),
        _ when string.IsNullOrWhiteSpace(exception.Message) => exception.GetType().Name,
        _ => exception.Message,
    };
}

/// <summary>A fault of a module that the host found, in words that can be shown.</summary>
internal sealed class ModuleException(string message, Exception? inner = null) : Exception(message, inner);
