using System.Text;
using MimeKit;
using MtaSts.Protocol;

namespace MtaSts.Modules.Mail;

/// <summary>Reads addresses strictly: exactly one mailbox, and no control characters, with which an outsider could add a header.</summary>
internal static class MailAddress
{
    /// <summary>Longest address: a path of 256 octets without its brackets (RFC 5321 §4.5.3.1.3).</summary>
    public const int MaxLength = 254;

    /// <summary>Longest local part in octets (RFC 5321 §4.5.3.1.1).</summary>
    private const int MaxLocalPart = 64;

    /// <summary>Reads an address without a name, a comment or a group; null when the text is not one. The domain is converted to A-labels; the local part may be international (RFC 6531).</summary>
    public static MailboxAddress? Read(string text) =>
        Parse(text) is { } mailbox && text.StartsWith(mailbox.LocalPart + "@", StringComparison.Ordinal) ? Normal(null, mailbox.LocalPart, text[(mailbox.LocalPart.Length + 1)..]) : null;

    /// <summary>Like <see cref="Read"/>, but also accepts a name before the address in angle brackets.</summary>
    public static MailboxAddress? ReadSender(string text) => Parse(text) is { } mailbox ? Normal(mailbox.Name, mailbox.LocalPart, mailbox.Domain) : null;

    /// <summary>Returns the domain in A-labels, which MimeKit may store as U-labels.</summary>
    public static string DomainOf(MailboxAddress mailbox) => MailboxAddress.EncodeAddrspec(mailbox.Address).Split('@')[^1];

    private static MailboxAddress? Parse(string text) => text.Length <= 2 * MaxLength && !text.Any(char.IsControl) && MailboxAddress.TryParse(text, out var mailbox) ? mailbox : null;

    private static MailboxAddress? Normal(string? name, string local, string domainText) =>
        Encoding.UTF8.GetByteCount(local) is > 0 and <= MaxLocalPart && DomainName.TryParse(domainText, out var domain, out _) && local.Length + 1 + domain.Value.Length <= MaxLength
            ? new MailboxAddress(name, $"{local}@{domain.Value}")
            : null;
}
