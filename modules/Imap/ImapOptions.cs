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

    /// <summary>PEM file of the authorities that the server's certificate may come from. Default: the system's.</summary>
    public string? CaPath { get; set; }

    /// <summary>The account.</summary>
    public string? UserName { get; set; }

    /// <summary>Its password. A file is better: <see cref="PasswordFile"/>.</summary>
    public string? Password { get; set; }

    /// <summary>File whose first line is the password; read at each sign-in.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>The folder that is read, its parts separated by <c>/</c>; the server's own prefix and separator are found. Default <c>INBOX</c>.</summary>
    public string Folder { get; set; } = "INBOX";

    /// <summary>What is done with a mail that is stored. Default: it is moved to <see cref="MoveTo"/>.</summary>
    public AfterReading AfterReading { get; set; } = AfterReading.Move;

    /// <summary>Folder for mails that are stored. Made when it is not there. Default <c>Processed</c>.</summary>
    public string MoveTo { get; set; } = "Processed";

    /// <summary>Folder for mails that nobody claims or that are refused; they are never deleted. Default <c>Unclaimed</c>.</summary>
    public string Unclaimed { get; set; } = "Unclaimed";

    /// <summary>With <see cref="AfterReading.Keep"/>: file that remembers the last mail read. Lost, everything is read again, which changes nothing. Default <c>data/imap.state</c>.</summary>
    public string StatePath { get; set; } = "data/imap.state";

    /// <summary>How often is looked for mail where the server cannot tell by itself (IDLE). Default 1 min.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromMinutes(1);
}

/// <summary>How the connection is encrypted.</summary>
public enum TlsMode
{
    /// <summary>From its first byte (port 993).</summary>
    Implicit,

    /// <summary>By STARTTLS, demanded.</summary>
    StartTls,

    /// <summary>Not at all: on loopback only.</summary>
    None,
}

/// <summary>What is done with a mail that is stored.</summary>
public enum AfterReading
{
    /// <summary>Moved.</summary>
    Move,

    /// <summary>Deleted.</summary>
    Delete,

    /// <summary>Left where it is, unchanged.</summary>
    Keep,
}
