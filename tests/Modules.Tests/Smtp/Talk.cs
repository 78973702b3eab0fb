using System.Text;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Modules.Listening;
using MtaSts.Modules.Reports;
using MtaSts.Modules.Smtp;
using MtaSts.Modules.Smtp.Dialogue;
using MtaSts.Modules.Testing;

namespace MtaSts.Modules.Tests.Smtp;

/// <summary>A session with everything around it in memory, and no socket: what the client sends in, the replies out.</summary>
internal sealed class Talk : IAllowance, IDisposable
{
    public const string Known = "abcdefghijklmnopqrstuvwxyz";
    public const string AlsoKnown = "bbcdefghijklmnopqrstuvwxyz";
    public const string Unknown = "zzzzzzzzzzzzzzzzzzzzzzzzzz";
    private readonly Session session;
    private readonly StringBuilder replies = new();

    public Talk(bool lmtp = false, bool tls = false, Action<SmtpOptions>? configure = null)
    {
        var options = new SmtpOptions { HostName = "mx.reports.example", CertificatePath = tls ? "a.pem" : null };
        configure?.Invoke(options);
        Memory = new ReceiveMemory(options.MaxMemory, Time);
        session = new Session(SessionRules.Of(options, "reports.example", lmtp), this, Memory);
        Inbox.Claim(Known);
        Inbox.Claim(AlsoKnown);
        Take(session.Open());
    }

    public InMemoryInbox Inbox { get; } = new();

    public ReceiveMemory Memory { get; }

    /// <summary>How fast messages come in.</summary>
    public FakeTimeProvider Time { get; } = new();

    /// <summary>Whether the session has hung up.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>What the inbox says instead of its own answer.</summary>
    public Func<string, Receipt>? OnStore { get; set; }

    public bool MayGuess { get; set; } = true;

    public bool MayMail { get; set; } = true;

    public bool MayHold { get; set; } = true;

    /// <summary>Memory its messages hold.</summary>
    public long Held { get; private set; }

    public int Guesses { get; private set; }

    public Session Session => session;

    /// <summary>Everything the server has said.</summary>
    public string All => replies.ToString();

    /// <summary>The last message stored.</summary>
    public string Message => Encoding.Latin1.GetString(Inbox.Stored.Last().Raw.Span);

    public bool TakeMessage() => MayMail;

    public void Guessed() => Guesses++;

    public bool TryHold(long bytes, long held)
    {
        Held += MayHold ? bytes : 0;
        return MayHold;
    }

    public void Release(long bytes) => Held -= bytes;

    /// <summary>Sends lines, each with CR LF, and returns what is said to them.</summary>
    public string Say(params string[] lines) => Send(string.Concat(lines.Select(line => line + "\r\n")));

    /// <summary>Sends bytes as they are, cut at these places, and returns what is said to them.</summary>
    public string Send(string bytes, params int[] cuts) => Send(Encoding.Latin1.GetBytes(bytes), cuts);

    /// <inheritdoc cref="Send(string, int[])"/>
    public string Send(byte[] bytes, params int[] cuts)
    {
        var before = replies.Length;
        var from = 0;
        foreach (var to in cuts.Append(bytes.Length))
        {
            Feed(bytes.AsSpan(from, to - from), to == bytes.Length);
            from = to;
        }
        return replies.ToString(before, replies.Length - before);
    }

    /// <summary>Greets and opens a transaction with one recipient.</summary>
    public Talk Begun(params string[] tokens)
    {
        Say("EHLO client.example", "MAIL FROM:<a@b.example>");
        foreach (var token in tokens.DefaultIfEmpty(Known))
            Say($"RCPT TO:<{token}@reports.example>");
        return this;
    }

    public void Dispose() => session.Dispose();

    private void Feed(ReadOnlySpan<byte> piece, bool isAll)
    {
        while (piece.Length > 0 && !IsClosed)
        {
            var demand = session.Read(piece, out var consumed);
            piece = piece[consumed..];
            while (demand is not (Demand.Input or Demand.Close))
            {
                demand = demand switch
                {
                    Demand.Look look => session.Answer(Inbox.KnowsAsync(look.Token, default).Result),
                    Demand.Store store => session.Answer([.. store.Tokens.Select(token => Store(token, store.Raw))]),
                    _ => Secure(piece.Length == 0 && isAll),
                };
            }
            Take(demand);
        }
    }

    private Receipt Store(string token, ReadOnlyMemory<byte> raw) =>
        OnStore?.Invoke(token) ?? Inbox.AcceptAsync(new Envelope(SmtpSource.SourceId, default, raw.ToArray(), token, null), default).Result;

    private Demand Secure(bool isAlone)
    {
        var demand = session.BeginTls(isAlone);
        if (demand is Demand.Input)
            session.Secured();
        return demand;
    }

    private void Take(Demand demand)
    {
        replies.Append(Encoding.ASCII.GetString(session.Replies.Span));
        session.Sent();
        IsClosed |= demand is Demand.Close;
    }
}
