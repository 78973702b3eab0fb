using System.Buffers;
using System.Globalization;
using System.Text;
using MtaSts.Modules.Listening;

namespace MtaSts.Modules.Smtp.Dialogue;

/// <summary>
/// The server's side of an SMTP (RFC 5321) or LMTP (RFC 2033) session as a state machine: the client's bytes in, replies and demands
/// out. No I/O and no clock; the result does not depend on how the bytes are split.
/// </summary>
internal sealed partial class Session(SessionRules rules, IAllowance allowance, ReceiveMemory memory) : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ArrayBufferWriter<byte> replies = new();
    private readonly byte[] line = new byte[rules.MaxCommandLine];
    private Demand demand = new Demand.Input();
    private int lineLength;
    private int errors;
    private int commandsWhenStored;
    private bool isSecured;

    /// <summary>The client's name in its greeting; null before that.</summary>
    public string? ClientName { get; private set; }

    /// <summary>Commands read so far.</summary>
    public int Commands { get; private set; }

    /// <summary>Pending replies; <see cref="Sent"/> clears them.</summary>
    public ReadOnlyMemory<byte> Replies => replies.WrittenMemory;

    public void Sent() => replies.ResetWrittenCount();

    /// <summary>Greets the client (RFC 5321 §4.2).</summary>
    public Demand Open()
    {
        Reply($"220 {rules.HostName} {(rules.IsLmtp ? "LMTP" : "ESMTP")} MtaSts");
        return demand;
    }

    /// <summary>Reads until the input is used up or an external action is needed.</summary>
    /// <param name="input">Bytes as they arrived.</param>
    /// <param name="consumed">How many were read; pass the others again after the demand is met.</param>
    public Demand Read(ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        while (consumed < input.Length && demand is Demand.Input)
        {
            consumed += phase switch
            {
                Phase.Data => ReadData(input[consumed..]),
                Phase.Chunk => ReadChunk(input[consumed..]),
                _ => ReadLine(input[consumed..]),
            };
        }
        return demand;
    }

    /// <summary>Answers STARTTLS. The handshake follows, or the end of the connection if it was refused.</summary>
    /// <param name="isAlone">Whether no further byte of the client has arrived: clear text after STARTTLS would otherwise be read as a command under
    /// TLS (CVE-2011-0411).</param>
    public Demand BeginTls(bool isAlone)
    {
        if (!isAlone)
            return HangUp("503 5.5.1 No data allowed after STARTTLS before its reply");
        Reply("220 2.0.0 Ready to start TLS");
        return demand = new Demand.Input();
    }

    /// <summary>Answers STARTTLS when no certificate is available.</summary>
    public Demand RefuseTls()
    {
        Reply("454 4.7.0 TLS is not available now");
        return demand = new Demand.Input();
    }

    /// <summary>The handshake is done: the state from before it is discarded (RFC 3207 §4.2).</summary>
    public void Secured()
    {
        isSecured = true;
        ClientName = null;
        lineLength = 0;
        EndTransaction();
    }

    /// <summary>The client took too long.</summary>
    public Demand TimeOut() => HangUp("421 4.4.2 Timeout, closing connection");

    /// <summary>The service stops.</summary>
    public Demand Stop() => HangUp("421 4.3.2 Service shutting down, try again later");

    public void Dispose() => EndTransaction();

    private int ReadLine(ReadOnlySpan<byte> input)
    {
        var end = input.IndexOf((byte)'\n');
        var piece = end < 0 ? input : input[..(end + 1)];
        if (lineLength + piece.Length > line.Length)
        {
            HangUp("500 5.5.2 Line too long");
            return piece.Length;
        }
        piece.CopyTo(line.AsSpan(lineLength));
        lineLength += piece.Length;
        if (end >= 0)
        {
            var whole = line.AsSpan(0, lineLength);
            lineLength = 0;
            Obey(whole);
        }
        return piece.Length;
    }

    private void Obey(ReadOnlySpan<byte> whole)
    {
        if (++Commands - commandsWhenStored > rules.MaxCommands)
            HangUp("421 4.7.0 Too many commands on one connection");
        else if (!whole.EndsWith("\r\n"u8))
            Refuse("500 5.5.2 A line must end with CR LF");
        else if (Text(whole[..^2]) is not { } text)
            Refuse("500 5.5.2 A command must be printable text");
        else
            Obey(text);
    }

    private void Obey(string text)
    {
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var verb = (space < 0 ? text : text[..space]).ToUpperInvariant();
        var argument = space < 0 ? "" : text[(space + 1)..].Trim(' ');
        switch (verb)
        {
            case "EHLO" when !rules.IsLmtp:
            case "LHLO" when rules.IsLmtp:
                Hello(argument, extended: true);
                break;
            case "HELO" when !rules.IsLmtp:
                Hello(argument, extended: false);
                break;
            case "MAIL":
                Mail(argument);
                break;
            case "RCPT":
                Recipient(argument);
                break;
            case "DATA":
                Data(argument);
                break;
            case "BDAT":
                Chunk(argument);
                break;
            case "RSET":
                EndTransaction();
                Reply("250 2.0.0 Ok");
                break;
            case "NOOP":
                Reply("250 2.0.0 Ok");
                break;
            case "QUIT":
                HangUp("221 2.0.0 Goodbye");
                break;
            case "STARTTLS":
                StartTls(argument);
                break;
            case "VRFY": // RFC 5321 §7.3: reveals nothing about any address.
                Reply("252 2.1.5 Cannot verify, send a message to check");
                break;
            case "HELP":
                Reply($"214 2.0.0 Reports by RFC 8460 for addresses at {rules.MailDomain}, nothing else");
                break;
            case "EXPN" or "AUTH" or "ETRN" or "TURN":
                Refuse("502 5.5.1 Command not supported");
                break;
            default:
                Refuse("500 5.5.2 Command not recognized");
                break;
        }
    }

    private void Hello(string name, bool extended)
    {
        if (name.Length == 0)
        {
            Refuse("501 5.5.4 Host name required");
            return;
        }
        ClientName = name;
        EndTransaction();
        if (!extended)
        {
            Reply("250 " + rules.HostName);
            return;
        }
        Reply("250-" + rules.HostName);
        Reply(string.Create(CultureInfo.InvariantCulture, $"250-SIZE {rules.MaxMessageBytes}")); // RFC 1870
        Reply("250-PIPELINING"); // RFC 2920
        Reply("250-8BITMIME"); // RFC 6152
        Reply("250-SMTPUTF8"); // RFC 6531
        Reply("250-CHUNKING"); // RFC 3030
        if (rules.OffersTls && !isSecured)
            Reply("250-STARTTLS"); // RFC 3207
        Reply("250 ENHANCEDSTATUSCODES"); // RFC 2034
    }

    private void StartTls(string argument)
    {
        if (!rules.OffersTls)
            Refuse("502 5.5.1 Command not supported");
        else if (isSecured)
            Refuse("503 5.5.1 TLS already active");
        else if (argument.Length > 0)
            Refuse("501 5.5.4 STARTTLS takes no parameters");
        else
            demand = new Demand.Tls();
    }

    /// <summary>Null: control characters or invalid UTF-8.</summary>
    private static string? Text(ReadOnlySpan<byte> line)
    {
        foreach (var octet in line)
        {
            if (octet is < 0x20 or 0x7f)
                return null;
        }
        try
        {
            return Utf8.GetString(line);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private void Refuse(string reply)
    {
        Reply(reply);
        if (++errors >= rules.MaxErrors)
            HangUp("421 4.7.0 Too many errors");
    }

    private Demand.Close HangUp(string reply)
    {
        Reply(reply);
        EndTransaction();
        var close = new Demand.Close();
        demand = close;
        return close;
    }

    private void Reply(string text)
    {
        var span = replies.GetSpan(text.Length + 2);
        var length = Encoding.ASCII.GetBytes(text, span);
        "\r\n"u8.CopyTo(span[length..]);
        replies.Advance(length + 2);
    }
}
