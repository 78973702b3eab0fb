namespace MtaSts.Modules.Maildir;

/// <summary>Settings of the module, under <c>Modules:source.maildir</c>.</summary>
public sealed class MaildirOptions
{
    /// <summary>The Maildir: the folder that holds <c>new</c>, <c>cur</c> and <c>tmp</c>. Default: none, and the source is off.</summary>
    public string? Path { get; set; }

    /// <summary>Where the token of the report address is taken from. Default: the headers.</summary>
    public TokenPlace TokenFrom { get; set; } = TokenPlace.Headers;

    /// <summary>With <see cref="TokenPlace.Extension"/>: the character before the token in the local part; its last occurrence counts. Default <c>+</c>.</summary>
    public char Delimiter { get; set; } = '+';

    /// <summary>Action on a mail after the inbox has stored it. Default: it is moved to <see cref="MoveTo"/>.</summary>
    public AfterReading AfterReading { get; set; } = AfterReading.Move;

    /// <summary>Maildir to which mails are moved after the inbox has stored them: the name of a folder in <see cref="Path"/>, or a full path on the same file system. Created if missing. Default <c>.Processed</c>.</summary>
    public string MoveTo { get; set; } = ".Processed";

    /// <summary>Maildir for mails without a known token and for refused ones; they are never deleted. Default <c>.Unclaimed</c>.</summary>
    public string Unclaimed { get; set; } = ".Unclaimed";

    /// <summary>Interval of polling. Default 5 s.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Maximum number of mails processed in one folder before the next folder is read. Default 1,000. Limits how long one folder delays the others.</summary>
    public int MaxFilesPerPass { get; set; } = 1_000;
}

/// <summary>Where the token of the report address is taken from.</summary>
public enum TokenPlace
{
    /// <summary>In an address whose domain is <c>Intake:MailDomain</c>, in <c>Delivered-To</c>, <c>X-Original-To</c>, <c>Envelope-To</c> or <c>To</c>; the first header with a known token counts.</summary>
    Headers,

    /// <summary>In the extension of the address in these headers, in any domain: <c>reports+token@example.net</c>.</summary>
    Extension,

    /// <summary>In the name of the sub-folder (Maildir++): <c>.token/new</c>.</summary>
    Folder,
}

/// <summary>Action on a mail after the inbox has stored it.</summary>
public enum AfterReading
{
    /// <summary>Moved.</summary>
    Move,

    /// <summary>Deleted.</summary>
    Delete,
}
