namespace MtaSts.Grains.Reports;

/// <summary>
/// What one report address takes in. Its token stands in the public DNS, so anybody can post to it. Junk, reports of networks that are new here, signed mail and each
/// known reporter have shares of their own; none can use up another's. Kept in memory: a restart begins anew.
/// </summary>
internal sealed class IntakeShare(TimeProvider clock)
{
    /// <summary>Envelopes up to this are of ordinary size. 256 KiB: the largest real report by mail is below 100 KiB. Bounds: few large posts that use up the room of many small ones.</summary>
    public const int OrdinaryBytes = 256 * 1024;

    /// <summary>What was taken has faded to a third after this time: the sizes below are what an address takes in within a day.</summary>
    public static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Reports of ordinary size by reporters that are not known here. Real domains hear from tens of senders, once a day.</summary>
    public static readonly IntakeAmount Ordinary = new(50_000, 256 * 1024 * 1024);

    /// <summary>Larger ones.</summary>
    public static readonly IntakeAmount Large = new(1_000, 768d * 1024 * 1024);

    /// <summary>What is not counted: unreadable, not about the domain, or there already. It is kept as far as the quarantine's quota goes.</summary>
    public static readonly IntakeAmount Junk = new(10_000, 256 * 1024 * 1024);

    /// <summary>Mail that its submitter signed, by submitters that are not known here.</summary>
    public static readonly IntakeAmount Signed = new(10_000, 256 * 1024 * 1024);

    /// <summary>Each known reporter for itself: far above what one sends in a day.</summary>
    public static readonly IntakeAmount Reporter = new(200, 4 * 1024 * 1024);

    private static readonly TimeSpan FadeEvery = TimeSpan.FromMinutes(1);

    private readonly IntakePool ordinary = new(Ordinary);
    private readonly IntakePool large = new(Large);
    private readonly IntakePool junk = new(Junk);
    private readonly IntakePool signed = new(Signed);
    private readonly Dictionary<string, IntakeAmount> reporters = new(StringComparer.Ordinal);
    private long faded = clock.GetTimestamp();

    /// <summary>Whether so much was taken that it is to be remembered for the day.</summary>
    public bool IsUsed => ordinary.Taken.Reports + large.Taken.Reports + junk.Taken.Reports + signed.Taken.Reports > Remembered;

    private const int Remembered = 100;

    /// <summary>Takes room for an envelope; <see cref="IntakeCharge.None"/> when there is none.</summary>
    /// <param name="isKnown">Whether a reporter (see <see cref="KnownReporters"/>) is known here.</param>
    public IntakeCharge TryTake(IntakeRequest request, Func<string, bool> isKnown)
    {
        Fade();
        // Nobody else can use up what a known reporter has for itself.
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
        // Its name can be made up, but no more than that one reporter's share is lost by it.
        return request.Organizations.Where(isKnown).Any(organization => TryTakeOwn(organization, request.Bytes)) ? IntakeCharge.Reporter : IntakeCharge.None;
    }

    /// <summary>What was accepted before, while storage was down: it is charged and never turned away.</summary>
    public IntakeCharge Take(IntakeRequest request)
    {
        Fade();
        (request.IsJunk ? junk : Of(request.Bytes)).Take(request.Network, request.Bytes);
        return request.IsJunk ? IntakeCharge.Junk : IntakeCharge.Open;
    }

    /// <summary>What was charged as a report turned out to be signed, or nothing to count.</summary>
    public void Settle(IntakeSettlement settlement)
    {
        if (settlement.Charge != IntakeCharge.Open || settlement is { IsCounted: true, Signer: null })
            return;
        Fade();
        Of(settlement.Bytes).Return(settlement.Network, settlement.Bytes);
        (settlement.IsCounted ? signed : junk).Take(settlement.Network, settlement.Bytes);
    }

    private IntakePool Of(int bytes) => bytes <= OrdinaryBytes ? ordinary : large;

    private bool TryTakeOwn(string reporter, int bytes)
    {
        var next = reporters.GetValueOrDefault(reporter) + new IntakeAmount(1, bytes);
        // Its first is taken whatever its size.
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
