using System.Text;
using MtaSts.Modules.Listening;
using MtaSts.Modules.Reports;
using MtaSts.Modules.Smtp;
using MtaSts.Modules.Smtp.Dialogue;

namespace MtaSts.Bench.Fuzz;

/// <summary>What follows DATA: beside a decoder that reads RFC 5321 §4.5.2 the plain way, and however it is cut.</summary>
internal sealed class Dots : FuzzReader
{
    private const int MaxMessage = 128 * 1024;

    public override string Name => "SMTP dot decoder";

    public override IReadOnlyList<byte[]> Words { get; } = Bytes("\r\n.\r\n", "\r\n.", "\n.\n", "\r.\r", "\n.\r\n", "\r\n.\n", "\r\n..\r\n", ".", "\r", "\n", "\r\n.\r", "\r\r\n.\r\n");

    public override IEnumerable<byte[]> Seeds() => Bytes("Subject: x\r\n\r\n..dot\r\ntext\r\n.\r\nQUIT\r\n", ".\r\n", "a\r\n.\r\n", "\r\n.\n.\r\n.\r\n");

    public override int Read(byte[] input, Dice dice)
    {
        var (plain, ends, took) = Plainly(input);
        int[][] cuttings = dice.OneIn(64) && input.Length < 2_000 ? [.. Enumerable.Range(0, input.Length).Select(at => new[] { at })] : [[], Cuts.Of(input.Length, dice)];
        foreach (var cuts in cuttings)
        {
            var memory = new ReceiveMemory(MaxMessage, TimeProvider.System);
            using (var message = new MessageBuffer(MaxMessage, memory, new Free()))
            {
                var decoder = new DotDecoder();
                var (from, taken, ended) = (0, 0, false);
                foreach (var to in cuts.Append(input.Length))
                {
                    if (!ended)
                        taken += decoder.Read(input.AsSpan(from, to - from), message, out ended);
                    from = to;
                }
                Must(ended == ends && (!ends || taken == took), "the end is where it is, cut at " + string.Join(' ', cuts));
                Must(!ends || message.Raw.Span.SequenceEqual(plain), "the message is what was sent, cut at " + string.Join(' ', cuts));
            }
            Must(memory.Free == MaxMessage, "memory is given back");
        }
        return ends ? 1 + Math.Min(took, 100) : 0;
    }

    /// <summary>CR LF . CR LF ends, one dot at the beginning of a line goes, nothing else counts.</summary>
    private static (byte[] Message, bool Ended, int Took) Plainly(byte[] input)
    {
        var text = "\r\n" + Encoding.Latin1.GetString(input);
        var end = text.IndexOf("\r\n.\r\n", StringComparison.Ordinal);
        if (end < 0)
            return ([], false, input.Length);
        var message = text[..(end + 2)].Replace("\r\n.", "\r\n", StringComparison.Ordinal);
        return (Encoding.Latin1.GetBytes(message[2..]), true, end + 3);
    }
}

/// <summary>Paths of MAIL and RCPT.</summary>
internal sealed class Paths : FuzzReader
{
    public override string Name => "SMTP paths";

    public override int Share => 5;

    public override IReadOnlyList<byte[]> Words { get; } = Bytes("FROM:", "TO:", "<", ">", "<>", "@", "\"", "\\", ":", " SIZE=1", " BODY=8BITMIME", "@a,@b:", "reports.example");

    public override IEnumerable<byte[]> Seeds() => Bytes("FROM:<a@b.example> SIZE=100", "TO:<\"a\\\"b\"@reports.example>", "TO:<@x,@y:abc@reports.example>", "FROM:<>");

    public override int Read(byte[] input, Dice dice)
    {
        var text = Encoding.UTF8.GetString(input);
        var kinds = 0;
        foreach (var keyword in new[] { "FROM:", "TO:" })
        {
            if (!MailPath.TryRead(text, keyword, out var address, out var parameters))
                continue;
            kinds = 1 + Math.Min(parameters.Length, 5);
            Must(address.Length <= 512 && parameters.All(parameter => parameter.Length > 0), "an address is bounded");
            Must(ReportAddress.TokenOf(address, "reports.example") is not { } token || !token.Any(char.IsAsciiLetterUpper), "a token is in lower case");
        }
        return kinds;
    }
}

/// <summary>Whole SMTP and LMTP sessions: however the bytes are cut, the same replies and the same mails.</summary>
internal sealed class Sessions(bool isLmtp) : FuzzReader
{
    private static readonly SmtpOptions Options = new() { MaxMessageBytes = 8 * 1024, MaxCommands = 100, MaxCommandLine = 512, MaxMemory = 16 * 1024, MaxStoredBytes = 32 * 1024, MaxRecipients = 5, CertificatePath = "a.pem" };
    private static readonly SessionRules Rules = SessionRules.Of(Options, "reports.example", isLmtp: false);

    public override string Name => isLmtp ? "LMTP session" : "SMTP session";

    public override IReadOnlyList<byte[]> Words { get; } = Bytes(
        "EHLO a\r\n", "LHLO a\r\n", "HELO a\r\n", "MAIL FROM:<a@b.example>\r\n", "RCPT TO:<abc@reports.example>\r\n", "RCPT TO:<def@reports.example>\r\n", "DATA\r\n", "BDAT 5 LAST\r\nabcde", "BDAT 3\r\nabc", "BDAT 0 LAST\r\n", "RSET\r\n", "QUIT\r\n", "NOOP\r\n",
        "STARTTLS\r\n", "VRFY x\r\n", "\r\n.\r\n", "\n.\n", "\r\n.\n", "\n.\r\n", "\r.\r", "\r\n", "\n", ".", " SIZE=9999999", " SMTPUTF8", "HELP\r\n");

    public override IEnumerable<byte[]> Seeds()
    {
        var hello = isLmtp ? "LHLO" : "EHLO";
        return Bytes(
            $"{hello} client.example\r\nMAIL FROM:<a@b.example> SIZE=10 BODY=8BITMIME\r\nRCPT TO:<abc@reports.example>\r\nDATA\r\nSubject: x\r\n\r\n..x\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<abc@reports.example>\r\nRCPT TO:<def@reports.example>\r\nRCPT TO:<abc@reports.example>\r\nBDAT 3\r\nabcBDAT 4 LAST\r\ndefgQUIT\r\n",
            $"{hello} client.example\r\nSTARTTLS\r\n{hello} x\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<abc@reports.example>\r\nDATA\r\na\n.\nMAIL FROM:<c@d>\r\n.\r\n");
    }

    public override int Read(byte[] input, Dice dice)
    {
        var whole = Talk(input, []);
        int[][] cuttings = dice.OneIn(256) && input.Length < 1_000 ? [.. Enumerable.Range(0, input.Length).Select(at => new[] { at })] : [Cuts.Of(input.Length, dice)];
        foreach (var cuts in cuttings)
            Must(Talk(input, cuts) == whole, "cut at " + string.Join(' ', cuts) + " the replies and the mails are the same");
        Must(whole.Replies.Split("\r\n")[..^1].All(line => line.Length >= 4 && line[..3].All(char.IsAsciiDigit) && line[3] is ' ' or '-'), "every reply is one");
        return whole.Stored.Split('\n').Length * 100 + whole.Replies.Split("\r\n").Select(line => line.Length > 0 ? line[0] - '0' : 0).Distinct().Sum();
    }

    private (string Replies, string Stored, bool Closed) Talk(byte[] input, int[] cuts)
    {
        var memory = new ReceiveMemory(Options.MaxMemory, TimeProvider.System);
        var stored = new StringBuilder();
        var replies = new StringBuilder();
        var closed = false;
        using (var session = new Session(Rules with { IsLmtp = isLmtp }, new Free(), memory))
        {
            replies.Append(Say(session, session.Open()));
            var from = 0;
            foreach (var to in cuts.Append(input.Length))
            {
                var piece = input.AsSpan(from, to - from);
                from = to;
                while (piece.Length > 0 && !closed)
                {
                    var demand = session.Read(piece, out var consumed);
                    piece = piece[consumed..];
                    while (demand is not (Demand.Input or Demand.Close))
                    {
                        demand = demand switch
                        {
                            Demand.Look look => session.Answer(look.Token is "abc" or "def" ? TokenKnowledge.Known : TokenKnowledge.Unknown),
                            Demand.Store store => Store(session, store, stored),
                            // Whether something follows depends on how it was cut, so nothing ever does here.
                            _ => session.BeginTls(isAlone: true) is Demand.Close close ? close : Secure(session),
                        };
                    }
                    replies.Append(Say(session, demand));
                    closed |= demand is Demand.Close;
                }
            }
        }
        Must(memory.Free == Options.MaxMemory, "memory is given back");
        return (replies.ToString(), stored.ToString(), closed);
    }

    private static Demand.Input Secure(Session session)
    {
        session.Secured();
        return new Demand.Input();
    }

    private static Demand Store(Session session, Demand.Store store, StringBuilder stored)
    {
        Must(store.Raw.Length <= Options.MaxMessageBytes && store.Tokens.Count is > 0 and <= 2, "a message is bounded and for those that exist");
        foreach (var token in store.Tokens)
            stored.Append(token).Append(' ').Append(Convert.ToHexString(store.Raw.Span)).Append('\n');
        return session.Answer([.. store.Tokens.Select(token => (Receipt)new Receipt.Stored("rp-" + token))]);
    }

    private static string Say(Session session, Demand demand)
    {
        var said = Encoding.ASCII.GetString(session.Replies.Span);
        session.Sent();
        return said;
    }
}

/// <summary>May do everything.</summary>
internal sealed class Free : IAllowance
{
    public bool MayGuess => true;

    public bool TakeMessage() => true;

    public void Guessed()
    {
    }

    public bool TryHold(long bytes, long held) => true;

    public void Release(long bytes)
    {
    }
}
