using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace MtaSts.Grains.Reports;

internal sealed record ScorecardPageState
{
    [JsonPropertyName("reports")] public ImmutableArray<CountedReport> Reports { get; init; } = [];
    [JsonPropertyName("copies")] public ImmutableArray<string> Copies { get; init; } = [];
}

[GrainType("scorecard-page")]
internal sealed class ScorecardPageGrain([PersistentState(StateNames.ScorecardPage, StateNames.Storage)] IPersistentState<ScorecardPageState> stored) : Grain, IScorecardPageGrain
{
    public Task Put(CountedPage page) => stored.Replace(new ScorecardPageState { Reports = [.. page.Reports], Copies = [.. page.Copies] }, DeactivateOnIdle);

    public Task<CountedPage> Get() => Task.FromResult(new CountedPage(stored.State.Reports, stored.State.Copies));

    public async Task Delete()
    {
        if (stored.RecordExists)
            await stored.ClearStateAsync();
        DeactivateOnIdle();
    }
}
