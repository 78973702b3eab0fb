namespace MtaSts.Host.Modules;

/// <summary>State of a module as observed by the host. Safe for concurrent use.</summary>
internal sealed class ModuleHealth(TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly HashSet<string> failing = new(StringComparer.Ordinal);
    private Action<string, string>? log;
    private (string Message, string Details)? unlogged;

    /// <summary>Why the module is not used in this process; null when it is usable.</summary>
    public string? Problem { get; private set; }

    /// <summary>The last fault and its time; null without a fault.</summary>
    public ModuleFaultSeen? LastFault { get; private set; }

    /// <summary>Whether a part failed and has not worked since.</summary>
    public bool IsFailing
    {
        get
        {
            lock (gate)
                return failing.Count > 0;
        }
    }

    /// <summary>Refuses the module.</summary>
    public void Refuse(string problem)
    {
        lock (gate)
        {
            Problem = problem;
            LastFault = new ModuleFaultSeen(clock.GetUtcNow(), problem);
        }
    }

    /// <summary>Records the failure of a part.</summary>
    /// <param name="part">The failed part; <see cref="Worked"/> clears it.</param>
    /// <param name="message">Human-readable text, one line.</param>
    /// <param name="details">For the log.</param>
    public void Failed(string part, string message, string? details = null)
    {
        Action<string, string>? tell;
        lock (gate)
        {
            failing.Add(part);
            LastFault = new ModuleFaultSeen(clock.GetUtcNow(), message);
            tell = log;
            if (tell is null)
                unlogged = (message, details ?? "");
        }
        tell?.Invoke(message, details ?? "");
    }

    /// <inheritdoc cref="Failed(string, string, string?)"/>
    public void Failed(string part, Exception exception) => Failed(part, ModuleFault.Describe(exception), ModuleFault.Details(exception));

    /// <summary>Records that a part works; an earlier failure stays as the last fault.</summary>
    public void Worked(string part)
    {
        lock (gate)
            failing.Remove(part);
    }

    /// <summary>Sets the log for faults; the last earlier one is logged now.</summary>
    public void LogTo(Action<string, string> write)
    {
        (string Message, string Details)? missed;
        lock (gate)
            (log, missed, unlogged) = (write, unlogged, null);
        if (missed is { } fault)
            write(fault.Message, fault.Details);
    }
}

/// <summary>A module's fault and when it was observed.</summary>
internal sealed record ModuleFaultSeen(DateTimeOffset At, string Message);
