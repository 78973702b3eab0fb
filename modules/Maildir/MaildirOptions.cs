namespace MtaSts.Modules.Maildir;

/// <summary>Settings of the module, under <c>Modules:source.maildir</c>.</summary>
public sealed class MaildirOptions
{
    /// <summary>The Maildir: the folder that holds <c>new</c>, <c>cur</c> and <c>tmp</c>. Default: none, and the source is off.</summary>
    public string? Path { get; set; }

    /// <summary>Where a mail's token is found. Default: in its headers.</summary>
    public TokenPlace TokenFrom { get; set; } = TokenPlace.Headers;

    /// <summary>With <see cref="TokenPlace.Extension"/>: what stands before the token in the local part. Default <c>+</c>.</summary>
    public char Delimiter { get; set; } = '+';

    /// <summary>What is done with a mail that is stored. Default: it is moved to <see cref="MoveTo"/>.</summary>
    public AfterReading AfterReading { get; set; } = AfterReading.Move;

    /// <summary>Maildir for mails that are stored: a name beside <c>new</c>, or a full path on the same file system. Made when it is not there. Default <c>.Processed</c>.</summary>
    public string MoveTo { get; set; } = ".Processed";

    /// <summary>Maildir for mails that nobody claims or that are refused; they are never deleted. Default <c>.Unclaimed</c>.</summary>
    public string Unclaimed { get; set; } = ".Unclaimed";

    /// <summary>How often is looked for mail. Default 5 s.</summary>
    public TimeSpan Poll { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Mails of one folder taken in one pass. Default 1,000. Bounds: how long one folder keeps the others waiting.</summary>
    public int MaxFilesPerPass { get; set; } = 1_000;
}

/// <summary>Where a mail's token is found.</summary>
public enum TokenPlace
{
    /// <summary>In an address of the mail domain in <c>Delivered-To</c>, <c>X-Original-To</c>, <c>Envelope-To</c> or <c>To</c>.</summary>
    Headers,

    /// <summary>In the extension of the address in these headers, whatever its domain: <c>reports+token@example.net</c>.</summary>
    Extension,

    /// <summary>It is the name of the sub-folder (Maildir++): <c>.token/new</c>.</summary>
    Folder,
}

/// <summary>What is done with a mail that is stored.</summary>
public enum AfterReading
{
    /// <summary>Moved.</summary>
    Move,

    /// <summary>Deleted.</summary>
    Delete,
}
