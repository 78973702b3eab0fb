using System.Globalization;

namespace MtaSts.EndToEnd.Hostile;

/// <summary>A bound of the system on a process's memory: what goes over it is killed. Needs root and the memory control group; elsewhere there is none.</summary>
internal sealed class MemoryBound : IDisposable
{
    private readonly string folder;

    private MemoryBound(string folder) => this.folder = folder;

    /// <summary>Puts the process under the bound. Null where the system has none to give.</summary>
    public static MemoryBound? TryOf(int process, long bytes)
    {
        var name = "mtasts-test-" + process.ToString(CultureInfo.InvariantCulture);
        foreach (var (root, limit) in new[] { ("/sys/fs/cgroup/memory", "memory.limit_in_bytes"), ("/sys/fs/cgroup", "memory.max") })
        {
            var folder = Path.Combine(root, name);
            try
            {
                Directory.CreateDirectory(folder);
                if (File.Exists(Path.Combine(folder, limit)))
                {
                    File.WriteAllText(Path.Combine(folder, limit), bytes.ToString(CultureInfo.InvariantCulture));
                    File.WriteAllText(Path.Combine(folder, "cgroup.procs"), process.ToString(CultureInfo.InvariantCulture));
                    return new MemoryBound(folder);
                }
                Directory.Delete(folder);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // Not here.
            }
        }
        return null;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(folder);
        }
        catch (IOException)
        {
            // The process is still in it; the group goes with the machine.
        }
    }
}
