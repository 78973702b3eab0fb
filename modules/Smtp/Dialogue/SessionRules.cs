namespace MtaSts.Modules.Smtp.Dialogue;

/// <summary>Rules of a session.</summary>
/// <param name="HostName">The service's name in greetings.</param>
/// <param name="MailDomain">The only domain for which mail is accepted.</param>
/// <param name="IsLmtp">LMTP (RFC 2033) instead of SMTP.</param>
/// <param name="OffersTls">Whether STARTTLS is offered.</param>
internal sealed record SessionRules(string HostName, string MailDomain, bool IsLmtp, bool OffersTls)
{
    /// <inheritdoc cref="SmtpOptions.MaxCommands"/>
    public required int MaxCommands { get; init; }

    /// <inheritdoc cref="SmtpOptions.MaxErrors"/>
    public required int MaxErrors { get; init; }

    /// <inheritdoc cref="SmtpOptions.MaxCommandLine"/>
    public required int MaxCommandLine { get; init; }

    /// <inheritdoc cref="SmtpOptions.MaxRecipients"/>
    public required int MaxRecipients { get; init; }

    /// <inheritdoc cref="SmtpOptions.MaxMessageBytes"/>
    public required int MaxMessageBytes { get; init; }

    /// <inheritdoc cref="SmtpOptions.MaxStoredBytes"/>
    public required long MaxStoredBytes { get; init; }

    public static SessionRules Of(SmtpOptions options, string mailDomain, bool isLmtp) =>
        new(options.HostName ?? mailDomain, mailDomain, isLmtp, options.CertificatePath is not null)
        {
            MaxCommands = options.MaxCommands,
            MaxErrors = options.MaxErrors,
            MaxCommandLine = options.MaxCommandLine,
            MaxRecipients = options.MaxRecipients,
            MaxMessageBytes = options.MaxMessageBytes,
            MaxStoredBytes = options.MaxStoredBytes,
        };
}
