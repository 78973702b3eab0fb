namespace MtaSts.Modules.Mailboxes;

/// <summary>Mails at which something went wrong: each is tried again ever more seldom, and none keeps the others waiting.</summary>
internal sealed class StuckMails<TMail>(TimeProvider clock)
    where TMail : notnull
{
    /// <summary>Mails remembered; those beyond are tried each time. Bounds: memory for a mailbox of which nothing can be taken.</summary>
    private const int Most = 10_000;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly Dictionary<TMail, Stuck> mails = [];

    /// <summary>Monotonic: a system clock that is set back keeps no mail waiting.</summary>
    private TimeSpan Now => clock.GetElapsedTime(0);

    /// <summary>What is wrong with one of them; null when there is none.</summary>
    public string? Problem => mails.Values.Select(stuck => stuck.Problem).FirstOrDefault(problem => problem is not null);

    /// <summary>How long until the next is to be tried, negative when it is due; null when there is none.</summary>
    public TimeSpan? Next => mails.Count == 0 ? null : mails.Values.Min(stuck => stuck.Due) - Now;

    public bool Contains(TMail mail) => mails.ContainsKey(mail);

    /// <summary>Whether it is not to be tried yet.</summary>
    public bool IsResting(TMail mail) => mails.TryGetValue(mail, out var stuck) && stuck.Due > Now;

    /// <summary>It is about to be tried: should that be the end of everything, it is known which one it was.</summary>
    public void Suspect(TMail mail)
    {
        if (mails.Count < Most)
            mails.TryAdd(mail, new Stuck(Now, FirstPause, null));
    }

    /// <param name="problem">For people.</param>
    public void Failed(TMail mail, string problem)
    {
        if (!mails.TryGetValue(mail, out var stuck))
            return;
        var next = stuck.Pause * 2;
        mails[mail] = new Stuck(Now + stuck.Pause, next < LongestPause ? next : LongestPause, problem);
    }

    /// <summary>It is out of the way.</summary>
    public void Forget(TMail mail) => mails.Remove(mail);

    /// <summary>Those that are still there stay.</summary>
    public void Keep(Func<TMail, bool> isThere)
    {
        foreach (var gone in mails.Keys.Where(mail => !isThere(mail)).ToArray())
            mails.Remove(gone);
    }

    private sealed record Stuck(TimeSpan Due, TimeSpan Pause, string? Problem);
}
