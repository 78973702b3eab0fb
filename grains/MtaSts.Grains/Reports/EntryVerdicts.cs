namespace MtaSts.Grains.Reports;

/// <summary>Puts a later verdict into the entries of an envelope.</summary>
internal static class EntryVerdicts
{
    /// <summary>The same state when nothing changes.</summary>
    public static ScorecardState Set(ScorecardState state, string envelopeId, DkimVerdict dkim, string? signedBy)
    {
        var entries = state.Entries;
        for (var i = 0; i < entries.Count; i++)
        {
            var entry = entries[i];
            if (entry.Id == envelopeId && (entry.Dkim, entry.SignedBy) != (dkim, signedBy))
                entries = entries.SetItem(i, entry with { Dkim = dkim, SignedBy = signedBy });
        }
        return ReferenceEquals(entries, state.Entries) ? state : state with { Entries = entries };
    }
}
