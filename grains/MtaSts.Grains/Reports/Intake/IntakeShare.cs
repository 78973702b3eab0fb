namespace MtaSts.Grains.Reports;

/// <summary>
/// Limits the intake of one report address. Its token is in the public DNS, so anyone can post to it. Junk, reports of unknown networks, signed mail and each
/// known reporter have their own shares; none can exhaust another's. Kept in memory: a restart resets it.
/// </summary>
internal sealed class IntakeShare(TimeProvider clock)
{
    /// <summary>Envelopes up to this are of ordinary size. 256 KiB: the largest real report by mail is below 100 KiB. Prevents a few large posts from using the room of many small ones.</summary>
    public const int OrdinaryBytes = 256 * 1024;

    /// <summary>Time in which used room decays to a third: the sizes below are the daily intake of an address.</summary>
    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Reports of ordinary size by unknown reporters. Real domains get reports from tens of senders, once a day.</summary>
    public static readonly IntakeAmount Ordinary = new(50_000, 256 * 1024 * 1024);

    /// <summary>Larger reports by unknown reporters.</summary>
    public static readonly IntakeAmount Large = new(1_000, 768d * 1024 * 1024);

    /// <summary>Envelopes that are not counted: unreadable, not about the domain, or duplicates. They are kept within the quarantine's quota.</summary>
    public static readonly IntakeAmount Junk = new(10_000, 256 * 1024 * 1024);

    /// <summary>Mail that its submitter signed, by unknown submitters.</summary>
    public static readonly IntakeAmount Signed = new(10_000, 256 * 1024 * 1024);

    /// <summary>Share of each known reporter: far more than one sends in a day.</summary>
    public static readonly IntakeAmount Reporter = new(200, 4 * 1024 * 1024);

    private static readonly TimeSpan FadeEvery = TimeSpan.FromMinutes(1);

    private readonly IntakePool ordinary = new(Ordinary);
    private readonly IntakePool large = new(Large);
    private readonly IntakePool junk = new(Junk);
    private readonly IntakePool signed = new(Signed);
    private readonly Dictionary<string, IntakeAmount> reporters = new(StringComparer.Ordinal);
    private long faded = clock.GetTimestamp();

    /// <summary>Whether enough room is used that the grain must stay active for the day.</summary>
    public bool IsUsed => ordinary.Taken.Reports + large.Taken.Reports + junk.Taken.Reports + signed.Taken.Reports > Remembered;

    private const int Remembered = 100;

    /// <summary>Reserves room for an envelope; <see cref="IntakeCharge.None"/> when there is none.</summary>
    /// <param name="isKnown">Whether a reporter (see <see cref="KnownReporters"/>) is known here.</param>
    public IntakeCharge TryTake(IntakeRequest request, Func<string, bool> isKnown)
    {
        Fade();
        // No other sender can exhaust a known reporter's share.
        foreach (var reporter in request.Reporters.Where(isKnown))
        {
            if (TryTakeOwn(reporter, request.Bytes))
                return IntakeCharge.Reporter;
        }
        var (pool, charge) = request switch
        {
            { IsJunk: true } => (junk, IntakeCharge.Junk),
            { Signer: not null } => (signed, IntakeCharge.Signed),
            _ => (Of(request.Bytes), IntakeCharge.Open),
        };
        if (pool.TryTake(request.Network, request.Bytes))
            return charge;
        // The name can be forged, but this affects only that one reporter's share.
        return request.Organizations.Where(isKnown).Any(organization => TryTakeOwn(organization, request.Bytes)) ? IntakeCharge.Reporter : IntakeCharge.None;
    }

    /// <summary>Charges an envelope that was acknowledged while storage was unavailable: it is never refused.</summary>
    public IntakeCharge Take(IntakeRequest request)
    {
        Fade();
        (request.IsJunk ? junk : Of(request.Bytes)).Take(request.Network, request.Bytes);
        return request.IsJunk ? IntakeCharge.Junk : IntakeCharge.Open;
    }

    /// <summary>Corrects the charge of an envelope that proved to be signed, a copy, or without countable content.</summary>
    public void RecordResult(IntakeResult result)
    {
        if (result.IsStoredBefore)
        {
            Fade();
            // A known reporter's own share is not refunded: a copy counts as its delivery.
            var pool = result.Charge switch
            {
                IntakeCharge.Open => Of(result.Bytes),
                IntakeCharge.Junk => junk,
                IntakeCharge.Signed => signed,
                _ => null,
            };
            pool?.Return(result.Network, result.Bytes);
            return;
        }
        if (result.Charge != IntakeCharge.Open || result is { IsCounted: true, Signer: null })
            return;
        Fade();
        Of(result.Bytes).Return(result.Network, result.Bytes);
        (result.IsCounted ? signed : junk).Take(result.Network, result.Bytes);
    }

    private IntakePool Of(int bytes) => bytes <= OrdinaryBytes ? ordinary : large;

    private bool TryTakeOwn(string reporter, int bytes)
    {
        var next = reporters.GetValueOrDefault(reporter) + new IntakeAmount(1, bytes);
        // Its first one is accepted with any size.
        if (next.Reports >= 2 && !next.FitsIn(Reporter))
            return false;
        reporters[reporter] = next;
        return true;
    }

    private void Fade()
    {
        var elapsed = clock.GetElapsedTime(faded);
        if (elapsed < FadeEvery)
            return;
        faded = clock.GetTimestamp();
        var factor = Math.Exp(-elapsed / Day);
        foreach (var pool in new[] { ordinary, large, junk, signed })
            pool.Fade(factor);
        foreach (var (reporter, held) in reporters.ToArray())
        {
            if (held.Reports * factor < 0.05)
                reporters.Remove(reporter);
            else
                reporters[reporter] = held * factor;
        }
    }
}
