namespace MtaSts.Modules.Mailboxes;

/// <summary>Mails that could not be processed: each is retried with growing pauses, and none delays the others.</summary>
internal sealed class StuckMails<TMail>(TimeProvider clock)
    where TMail : notnull
{
    /// <summary>Mails recorded; further ones are tried in each pass. Bounds: memory for a mailbox in which no mail can be processed.</summary>
    private const int Most = 10_000;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly Dictionary<TMail, Stuck> mails = [];

    /// <summary>Monotonic: a system clock that is set back delays no mail.</summary>
    private TimeSpan Now => clock.GetElapsedTime(0);

    /// <summary>The problem of one of them; null when there is none.</summary>
    public string? Problem => mails.Values.Select(stuck => stuck.Problem).FirstOrDefault(problem => problem is not null);

    /// <summary>Time until the next one is due, negative when it is overdue; null when there is none.</summary>
    public TimeSpan? Next => mails.Count == 0 ? null : mails.Values.Min(stuck => stuck.Due) - Now;

    public bool Contains(TMail mail) => mails.ContainsKey(mail);

    /// <summary>Whether the mail is not due yet.</summary>
    public bool IsResting(TMail mail) => mails.TryGetValue(mail, out var stuck) && stuck.Due > Now;

    /// <summary>Records the mail before an attempt, so that it is known if the attempt ends the connection or the process.</summary>
    public void Suspect(TMail mail)
    {
        if (mails.Count < Most)
            mails.TryAdd(mail, new Stuck(Now, FirstPause, null));
    }

    /// <param name="problem">Human-readable text.</param>
    public void Failed(TMail mail, string problem)
    {
        if (!mails.TryGetValue(mail, out var stuck))
            return;
        var next = stuck.Pause * 2;
        mails[mail] = new Stuck(Now + stuck.Pause, next < LongestPause ? next : LongestPause, problem);
    }

    /// <summary>Removes a processed mail.</summary>
    public void Forget(TMail mail) => mails.Remove(mail);

    /// <summary>Removes the mails that no longer exist.</summary>
    public void Keep(Func<TMail, bool> isThere)
    {
        foreach (var gone in mails.Keys.Where(mail => !isThere(mail)).ToArray())
            mails.Remove(gone);
    }

    private sealed record Stuck(TimeSpan Due, TimeSpan Pause, string? Problem);
}
