using System.Diagnostics.CodeAnalysis;
using Xunit;

namespace MtaSts.Peers;

/// <summary>External requirements of a test: without them the test is skipped with the reason, or fails where everything must be available.</summary>
public static class Peer
{
    /// <summary>Whether all requirements must be available: environment <c>CI=true</c>.</summary>
    public static bool MustBeThere => string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Ends the test unless <paramref name="present"/>: skipped, or failed under <c>CI=true</c>.</summary>
    public static void Require([DoesNotReturnIf(false)] bool present, string reason)
    {
        if (present)
            return;
        if (MustBeThere)
            Assert.Fail(reason + " (CI=true: nothing may be missing)");
        Assert.Skip(reason);
    }

    /// <summary>The full path of a program that the test needs.</summary>
    public static string RequireProgram(string name, string package)
    {
        var path = FindProgram(name);
        Require(path is not null, $"The program {name} is not installed (Debian package {package}).");
        return path;
    }

    /// <summary>The full path of a program, or null. Also searches the folders of Debian's servers.</summary>
    public static string? FindProgram(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/local/sbin", "/usr/sbin", "/sbin"])
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
