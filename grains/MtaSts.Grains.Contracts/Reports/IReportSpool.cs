namespace MtaSts.Grains;

/// <summary>The reports queued on this machine's disk until storage is available, for the operator.</summary>
public interface IReportSpool
{
    /// <summary>Its current state; no I/O.</summary>
    SpoolView Now { get; }
}

/// <summary>The spool as shown to the operator.</summary>
/// <param name="Path">The folder; null when the spool is switched off.</param>
/// <param name="Problem">Why it cannot be used and what to do; null when it can.</param>
/// <param name="Waiting">Reports that were acknowledged to their senders but are not yet in storage.</param>
/// <param name="Bytes">Bytes of the reports.</param>
/// <param name="Since">When the oldest waiting report was received; null when none waits.</param>
/// <param name="SetAside">Records that are damaged or permanently refused; they are kept and tried again at the next start.</param>
/// <param name="DamagedFiles">Names of damaged databases that are kept in the folder.</param>
/// <param name="Share">How much of its limit the waiting reports use, in bytes or in records, whichever is more: 0 to 1.</param>
public sealed record SpoolView(string? Path, string? Problem, long Waiting, long Bytes, DateTimeOffset? Since, long SetAside, IReadOnlyList<string> DamagedFiles, double Share = 0)
{
    /// <summary>One line of public information for the operator; null when there is none.</summary>
    public string? Hint
    {
        get
        {
            string?[] parts =
            [
                Problem is null ? null : "Reports cannot be kept on this machine's disk while storage does not answer: the log says why.",
                Since is { } since ? $"{Waiting} {(Waiting == 1 ? "report waits" : "reports wait")} on this machine's disk since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC; {(Waiting == 1 ? "it is" : "they are")} counted when storage answers." : null,
                SetAside > 0 ? $"{SetAside} {(SetAside == 1 ? "record of the spool was" : "records of the spool were")} set aside: the log says why." : null,
                DamagedFiles.Count > 0 ? $"{DamagedFiles.Count} damaged {(DamagedFiles.Count == 1 ? "file of the spool is" : "files of the spool are")} kept in its folder: the log says what to do." : null,
            ];
            var said = parts.OfType<string>().ToArray();
            return said.Length > 0 ? string.Join(' ', said) : null;
        }
    }
}
