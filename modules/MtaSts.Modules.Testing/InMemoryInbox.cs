using System.Collections.Concurrent;
using System.Security.Cryptography;
using MtaSts.Modules.Reports;

namespace MtaSts.Modules.Testing;

/// <summary>An inbox with the rules of the real one, controlled by the test.</summary>
public sealed class InMemoryInbox : IReportInbox
{
    private readonly ConcurrentDictionary<string, byte> tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Envelope> stored = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private TaskCompletionSource open = Opened();
    private int inside;

    /// <inheritdoc/>
    public string MailDomain { get; init; } = "reports.example";

    /// <summary>Storage does not answer: <see cref="Receipt.Unavailable"/>, <see cref="TokenKnowledge.Unavailable"/>.</summary>
    public bool IsOut { get; set; }

    /// <summary>Thrown instead of an answer, to simulate a bug.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Calls of <see cref="AcceptAsync"/> so far.</summary>
    public int Deliveries { get; private set; }

    /// <summary>Calls of either kind that were refused, because of <see cref="IsOut"/> or <see cref="Fault"/>.</summary>
    public int Failures { get; private set; }

    /// <summary>Calls of <see cref="AcceptAsync"/> that currently wait for their answer.</summary>
    public int Inside => Volatile.Read(ref inside);

    /// <summary>The largest number of concurrent calls.</summary>
    public int MostInside { get; private set; }

    /// <summary>The stored envelopes, each once.</summary>
    public IReadOnlyCollection<Envelope> Stored => [.. stored.Values];

    /// <summary>Makes a token known.</summary>
    public void Claim(string token) => tokens[token] = 0;

    /// <summary>Makes deliveries wait until <see cref="Release"/>.</summary>
    public void Hold() => open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Answers the waiting calls.</summary>
    public void Release() => open.TrySetResult();

    /// <inheritdoc/>
    public async Task<Receipt> AcceptAsync(Envelope envelope, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        lock (gate)
        {
            Deliveries++;
            MostInside = Math.Max(MostInside, ++inside);
        }
        try
        {
            await open.Task.WaitAsync(cancellationToken);
            if (HasFailed())
                return new Receipt.Unavailable("The test's storage is out.");
            if (envelope.Raw.Length is 0 or > Envelope.MaxBytes)
                return new Receipt.Refused("The report is empty or too large.");
            if (envelope.Token is null || !tokens.ContainsKey(envelope.Token))
                return new Receipt.UnknownToken();
            var id = envelope.Token + Convert.ToHexStringLower(SHA256.HashData(envelope.Raw.Span));
            return new Receipt.Stored(id, stored.TryAdd(id, envelope));
        }
        finally
        {
            lock (gate)
                inside--;
        }
    }

    /// <inheritdoc/>
    public Task<TokenKnowledge> KnowsAsync(string token, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(token);
        return Task.FromResult(HasFailed() ? TokenKnowledge.Unavailable : tokens.ContainsKey(token.ToLowerInvariant()) ? TokenKnowledge.Known : TokenKnowledge.Unknown);
    }

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }

    private bool HasFailed()
    {
        if (!IsOut && Fault is null)
            return false;
        lock (gate)
            Failures++;
        return Fault is null ? true : throw Fault;
    }
}
