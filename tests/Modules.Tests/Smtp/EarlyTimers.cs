namespace MtaSts.Modules.Tests.Smtp;

/// <summary>A clock whose timers come a moment before their time.</summary>
internal sealed class EarlyTimers(TimeProvider inner) : TimeProvider
{
    /// <summary>How early.</summary>
    public static readonly TimeSpan By = TimeSpan.FromMilliseconds(1);

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow();

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Early(inner.CreateTimer(callback, state, Sooner(dueTime), period));

    private static TimeSpan Sooner(TimeSpan due) => due > By ? due - By : due;

    private sealed class Early(ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(Sooner(dueTime), period);

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
