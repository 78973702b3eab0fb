using System.Globalization;
using System.Text;
using MtaSts.Modules.Reports;

namespace MtaSts.Modules.Smtp.Dialogue;

/// <content>Mail transactions (RFC 5321 §3.3): MAIL, RCPT, then DATA or BDAT.</content>
internal sealed partial class Session
{
    /// <summary>A client that sends more than this many times the limit is disconnected; up to it the message is read and then refused.</summary>
    private const int HearOut = 2;

    private readonly List<string> recipients = [];
    private Phase phase;
    private DotDecoder dots = new();
    private MessageBuffer? message;
    private string? looked;
    private long chunkLeft;
    private bool chunkIsLast;
    private long declaredSize;
    private string? chunkRefusal;

    private enum Phase
    {
        Command,
        Data,
        Chunk,
    }

    /// <summary>The reverse-path; empty for a bounce, null outside a transaction.</summary>
    public string? Sender { get; private set; }

    /// <summary>Whether the next bytes belong to a message.</summary>
    public bool IsTakingMessage => phase != Phase.Command;

    /// <summary>Whether a message has started and not ended, also between two chunks.</summary>
    public bool HasMessage => message is not null;

    /// <summary>Bytes of all messages so far, accepted or not.</summary>
    public long MessageBytes { get; private set; }

    /// <summary>Takes the inbox's answer about the token.</summary>
    public Demand Answer(TokenKnowledge knowledge)
    {
        demand = new Demand.Input();
        switch (knowledge)
        {
            case TokenKnowledge.Known when declaredSize * recipients.Append(looked!).Distinct(StringComparer.Ordinal).Count() > rules.MaxStoredBytes:
                Reply("452 4.5.3 Too many recipients for its size, send again for the others");
                break;
            case TokenKnowledge.Known:
                recipients.Add(looked!);
                Reply("250 2.1.5 Ok");
                break;
            case TokenKnowledge.Unknown:
                allowance.Guessed();
                Refuse("550 5.1.1 No such report address");
                break;
            default:
                Reply("451 4.3.0 The address cannot be checked now, try again later");
                break;
        }
        return demand;
    }

    /// <summary>Takes the receipt of the message for each of its tokens.</summary>
    public Demand Answer(IReadOnlyList<Receipt> receipts)
    {
        var tokens = Tokens();
        demand = new Demand.Input();
        if (receipts.Any(receipt => receipt is Receipt.Stored))
            (commandsWhenStored, errors) = (Commands, 0);
        if (rules.IsLmtp)
        {
            // RFC 2033 §4.2: one reply for each RCPT that was accepted, in their order.
            foreach (var token in recipients)
                Reply(Outcome(receipts[Array.IndexOf(tokens, token)]));
        }
        else
        {
            Reply(Outcome(Joint(receipts)));
        }
        EndTransaction();
        return demand;
    }

    /// <summary>
    /// SMTP has one reply for all recipients. If it could not be stored for one of them, the sender must retry for all: copies already stored are
    /// then the same envelopes, and count once. If it is stored for at least one and permanently refused for the others, the message is accepted.
    /// </summary>
    private static Receipt Joint(IReadOnlyList<Receipt> receipts) =>
        receipts.FirstOrDefault(receipt => receipt is not (Receipt.Stored or Receipt.Refused or Receipt.UnknownToken))
        ?? receipts.FirstOrDefault(receipt => receipt is Receipt.Stored)
        ?? receipts[0];

    private static string Outcome(Receipt receipt) => receipt switch
    {
        Receipt.Stored stored => $"250 2.0.0 Stored as {stored.Id}",
        Receipt.UnknownToken => "550 5.1.1 No such report address",
        Receipt.Refused refused => "554 5.6.0 " + refused.Reason,
        Receipt.Unavailable { IsOverShare: true } => "452 4.2.2 The share of this report address is exhausted, try again later",
        _ => "451 4.3.0 The mail cannot be stored now, try again later",
    };

    private void Mail(string argument)
    {
        if (ClientName is null)
            Refuse($"503 5.5.1 Send {(rules.IsLmtp ? "LHLO" : "EHLO")} first");
        else if (Sender is not null)
            Refuse("503 5.5.1 Sender already specified");
        else if (!MailPath.TryRead(argument, "FROM:", out var sender, out var parameters))
            Refuse("501 5.1.7 Syntax: MAIL FROM:<address>");
        else if (MailProblem(sender, parameters) is { } problem)
            Refuse(problem);
        else if (!allowance.TakeMessage())
            Reply("450 4.7.1 Too many messages, try again in a minute");
        else if (memory.Free <= 0 && !memory.DropSlow(0))
            Reply("452 4.3.1 Too much mail at once, try again later");
        else
        {
            Sender = sender;
            Reply("250 2.1.0 Ok");
        }
    }

    private string? MailProblem(string sender, string[] parameters)
    {
        var isUtf8 = false;
        declaredSize = 0;
        foreach (var parameter in parameters)
        {
            var (name, value) = parameter.Split('=', 2) is [var key, var set] ? (key.ToUpperInvariant(), set) : (parameter.ToUpperInvariant(), null);
            switch (name)
            {
                case "SIZE" when ulong.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size):
                    if (size > (ulong)rules.MaxMessageBytes)
                        return TooLarge();
                    declaredSize = (long)size;
                    break;
                case "BODY" when value?.ToUpperInvariant() is "7BIT" or "8BITMIME":
                    break;
                case "SMTPUTF8" when value is null:
                    isUtf8 = true;
                    break;
                case "SIZE" or "BODY" or "SMTPUTF8":
                    return "501 5.5.4 Invalid value of a parameter";
                default:
                    return "555 5.5.4 Parameter not supported";
            }
        }
        return isUtf8 || Ascii.IsValid(sender) ? null : "553 5.6.7 Such an address needs SMTPUTF8";
    }

    private void Recipient(string argument)
    {
        if (Sender is null || message is not null)
            Refuse("503 5.5.1 Send MAIL first");
        else if (!MailPath.TryRead(argument, "TO:", out var address, out var parameters) || address.Length == 0)
            Refuse("501 5.1.3 Syntax: RCPT TO:<address>");
        else if (parameters.Length > 0)
            Refuse("555 5.5.4 Parameter not supported");
        else if (IsPostmaster(address))
            Refuse($"550 5.1.1 No mailbox here, only reports are accepted at {rules.MailDomain}");
        else if (ReportAddress.TokenOf(address, rules.MailDomain) is not { } token)
            Refuse("550 5.7.1 Mail for other domains is not relayed");
        else if (recipients.Count >= rules.MaxRecipients)
            Reply("452 4.5.3 Too many recipients, send again for the others");
        else if (!allowance.MayGuess)
            Reply("450 4.7.1 Too many unknown recipients, try again in a minute");
        else
            demand = new Demand.Look(looked = token);
    }

    /// <summary>The name that every server has (RFC 5321 §4.5.1), with or without the domain; it does not count as a guess of a token.</summary>
    private bool IsPostmaster(string address) =>
        "postmaster".Equals(address.Contains('@', StringComparison.Ordinal) ? ReportAddress.TokenOf(address, rules.MailDomain) : address, StringComparison.OrdinalIgnoreCase);

    private string? TransactionProblem() => (Sender, recipients.Count) switch
    {
        (null, _) => "503 5.5.1 Send MAIL first",
        (_, 0) => rules.IsLmtp ? "503 5.5.1 No valid recipients" : "554 5.5.1 No valid recipients",
        _ => null,
    };

    private void Data(string argument)
    {
        if (argument.Length > 0)
            Refuse("501 5.5.4 DATA takes no parameters");
        else if (message is not null)
            Refuse("503 5.5.1 BDAT in progress, DATA not allowed");
        else if (TransactionProblem() is { } problem)
            Refuse(problem);
        else
        {
            (phase, dots, message) = (Phase.Data, new DotDecoder(), new MessageBuffer(rules.MaxMessageBytes, memory, allowance));
            Reply("354 End with CR LF . CR LF");
        }
    }

    private int ReadData(ReadOnlySpan<byte> input)
    {
        var taken = dots.Read(input, message!, out var ended);
        MessageBytes += taken;
        if (ended)
            Complete();
        else if (message!.Received > (long)HearOut * rules.MaxMessageBytes)
            HangUp(TooLarge());
        return taken;
    }

    /// <summary>BDAT (RFC 3030 §2): the stated number of bytes follows, even if the command is refused.</summary>
    private void Chunk(string argument)
    {
        var words = argument.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var isLast = words is [_, var second] && second.Equals("LAST", StringComparison.OrdinalIgnoreCase);
        if (words.Length == 0 || words.Length != (isLast ? 2 : 1) || !long.TryParse(words[0], NumberStyles.None, CultureInfo.InvariantCulture, out var size))
        {
            HangUp("501 5.5.4 Syntax: BDAT size [LAST]"); // The start of the next command is unknown.
            return;
        }
        if (size > (long)HearOut * rules.MaxMessageBytes)
        {
            HangUp(TooLarge());
            return;
        }
        (phase, chunkLeft, chunkIsLast) = (Phase.Chunk, size, isLast);
        chunkRefusal = TransactionProblem();
        if (chunkRefusal is null)
            message ??= new MessageBuffer(rules.MaxMessageBytes, memory, allowance);
        if (size == 0)
            EndChunk();
    }

    private int ReadChunk(ReadOnlySpan<byte> input)
    {
        var piece = input[..(int)Math.Min(chunkLeft, input.Length)];
        if (chunkRefusal is null)
            message!.Append(piece);
        chunkLeft -= piece.Length;
        MessageBytes += piece.Length;
        if (chunkLeft == 0)
            EndChunk();
        return piece.Length;
    }

    private void EndChunk()
    {
        phase = Phase.Command;
        if (chunkRefusal is { } refusal)
            Refuse(refusal);
        else if (chunkIsLast)
            Complete();
        else if (MessageProblem() is { } problem)
        {
            Refuse(problem);
            EndTransaction(); // Its further chunks are refused (RFC 3030 §2).
        }
        else
        {
            Reply("250 2.0.0 OK");
        }
    }

    private void Complete()
    {
        phase = Phase.Command;
        message!.Complete();
        if (MessageProblem() is not { } problem)
        {
            demand = new Demand.Store(message!.Raw, Tokens());
            return;
        }
        for (var reply = rules.IsLmtp ? recipients.Count : 1; reply > 0; reply--)
            Reply(problem);
        EndTransaction();
    }

    private string? MessageProblem() => message switch
    {
        { IsTooLarge: true } => TooLarge(),
        { IsCrowdedOut: true } => "452 4.3.1 Too much mail at once, try again later",
        { } whole when whole.Received * Tokens().Length > rules.MaxStoredBytes => "452 4.5.3 Too many recipients for its size, send again for fewer",
        _ => null,
    };

    private string[] Tokens() => [.. recipients.Distinct(StringComparer.Ordinal)];

    private string TooLarge() => string.Create(CultureInfo.InvariantCulture, $"552 5.3.4 A message has at most {rules.MaxMessageBytes} bytes");

    private void EndTransaction()
    {
        phase = Phase.Command;
        Sender = null;
        recipients.Clear();
        message?.Dispose();
        message = null;
    }
}
