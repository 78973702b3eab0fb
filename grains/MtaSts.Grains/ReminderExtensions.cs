namespace MtaSts.Grains;

/// <summary>Reminders of a grain.</summary>
internal static class ReminderExtensions
{
    /// <summary>
    /// Unregisters a reminder, if it is registered. It is read first: a reminder kept in memory is outdated as soon as an interleaving call has registered it again, and could never be unregistered.
    /// </summary>
    public static async Task RemoveReminder(this Grain grain, string name)
    {
        if (await grain.GetReminder(name) is { } reminder)
            await grain.UnregisterReminder(reminder);
    }
}
