using MtaSts.Modules.Notices;

namespace MtaSts.Modules.Mail;

/// <summary>Settings of the module, under <c>Modules:notice.mail</c>.</summary>
public sealed class MailOptions
{
    /// <summary>Name or address of the mail server. Default: none; no notices are sent by mail.</summary>
    public string? Host { get; set; }

    /// <summary>Port of the mail server. Default: 465 with <see cref="MailTls.Implicit"/>, 587 with <see cref="MailTls.StartTls"/>, 25 with <see cref="MailTls.None"/>.</summary>
    public int? Port { get; set; }

    /// <summary>How the connection is encrypted. Default: <see cref="MailTls.StartTls"/>.</summary>
    public MailTls Tls { get; set; } = MailTls.StartTls;

    /// <summary>PEM file of the authorities that may issue the server's certificate. Default: the system's.</summary>
    public string? CaPath { get; set; }

    /// <summary>The account. Default: none; the service does not authenticate.</summary>
    public string? UserName { get; set; }

    /// <summary>The account's password. Prefer <see cref="PasswordFile"/>.</summary>
    public string? Password { get; set; }

    /// <summary>File whose first line is the password. It is read for each mail.</summary>
    public string? PasswordFile { get; set; }

    /// <summary>The sender: <c>alerts@example.net</c> or <c>MTA-STS alerts &lt;alerts@example.net&gt;</c>. Required with <see cref="Host"/>. The server sends failure reports to it.</summary>
    public string? From { get; set; }

    /// <summary>Time limit for a mail, from connecting to the server's last reply. Default 20 s; 1 s … 20 s.</summary>
    public TimeSpan Timeout { get; set; } = INotifier.MaxTimeout;
}

/// <summary>How the connection is encrypted.</summary>
public enum MailTls
{
    /// <summary>With STARTTLS (port 587). Nothing is sent to a server that does not offer it.</summary>
    StartTls,

    /// <summary>With TLS from the first byte (port 465).</summary>
    Implicit,

    /// <summary>Not encrypted (port 25); allowed on loopback only.</summary>
    None,
}
