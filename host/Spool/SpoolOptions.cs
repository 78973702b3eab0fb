namespace MtaSts.Host.Spool;

/// <summary>Section <c>Spool</c>: where reports wait while storage does not answer. Every limit bounds what a flood during an outage can take.</summary>
internal sealed class SpoolOptions
{
    public const string Section = "Spool";

    /// <summary>A folder on a disk of this machine, of this process alone. Default: <c>spool</c> beside the SQLite file, else <c>data/spool</c>.</summary>
    public string? Path { get; set; }

    /// <summary>
    /// The report sources whose envelopes are spooled, separated by commas; empty for none. Default <c>source.https</c>: those senders do
    /// not come again. A person who uploads sees the error and tries again, and so does a mail server, unless <c>source.smtp</c> is added.
    /// </summary>
    public string Sources { get; set; } = "source.https";

    /// <summary>Bytes on disk, what was set aside among them. Default 1 GiB: some 40,000 reports of usual size.</summary>
    public long MaxBytes { get; set; } = 1L << 30;

    /// <summary>Records that wait: what is known of each takes memory. Default 200,000.</summary>
    public int MaxRecords { get; set; } = 200_000;

    /// <summary>Bytes that stay free on the disk: the spool must not be what stops a database or a log beside it. Default 512 MiB.</summary>
    public long MinFreeBytes { get; set; } = 512L << 20;

    /// <summary>A segment is closed at this size; what a drained one holds is given back as a whole. Default 16 MiB.</summary>
    public int SegmentBytes { get; set; } = 16 << 20;

    /// <summary>How long storage is waited for before an envelope goes to the spool. Once it is known to be down nobody waits. Default 5 s.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The sources by name.</summary>
    public IReadOnlySet<string> SourceIds => Sources.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
}
