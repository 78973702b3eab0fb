namespace MtaSts.Grains.Tests.Cluster;

/// <summary>A grain of the tests' own, to try the cluster on.</summary>
[Alias("MtaSts.Tests.INoteGrain")]
public interface INoteGrain : IGrainWithStringKey
{
    [Alias("Get")]
    Task<string?> Get();

    [Alias("Set")]
    Task Set(string text);

    [Alias("Clear")]
    Task Clear();

    [Alias("Remind")]
    Task Remind(TimeSpan dueAfter, TimeSpan period);

    [Alias("Ticks")]
    Task<DateTimeOffset[]> Ticks();

    [Alias("Now")]
    Task<DateTimeOffset> Now();

    [Alias("Deactivate")]
    Task Deactivate();
}

internal sealed record NoteState
{
    public string? Text { get; init; }
    public List<DateTimeOffset> Ticks { get; init; } = [];
}

internal sealed class NoteGrain([PersistentState(NoteGrain.StateName, StateNames.Storage)] IPersistentState<NoteState> stored, TimeProvider clock) : Grain, INoteGrain, IRemindable
{
    public const string StateName = "test-note";

    public Task<string?> Get() => Task.FromResult(stored.State.Text);

    public Task Set(string text)
    {
        stored.State = stored.State with { Text = text };
        return stored.WriteStateAsync();
    }

    public Task Clear() => stored.ClearStateAsync();

    public Task Remind(TimeSpan dueAfter, TimeSpan period) => this.RegisterOrUpdateReminder("tick", dueAfter, period);

    public Task<DateTimeOffset[]> Ticks() => Task.FromResult(stored.State.Ticks.ToArray());

    public Task<DateTimeOffset> Now() => Task.FromResult(clock.GetUtcNow());

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        stored.State = stored.State with { Ticks = [.. stored.State.Ticks, clock.GetUtcNow()] };
        return stored.WriteStateAsync();
    }

    public Task Deactivate()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
