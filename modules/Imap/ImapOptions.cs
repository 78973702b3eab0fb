namespace MtaSts.Modules.Imap;

/// <summary>Settings of the module, under <c>Modules:source.imap</c>.</summary>
public sealed class ImapOptions
{
    /// <summary>The server's name. Default: none, and the source is off.</summary>
    public string? Host { get; set; }

    /// <summary>Its port. Default: 993 with <see cref="TlsMode.Implicit"/>, else 143.</summary>
    public int? Port { get; set; }

    /// <summary>How the connection is encrypted. Default: from its first byte.</summary>
    public TlsMode Tls { get; set; } = TlsMode.Implicit;

    /// <summary>PEM file of the authorities that may issue the server's certificate. Default: the system's.</summary>
    public string? CaPath { get; set; }

    /// <summary>The account.</summary>
    public string? UserName { get; set; }

    /// <summary>The account's password. Prefer <see cref="PasswordFile"/>.</summary>
    public string? Password { get; set; }

    /// <summary>File whose first line is the password; read at each sign-in.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>The folder that is read, its parts separated by <c>/</c>; the server's own prefix and separator are found. Default <c>INBOX</c>.</summary>
    public string Folder { get; set; } = "INBOX";

    /// <summary>Action on a mail after the inbox has stored it. Default: it is moved to <see cref="MoveTo"/>.</summary>
    public AfterReading AfterReading { get; set; } = AfterReading.Move;

    /// <summary>Folder to which mails are moved after the inbox has stored them. Created if missing. Default <c>Processed</c>.</summary>
    public string MoveTo { get; set; } = "Processed";

    /// <summary>Folder for mails without a known token and for refused ones; they are never deleted. Default <c>Unclaimed</c>.</summary>
    public string Unclaimed { get; set; } = "Unclaimed";

    /// <summary>With <see cref="AfterReading.Keep"/>: file with the last UID read. If it is lost, all mails are read again, which has no effect on
    /// the counts. Default <c>data/imap.state</c>.</summary>
    public string StatePath { get; set; } = "data/imap.state";

    /// <summary>Interval of polling if the server does not support IDLE. Default 1 min.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>How the connection is encrypted.</summary>
public enum TlsMode
{
    /// <summary>From its first byte (port 993).</summary>
    Implicit,

    /// <summary>By STARTTLS, required.</summary>
    StartTls,

    /// <summary>Not encrypted; only on loopback.</summary>
    None,
}

/// <summary>Action on a mail after the inbox has stored it.</summary>
public enum AfterReading
{
    /// <summary>Moved.</summary>
    Move,

    /// <summary>Deleted.</summary>
    Delete,

    /// <summary>Left in place, unchanged.</summary>
    Keep,
}
