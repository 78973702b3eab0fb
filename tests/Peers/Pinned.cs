namespace MtaSts.Peers;

/// <summary>Programs held to one processor core, so that what is compared has the same means.</summary>
public static class Pinned
{
    /// <summary>The command that runs <paramref name="file"/> on a core only; the same command where there is no such core or no <c>taskset</c>.</summary>
    public static (string File, string[] Arguments) On(int? core, string file, params string[] arguments) =>
        core is { } number && number < Environment.ProcessorCount && Peer.FindProgram("taskset") is { } taskset ? (taskset, ["-c", $"{number}", file, .. arguments]) : (file, arguments);
}
