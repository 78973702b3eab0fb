namespace MtaSts.Host.Spool;

/// <summary>Section <c>Spool</c>: where reports wait while storage is unavailable. Every limit bounds the effect of a flood during an outage.</summary>
internal sealed class SpoolOptions
{
    public const string Section = "Spool";

    /// <summary>A folder on a local disk that only this process uses. Default: <c>spool</c> beside the SQLite file, else <c>data/spool</c>.</summary>
    public string? Path { get; set; }

    /// <summary>
    /// The report sources whose envelopes are spooled, separated by commas; empty for none. Default <c>source.https</c>: those senders do not retry. Mail servers retry; add
    /// <c>source.smtp</c> to spool their reports too. Uploads cannot be spooled: their users see the error and can retry.
    /// </summary>
    public string Sources { get; set; } = "source.https";

    /// <summary>Maximum bytes of all records, including those set aside, and of damaged files that were kept. Default 1 GiB: some 200,000 reports of 5 KiB.</summary>
    public long MaxBytes { get; set; } = 1L << 30;

    /// <summary>Maximum number of waiting records; each takes memory. Default 200,000.</summary>
    public int MaxRecords { get; set; } = 200_000;

    /// <summary>Bytes that the spool leaves free on the disk, so that it does not stop a database or a log on the same disk. Default 512 MiB.</summary>
    public long MinFreeBytes { get; set; } = 512L << 20;

    /// <summary>How long an envelope waits for storage before it is spooled. While storage is known to be unavailable, it is spooled at once. Default 5 s.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The sources by name.</summary>
    public IReadOnlySet<string> SourceIds => Sources.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
}
