namespace MtaSts.Peers;

/// <summary>Runs programs on one processor core, so that compared programs have the same resources.</summary>
public static class Pinned
{
    /// <summary>The command that runs <paramref name="file"/> on only one core; unchanged without this core or <c>taskset</c>.</summary>
    public static (string File, string[] Arguments) On(int? core, string file, params string[] arguments) =>
        core is { } number && number < Environment.ProcessorCount && Peer.FindProgram("taskset") is { } taskset ? (taskset, ["-c", $"{number}", file, .. arguments]) : (file, arguments);
}
