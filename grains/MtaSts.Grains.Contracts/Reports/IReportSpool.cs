namespace MtaSts.Grains;

/// <summary>The reports that wait on this machine's disk until storage answers, for its operator.</summary>
public interface IReportSpool
{
    /// <summary>How it stands now; costs no I/O.</summary>
    SpoolView Now { get; }
}

/// <summary>The spool as its operator sees it.</summary>
/// <param name="Path">The folder; null when the spool is switched off.</param>
/// <param name="Problem">Why it cannot be used and what to do; null when it can.</param>
/// <param name="Waiting">Reports that were acknowledged to their senders and do not stand in storage yet.</param>
/// <param name="Bytes">What the folder holds, in bytes.</param>
/// <param name="Since">When the oldest waiting report came; null when none waits.</param>
/// <param name="SetAside">Records found damaged or refused for good; their bytes are kept in the folder.</param>
public sealed record SpoolView(string? Path, string? Problem, long Waiting, long Bytes, DateTimeOffset? Since, long SetAside)
{
    /// <summary>What the operator should know, in one line, for a place that strangers may read too; null when there is nothing.</summary>
    public string? Hint
    {
        get
        {
            string?[] parts =
            [
                Problem is null ? null : "Reports cannot be kept on this machine's disk while storage does not answer: the log says why.",
                Since is { } since ? $"{Waiting} reports wait on this machine's disk since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC; they are counted when storage answers." : null,
                SetAside > 0 ? $"{SetAside} records of the spool were set aside, in damaged/ and aside/ of its folder: the log says why." : null,
            ];
            var said = parts.OfType<string>().ToArray();
            return said.Length > 0 ? string.Join(' ', said) : null;
        }
    }
}
