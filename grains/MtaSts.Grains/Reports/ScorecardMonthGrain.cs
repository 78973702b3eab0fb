namespace MtaSts.Grains.Reports;

/// <summary>Months of earlier builds: read, let go, never added to.</summary>
internal sealed class ScorecardMonthGrain([PersistentState(StateNames.Scorecard, StateNames.Storage)] IPersistentState<ScorecardState> stored) : Grain, IScorecardMonthGrain
{
    /// <summary>Envelopes of one slice. Each slice writes the row, which may hold thousands of reports.</summary>
    private const int Slice = 500;

    private ScorecardKey Key => ScorecardKey.Parse(this.GetPrimaryKeyString());

    public Task<IReadOnlyList<DateOnly>> ListDays()
    {
        var month = Key.Day;
        return Task.FromResult<IReadOnlyList<DateOnly>>([.. stored.State.Days.Keys.Select(day => month.AddDays(day - 1))]);
    }

    public Task<MonthDay?> GetDay(DateOnly day) => Task.FromResult(stored.State.Days.TryGetValue(day.Day, out var sums)
        ? new MonthDay(sums.ToDay(day), [.. stored.State.Entries.Where(entry => DateOnly.FromDateTime(entry.Start.UtcDateTime) == day).OrderBy(entry => entry.ReceivedAt).ThenBy(entry => entry.Id, StringComparer.Ordinal)])
        : null);

    public Task<MonthReport?> Find(string identity) =>
        Task.FromResult(stored.State.Counted.TryGetValue(identity, out var counted) ? new MonthReport(counted.ContentHash, counted.EnvelopeId) : null);

    public async Task<bool> Retain(Kept kept)
    {
        if (!stored.RecordExists || stored.State.Kept >= kept)
            return true;
        var step = stored.State.Kept + 1;
        var envelopes = NextEnvelopes();
        await Envelopes.LetGo(GrainFactory, Key, envelopes, step, isErasing: true);
        await stored.Replace(
            envelopes.Length == Slice
                ? stored.State with { LetGoTo = envelopes[^1] }
                : stored.State with { LetGoTo = null, Kept = step, Entries = step == Kept.Aggregates ? [] : stored.State.Entries },
            DeactivateOnIdle);
        return false;
    }

    public async Task<bool> Erase()
    {
        if (!stored.RecordExists)
            return true;
        var envelopes = NextEnvelopes();
        await Envelopes.LetGo(GrainFactory, Key, envelopes, Kept.Aggregates, isErasing: true);
        if (envelopes.Length == Slice)
        {
            await stored.Replace(stored.State with { LetGoTo = envelopes[^1], Kept = Kept.Decoded }, DeactivateOnIdle);
            return false;
        }
        await stored.ClearStateAsync();
        DeactivateOnIdle();
        return true;
    }

    private string[] NextEnvelopes() =>
    [
        .. stored.State.Counted.Values.Select(counted => counted.EnvelopeId).Distinct(StringComparer.Ordinal)
            .Where(id => string.CompareOrdinal(id, stored.State.LetGoTo) > 0).Order(StringComparer.Ordinal).Take(Slice),
    ];
}
