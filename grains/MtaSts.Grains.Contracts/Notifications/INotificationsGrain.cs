using Orleans.Concurrency;

namespace MtaSts.Grains;

/// <summary>
/// The channels of a workspace, and the outbox of their notices: a notice is stored before it is sent, and sent at least once. Calls interleave, and none waits for a
/// receiver. Key: <c>nt-{workspace}</c>.
/// </summary>
[Alias("MtaSts.INotificationsGrain")]
public interface INotificationsGrain : IGrainWithStringKey
{
    /// <summary>Maximum number of channels of a workspace.</summary>
    const int MaxChannels = 20;

    /// <summary>Maximum length of a channel's name.</summary>
    const int MaxName = 100;

    /// <summary>Maximum number of domains in a channel's list; null stands for all.</summary>
    const int MaxDomains = 1_000;

    /// <summary>Tests of all channels of a workspace within an hour. Bounds: messages to a receiver that did not ask for them.</summary>
    const int MaxTestsPerHour = 20;

    /// <summary>Notices that a channel sends to its recipient in a day (UTC); further ones wait for the next day, and alerts are collected meanwhile. Bounds: a flood of mail.</summary>
    const int MaxPerDay = 50;

    /// <summary>Addresses that a workspace asks to confirm in a day. Bounds: mail to strangers.</summary>
    const int MaxConfirmationsPerDay = 20;

    /// <summary>Notices kept in the log of a channel after their end.</summary>
    const int MaxLog = 100;

    /// <summary>Replaces the known alerts of a domain. Stores which notices follow, and sends them later. A revision that is not above the domain's last one changes nothing.</summary>
    /// <param name="alerts">All open alerts and the latest resolved ones; one that is in neither was erased.</param>
    [Alias("SetAlerts"), AlwaysInterleave]
    Task SetAlerts(string domain, long revision, IReadOnlyList<AlertView> alerts);

    /// <summary>Creates a channel. Alerts that are already open are not sent.</summary>
    /// <param name="recipient">The address that must confirm before anything but the request is sent; null: no confirmation is needed. The request is sent now.</param>
    [Alias("Create"), AlwaysInterleave]
    Task<CommandResult<ChannelRecord>> Create(ChannelContent content, ChannelValues values, string? recipient, string by);

    /// <summary>Changes a channel, which also ends its pause. Open alerts that it did not include before are not sent. A new recipient is asked to confirm.</summary>
    [Alias("Change"), AlwaysInterleave]
    Task<CommandResult<ChannelRecord>> Change(string id, ChannelContent content, ChannelValues values, string? recipient, string by);

    /// <summary>Deletes a channel, its waiting notices and its log.</summary>
    [Alias("Delete"), AlwaysInterleave]
    Task<CommandResult> Delete(string id);

    /// <summary>Ends the pause of a channel, and sends the alerts that are still open and were not sent to it. Sends a request to a recipient who has not confirmed, at most once a day.</summary>
    [Alias("Resume"), AlwaysInterleave]
    Task<CommandResult<ChannelRecord>> Resume(string id, string by);

    /// <summary>The recipient confirms: the channels of this address that wait for it are used from now on. Repeatable.</summary>
    /// <param name="code">The code of the last request to the address.</param>
    [Alias("Confirm"), AlwaysInterleave]
    Task<CommandResult> Confirm(string address, string code);

    /// <summary>Whether <see cref="Confirm"/> would accept the code.</summary>
    [Alias("CanConfirm"), AlwaysInterleave]
    Task<bool> CanConfirm(string address, string code);

    /// <summary>The recipient unsubscribes: the channel is paused until it is resumed and confirmed again. Repeatable.</summary>
    /// <param name="address">The recipient to whom the notice was sent; if the channel has another one by now, nothing changes.</param>
    [Alias("Unsubscribe"), AlwaysInterleave]
    Task<CommandResult> Unsubscribe(string id, string address);

    /// <summary>Records the beginning of a test, within <see cref="MaxTestsPerHour"/>. Returns the test notice's facts.</summary>
    [Alias("BeginTest"), AlwaysInterleave]
    Task<CommandResult<NoticeContent>> BeginTest(string id);

    /// <summary>Records the result of a test in the log.</summary>
    [Alias("EndTest"), AlwaysInterleave]
    Task EndTest(string id, NoticeContent test, NoticeOutcome outcome, string answer);

    /// <summary>The channels by name.</summary>
    [Alias("List"), AlwaysInterleave]
    Task<IReadOnlyList<ChannelRecord>> List();

    /// <summary>Null: this workspace has no such channel.</summary>
    [Alias("Find"), AlwaysInterleave]
    Task<ChannelRecord?> Find(string id);

    /// <summary>The notices, newest first: waiting ones and <see cref="MaxLog"/> past ones of each channel.</summary>
    /// <param name="channel">Of one channel; null: of all.</param>
    [Alias("Log"), AlwaysInterleave]
    Task<IReadOnlyList<NoticeRecord>> Log(string? channel);

    /// <summary>Deletes everything, because the workspace is deleted.</summary>
    [Alias("Erase")]
    Task Erase();
}
