namespace MtaSts.Modules.Cloudflare.Simulator;

/// <summary>Faults of one request.</summary>
public enum Fault
{
    /// <summary>Nothing is done and nothing is answered until the caller gives up.</summary>
    NoAnswer,

    /// <summary>The request is executed, and nothing is answered until the caller gives up.</summary>
    DoneWithoutAnswer,

    /// <summary>The request is executed and answered after <see cref="FaultQueue.SlowAnswer"/>.</summary>
    Slow,

    /// <summary>The request is executed; the answer is 1406, as to a request that was duplicated in transit.</summary>
    DoneThenDuplicate,

    /// <summary>The connection is cut before anything is done.</summary>
    Cut,

    /// <summary>The request is executed, then the connection is cut.</summary>
    DoneThenCut,

    /// <summary>500 with code 1500.</summary>
    InternalError,

    /// <summary>502 with a page of HTML.</summary>
    BadGateway,

    /// <summary>The request is executed; the answer ends in the middle of its JSON.</summary>
    DoneThenMalformed,

    /// <summary>The request is executed; the answer is larger than any of Cloudflare's.</summary>
    DoneThenOversized,

    /// <summary>429 with <c>Retry-After: 120</c>; further requests are refused until then.</summary>
    RateLimited,

    /// <summary>401 with code 1001.</summary>
    Unauthorized,
}

/// <summary>The faults that are waiting for their request.</summary>
public sealed class FaultQueue
{
    /// <summary>Of <see cref="Fault.RateLimited"/>.</summary>
    public static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(120);

    /// <summary>Of <see cref="Fault.Slow"/>.</summary>
    public static readonly TimeSpan SlowAnswer = TimeSpan.FromSeconds(6);

    private readonly Lock gate = new();
    private readonly List<(Fault Fault, string? Method)> waiting = [];

    /// <summary>Applies the fault to the next request, or the next of this method.</summary>
    public void Add(Fault fault, HttpMethod? method = null)
    {
        lock (gate)
            waiting.Add((fault, method?.Method));
    }

    /// <summary>Removes all faults.</summary>
    public void Clear()
    {
        lock (gate)
            waiting.Clear();
    }

    internal Fault? Take(string method)
    {
        lock (gate)
        {
            var index = waiting.FindIndex(item => item.Method is null || item.Method == method);
            if (index < 0)
                return null;
            var fault = waiting[index].Fault;
            waiting.RemoveAt(index);
            return fault;
        }
    }
}
