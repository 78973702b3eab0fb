using System.Diagnostics;
using System.Globalization;

namespace MtaSts.Peers;

/// <summary>A small separate file system (tmpfs), removed when disposed. Ends the test where this user may not mount one.</summary>
public sealed class SmallDisk : IDisposable
{
    private readonly TempFolder folder = new();

    /// <param name="kibibytes">Its size.</param>
    public SmallDisk(int kibibytes)
    {
        if (!OperatingSystem.IsLinux() || Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={kibibytes}k"), "mtasts", folder.Path) != 0)
        {
            folder.Dispose();
            Xunit.Assert.Skip("A file system cannot be mounted by this user.");
        }
    }

    /// <summary>Where it is mounted.</summary>
    public string Path => folder.Path;

    /// <summary>Fills the free space.</summary>
    public void Fill()
    {
        using var file = new FileStream(System.IO.Path.Combine(Path, "fill"), FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0); // No data is left to be written when it is closed.
        var block = new byte[512];
        try
        {
            while (true)
            {
                file.Write(block);
                file.Flush();
            }
        }
        catch (IOException)
        {
            // Full.
        }
    }

    /// <summary>Frees the space.</summary>
    public void Free() => File.Delete(System.IO.Path.Combine(Path, "fill"));

    public void Dispose()
    {
        Run("umount", "-l", folder.Path);
        folder.Dispose();
    }

    private static int Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
