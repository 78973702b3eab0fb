namespace MtaSts.Grains;

/// <summary>The alerts of one claim, and how they are handled. Key: <c>al-{workspace}/{domain}</c>.</summary>
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

    /// <summary>An alert with its history; null when there is no such alert.</summary>
    /// <param name="id">See <see cref="AlertView.Id"/>.</param>
    [Alias("Find")]
    Task<AlertDetail?> Find(string id);

    /// <summary>Acknowledges an open alert, and ends its snooze: it sends no notices until its severity rises. An acknowledged one keeps its acknowledgement.</summary>
    /// <param name="id">See <see cref="AlertView.Id"/>.</param>
    /// <param name="note">Null: none.</param>
    /// <param name="by">Who does it.</param>
    [Alias("Acknowledge")]
    Task<CommandResult<AlertDetail>> Acknowledge(string id, string? note, string by);

    /// <summary>Withdraws the acknowledgement of an open alert, if there is one: channels that have not been notified are.</summary>
    [Alias("EndAcknowledgement")]
    Task<CommandResult<AlertDetail>> EndAcknowledgement(string id, string by);

    /// <summary>Snoozes an open alert, and ends its acknowledgement: it sends no notices until the date, or until it gets critical. If it is open then, a notice says so. Replaces an earlier snooze.</summary>
    /// <param name="until">In the future, at most <see cref="AlertHandling.MaxSnooze"/> ahead.</param>
    [Alias("Snooze")]
    Task<CommandResult<AlertDetail>> Snooze(string id, DateTimeOffset until, string? reason, string by);

    /// <summary>Ends the snooze of an open alert, if there is one.</summary>
    [Alias("EndSnooze")]
    Task<CommandResult<AlertDetail>> EndSnooze(string id, string by);

    /// <summary>The mutes of the domain by kind.</summary>
    [Alias("ListMutes")]
    Task<IReadOnlyList<AlertMute>> ListMutes();

    /// <summary>Mutes a kind: its alerts, the open one and later ones, send no notices. Replaces an earlier mute of the kind.</summary>
    /// <param name="kind">One of <see cref="AlertKinds"/>.</param>
    /// <param name="until">In the future, at most <see cref="AlertHandling.MaxMute"/> ahead; null: until somebody ends it.</param>
    [Alias("Mute")]
    Task<CommandResult<AlertMute>> Mute(string kind, string? reason, DateTimeOffset? until, string by);

    /// <summary>Ends the mute of a kind, if there is one: channels that have not been notified of its open alert are.</summary>
    [Alias("EndMute")]
    Task<CommandResult> EndMute(string kind, string by);
}
