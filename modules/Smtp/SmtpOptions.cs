using MtaSts.Modules.Reports;

namespace MtaSts.Modules.Smtp;

/// <summary>Settings of the module, under <c>Modules:source.smtp</c>.</summary>
public sealed class SmtpOptions
{
    /// <summary>Listen addresses of SMTP: <c>0.0.0.0:25</c>, <c>*:25</c> (IPv4 and IPv6), <c>unix:/run/mtasts/smtp.sock</c>; several with commas.
    /// Default: none.</summary>
    public string? Smtp { get; set; }

    /// <summary>Listen addresses of LMTP (RFC 2033), in the same form. For your own mail server in front, never for the internet. Default: none.</summary>
    public string? Lmtp { get; set; }

    /// <summary>The service's name in greetings. Default: the mail domain of report addresses.</summary>
    public string? HostName { get; set; }

    /// <summary>PEM file of a certificate and its chain; with it STARTTLS is offered, never required. Reloaded when the file changes.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>PEM file of the certificate's key.</summary>
    public string? CertificateKeyPath { get; set; }

    /// <summary>Networks whose addresses are not counted against the limits per address: your own relay. Default: loopback. Unix sockets are always included.</summary>
    public string TrustedNetworks { get; set; } = "127.0.0.0/8,::1/128";

    /// <summary>Connections at once, never more than two sixteenths of the descriptors left to the listeners. When there are too many, idle ones are closed. Default 512. Bounds: sockets and their buffers, some 200 KiB each.</summary>
    public int MaxConnections { get; set; } = 512;

    /// <summary>Connections at once of one address (IPv6: of one /64). Never more than an eighth of those, or 16. Default 32. Bounds: one client that takes all of <see cref="MaxConnections"/>.</summary>
    public int MaxConnectionsPerAddress { get; set; } = 32;

    /// <summary>Messages a minute of one address; more are deferred (450). Default 600. Bounds: storage filled by one client.</summary>
    public int MessagesPerMinute { get; set; } = 600;

    /// <summary>Unknown recipients a minute of one address; more are deferred (450). Default 60. Bounds: guessing of tokens, and its look-ups.</summary>
    public int GuessesPerMinute { get; set; } = 60;

    /// <summary>Commands of one connection since its last stored message, then it is closed (421). Default 1,000. Bounds: commands without a message.</summary>
    public int MaxCommands { get; set; } = 1_000;

    /// <summary>Commands refused since the last stored message before the connection is closed (421). Default 20. Bounds: clients with another
    /// protocol, scanners.</summary>
    public int MaxErrors { get; set; } = 20;

    /// <summary>Longest command with its parameters, in bytes; a longer one ends the connection. Default 2,048, RFC 5321 §4.5.3.1.4 requires 512.
    /// Bounds: endless lines.</summary>
    public int MaxCommandLine { get; set; } = 2_048;

    /// <summary>Recipients of one message; more are deferred (452), and the sender repeats the message for them. Default and minimum 100 (RFC 5321
    /// §4.5.3.1.8). Bounds: one message stored many times.</summary>
    public int MaxRecipients { get; set; } = 100;

    /// <summary>Largest message in bytes. Default and maximum <see cref="Envelope.MaxBytes"/>. Bounds: memory and storage of one message.</summary>
    public int MaxMessageBytes { get; set; } = Envelope.MaxBytes;

    /// <summary>Bytes that one message may take in storage, its size times its recipients. Default 40 MiB. Bounds: a large message to many recipients, which costs its sender one transfer.</summary>
    public long MaxStoredBytes { get; set; } = 4L * Envelope.MaxBytes;

    /// <summary>
    /// Bytes of messages held by all connections together; beyond it messages are deferred (452). A quarter is kept for messages below 256 KiB, so
    /// that a few large ones do not block reports, and one address has an eighth, or a single message. Default 24 MiB: one of 10 MiB at a time, and
    /// some hundred real
    /// reports. Bounds: memory.
    /// </summary>
    public long MaxMemory { get; set; } = 24L * 1024 * 1024;

    /// <summary>How long the service waits for a command, and for a client to read replies. Default 5 min (RFC 5321 §4.5.3.2.7). Bounds: idle connections.</summary>
    public TimeSpan Idle { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long one message may take from DATA, or the first BDAT, to its end. Default 10 min. Bounds: messages sent one byte at a time.</summary>
    public TimeSpan DataTime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Minimum bytes a second of a message, checked every 30 s. Default 240: a report of 50 KB in 3 min. Bounds: slow messages that hold
    /// memory for all of <see cref="DataTime"/>.</summary>
    public int LeastRate { get; set; } = 240;

    /// <summary>How long a connection may last. Default 1 h. Bounds: clients that stay below every other limit.</summary>
    public TimeSpan SessionTime { get; set; } = TimeSpan.FromHours(1);
}
