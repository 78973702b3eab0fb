namespace MtaSts.Grains;

/// <summary>The alerts of one claim. Key: <c>al-{workspace}/{domain}</c>.</summary>
[Alias("MtaSts.IAlertGrain")]
public interface IAlertGrain : IGrainWithStringKey
{
    /// <summary>Maximum number of resolved alerts kept; older ones are deleted.</summary>
    const int MaxPast = 100;

    /// <summary>
    /// Replaces the conditions of the source: raises new alerts, updates those that differ, resolves those that no source reports any more. Returns when the workspace's
    /// index is updated and its channels have stored what they are to be told. A revision that is not above the source's last one, or belongs to an erased claim, changes nothing.
    /// </summary>
    /// <param name="source">The source of the conditions.</param>
    /// <param name="revision">Increases with each change of the source's conditions, even if a claim is removed and added again.</param>
    /// <param name="conditions">All conditions of the source; empty: none.</param>
    [Alias("Set")]
    Task Set(AlertSource source, long revision, IReadOnlyList<AlertCondition> conditions);

    /// <summary>Deletes all alerts of a removed claim that were raised up to this revision, including resolved ones. May be repeated or delayed.</summary>
    [Alias("Erase")]
    Task Erase(long revision);

    /// <summary>Open ones first, then resolved ones, newest first.</summary>
    [Alias("List")]
    Task<IReadOnlyList<AlertView>> List();
}
