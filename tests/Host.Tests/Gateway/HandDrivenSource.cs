using System.Collections.Concurrent;
using MtaSts.Grains;
using MtaSts.Host.Gateway;

namespace MtaSts.Host.Tests.Gateway;

/// <summary>Domains' grains as a gateway sees them: the test says what they serve, whether they answer, and when.</summary>
internal sealed class HandDrivenSource : IPolicySource
{
    private readonly ConcurrentDictionary<string, ServedPolicy> served = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<TaskCompletionSource> held = new();
    private int asked;
    private int running;

    /// <summary>What was told of versions served too long, in order.</summary>
    public ConcurrentQueue<(string Domain, int Number, DateTimeOffset Until)> Told { get; } = new();

    /// <summary>How often it was asked.</summary>
    public int Asked => Volatile.Read(ref asked);

    /// <summary>Most questions that were under way at once.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>Set: every call fails so.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Questions get no answer until <see cref="Release"/>.</summary>
    public bool IsHolding { get; set; }

    /// <summary>Set: telling waits for this.</summary>
    public Task? Telling { get; set; }

    /// <summary>Called for each question, before it is answered.</summary>
    public Action<string>? OnAsked { get; set; }

    public static ServedPolicy Policy(int number, string? text = null) =>
        new(number, $"id{number}", System.Text.Encoding.ASCII.GetBytes(text ?? $"version: STSv1\r\nmode: testing\r\nmax_age: 86400\r\nmx: mx{number}.example.com\r\n"));

    public void Serve(string domain, ServedPolicy? policy)
    {
        if (policy is null)
            served.TryRemove(domain, out _);
        else
            served[domain] = policy;
    }

    /// <summary>Lets all questions that are held be answered.</summary>
    public void Release()
    {
        while (held.TryDequeue(out var question))
            question.SetResult();
    }

    public async ValueTask<ServedPolicy?> GetAsync(string domain)
    {
        Interlocked.Increment(ref asked);
        lock (held)
            MostAtOnce = Math.Max(MostAtOnce, ++running);
        try
        {
            OnAsked?.Invoke(domain);
            if (IsHolding)
            {
                var question = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                held.Enqueue(question);
                await question.Task;
            }
            return Failure is { } failure ? throw failure : served.GetValueOrDefault(domain);
        }
        finally
        {
            lock (held)
                running--;
        }
    }

    /// <summary>Domains known to be hosted.</summary>
    public HashSet<string> Hosted { get; } = [];

    public bool IsHosted(string domain) => Hosted.Contains(domain);

    public IEnumerable<string> HostedDomains() => Hosted;

    public async Task ServedWhileCutOffAsync(string domain, int number, DateTimeOffset until)
    {
        if (Failure is { } failure)
            throw failure;
        Told.Enqueue((domain, number, until));
        if (Telling is { } telling)
            await telling;
    }
}
