namespace MtaSts.Grains;

/// <summary>Remembers for the whole service when reports were last counted, so that a failure of its own intake is not mistaken for missing reports of the senders. Key: 0.</summary>
[Alias("MtaSts.IIntakePulseGrain")]
public interface IIntakePulseGrain : IGrainWithIntegerKey
{
    /// <summary>A report that arrived by itself was counted for a claim. Silos call it for each claim at most once in several minutes; a lost call is made up by a later report.</summary>
    /// <param name="claim">Any text that is the same for the same claim.</param>
    [Alias("Counted")]
    Task Counted(string claim);

    /// <summary>When a report was last counted, if that is so long ago that missing reports of a claim show nothing about its senders; null otherwise, and when no other claim has reports to compare with.</summary>
    [Alias("SilentSince")]
    Task<DateTimeOffset?> SilentSince(string claim);
}

/// <summary>Whether reports arrive at this service, for the operator.</summary>
public interface IIntakeStatus
{
    /// <summary>Since when no report was counted although some are due; null while there is no sign of it.</summary>
    DateTimeOffset? SilentSince { get; }

    /// <summary>Since when no report was counted although some are due, and what to do; null while there is no sign of it. Contains nothing confidential.</summary>
    string? Problem { get; }
}
