using MtaSts.Modules.Reports;

namespace MtaSts.Modules.Smtp;

/// <summary>Settings of the module, under <c>Modules:source.smtp</c>.</summary>
public sealed class SmtpOptions
{
    /// <summary>Where SMTP is spoken: <c>0.0.0.0:25</c>, <c>*:25</c> (IPv4 and IPv6), <c>unix:/run/mtasts/smtp.sock</c>; several with commas. Default: nowhere.</summary>
    public string? Smtp { get; set; }

    /// <summary>Where LMTP (RFC 2033) is spoken, in the same form. For a mail server of your own in front, never for the internet. Default: nowhere.</summary>
    public string? Lmtp { get; set; }

    /// <summary>How the service names itself to clients. Default: the mail domain of report addresses.</summary>
    public string? HostName { get; set; }

    /// <summary>PEM file of a certificate and its chain; with it STARTTLS is offered, never demanded. Read anew when the file changes.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>PEM file of the certificate's key.</summary>
    public string? CertificateKeyPath { get; set; }

    /// <summary>Networks whose addresses are not counted against the limits per address: a relay of your own. Default: loopback. Unix sockets are always among them.</summary>
    public string TrustedNetworks { get; set; } = "127.0.0.0/8,::1/128";

    /// <summary>Connections at once, never more than two sixteenths of the descriptors left to the listeners. When there are too many, idle ones are closed. Default 512. Bounds: sockets and their buffers, some 200 KiB each.</summary>
    public int MaxConnections { get; set; } = 512;

    /// <summary>Connections at once of one address (IPv6: of one /64). Never more than an eighth of those, or 16. Default 32. Bounds: one client that takes all of <see cref="MaxConnections"/>.</summary>
    public int MaxConnectionsPerAddress { get; set; } = 32;

    /// <summary>Messages a minute of one address; more are put off (450). Default 600. Bounds: storage filled by one client.</summary>
    public int MessagesPerMinute { get; set; } = 600;

    /// <summary>Unknown recipients a minute of one address; more are put off (450). Default 60. Bounds: guessing of tokens, and its look-ups.</summary>
    public int GuessesPerMinute { get; set; } = 60;

    /// <summary>Commands of one connection since its last stored message, then it is hung up on (421). Default 1,000. Bounds: a connection kept busy with nothing.</summary>
    public int MaxCommands { get; set; } = 1_000;

    /// <summary>Commands refused since the last stored message before the connection is hung up on (421). Default 20. Bounds: clients that speak another protocol, scanners.</summary>
    public int MaxErrors { get; set; } = 20;

    /// <summary>Longest command with its parameters, in bytes; a longer one ends the connection. Default 2,048, RFC 5321 §4.5.3.1.4 asks for 512. Bounds: lines without end.</summary>
    public int MaxCommandLine { get; set; } = 2_048;

    /// <summary>Recipients of one message; more are put off (452), and their sender sends again for them. Default and least 100 (RFC 5321 §4.5.3.1.8). Bounds: one message stored without number.</summary>
    public int MaxRecipients { get; set; } = 100;

    /// <summary>Largest message in bytes. Default and most <see cref="Envelope.MaxBytes"/>. Bounds: memory and storage of one message.</summary>
    public int MaxMessageBytes { get; set; } = Envelope.MaxBytes;

    /// <summary>Bytes that one message may take in storage, its size times its recipients. Default 40 MiB. Bounds: a large message to many recipients, which costs its sender one transfer.</summary>
    public long MaxStoredBytes { get; set; } = 4L * Envelope.MaxBytes;

    /// <summary>
    /// Bytes of messages held by all connections together; a message that finds no room is put off (452). A quarter is kept for messages below 256 KiB, so that a
    /// few large ones keep no report waiting, and one address has an eighth, or a single message. Default 24 MiB: one of 10 MiB at a time, and some hundred real
    /// reports. Bounds: memory.
    /// </summary>
    public long MaxMemory { get; set; } = 24L * 1024 * 1024;

    /// <summary>How long a command is waited for, and a client that does not read our replies. Default 5 min (RFC 5321 §4.5.3.2.7). Bounds: idle connections.</summary>
    public TimeSpan Idle { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long one message may take from DATA, or the first BDAT, to its end. Default 10 min. Bounds: messages sent a byte at a time.</summary>
    public TimeSpan DataTime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Bytes a second that a message must have come with, looked at every 30 s. Default 240: a report of 50 KB in 3 min. Bounds: slow messages that hold memory for all of <see cref="DataTime"/>.</summary>
    public int LeastRate { get; set; } = 240;

    /// <summary>How long a connection may last. Default 1 h. Bounds: what stays below every other limit.</summary>
    public TimeSpan SessionTime { get; set; } = TimeSpan.FromHours(1);
}
