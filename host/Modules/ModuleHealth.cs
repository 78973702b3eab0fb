namespace MtaSts.Host.Modules;

/// <summary>How a module is doing, as far as the host has seen. Safe for concurrent use.</summary>
internal sealed class ModuleHealth(TimeProvider clock)
{
    private readonly Lock gate = new();
    private readonly HashSet<string> failing = new(StringComparer.Ordinal);
    private Action<string, string>? log;

    /// <summary>Why the module is not in use for as long as this process runs; null when it is usable.</summary>
    public string? Problem { get; private set; }

    /// <summary>The last thing that went wrong, and when; null when nothing has.</summary>
    public ModuleFaultSeen? LastFault { get; private set; }

    /// <summary>Whether something of it failed that has not worked since.</summary>
    public bool IsFailing
    {
        get
        {
            lock (gate)
                return failing.Count > 0;
        }
    }

    /// <summary>Keeps the module out.</summary>
    public void Refuse(string problem)
    {
        lock (gate)
        {
            Problem = problem;
            LastFault = new ModuleFaultSeen(clock.GetUtcNow(), problem);
        }
    }

    /// <summary>Something of it failed.</summary>
    /// <param name="part">What failed; <see cref="Worked"/> takes it back.</param>
    /// <param name="message">In words, one line.</param>
    /// <param name="details">For the log.</param>
    public void Failed(string part, string message, string? details = null)
    {
        Action<string, string>? tell;
        lock (gate)
        {
            failing.Add(part);
            LastFault = new ModuleFaultSeen(clock.GetUtcNow(), message);
            tell = log;
        }
        tell?.Invoke(message, details ?? "");
    }

    /// <inheritdoc cref="Failed(string, string, string?)"/>
    public void Failed(string part, Exception exception) => Failed(part, ModuleFault.Describe(exception), ModuleFault.Details(exception));

    /// <summary>It works; what failed before stays as the last fault.</summary>
    public void Worked(string part)
    {
        lock (gate)
            failing.Remove(part);
    }

    /// <summary>Where faults are written from now on.</summary>
    public void LogTo(Action<string, string> write)
    {
        lock (gate)
            log = write;
    }
}

/// <summary>A fault of a module's and when it was seen.</summary>
internal sealed record ModuleFaultSeen(DateTimeOffset At, string Message);
