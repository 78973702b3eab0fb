namespace MtaSts.Host.Clocks;

/// <summary>The time of day at the start of the process plus the time that has passed since: for in-process waits until a time of day, which are never stored.</summary>
internal sealed class SteadyClock(TimeProvider system) : TimeProvider
{
    private readonly DateTimeOffset began = system.GetUtcNow();
    private readonly long from = system.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => began + system.GetElapsedTime(from);

    public override long TimestampFrequency => system.TimestampFrequency;

    public override long GetTimestamp() => system.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => system.CreateTimer(callback, state, dueTime, period);
}
