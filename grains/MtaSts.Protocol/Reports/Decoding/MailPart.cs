using MimeKit;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>A part of a mail that holds content of its own. What its header says is read only when it is asked for: most parts are no reports.</summary>
/// <param name="content">Its bytes within the mail, still wrapped.</param>
/// <param name="message">The header of the message it stands in: the outer mail, or one that is attached to it.</param>
/// <param name="depth">In how many messages and multiparts it lies.</param>
/// <param name="type">Content-Type.</param>
/// <param name="disposition">Content-Disposition.</param>
/// <param name="encoding">Content-Transfer-Encoding.</param>
internal sealed class MailPart(ArraySegment<byte> content, MailHeaders message, int depth, Header? type, Header? disposition, Header? encoding)
{
    public ArraySegment<byte> Content { get; } = content;

    public MailHeaders Message { get; } = message;

    public int Depth { get; } = depth;

    /// <summary>How the bytes are wrapped.</summary>
    public TransferEncoding Encoding { get; } = encoding is null ? TransferEncoding.None : TransferEncodings.Parse(encoding.Value);

    /// <summary>The name it has as an attachment.</summary>
    public string? FileName
    {
        get
        {
            if (disposition is not null && ContentDisposition.TryParse(ParserOptions.Default, disposition.RawValue, out var named) && !string.IsNullOrWhiteSpace(named.FileName))
                return named.FileName;
            return type is not null && ContentType.TryParse(ParserOptions.Default, type.RawValue, out var typed) && !string.IsNullOrWhiteSpace(typed.Name)
                ? typed.Name
                : null;
        }
    }

    /// <summary>Whether its label or name says that it is itself a mail, so that words which look like a header may be read as one.</summary>
    public bool HoldsMail
        => TypeBegins("message/") || (FileName?.EndsWith(".eml", StringComparison.OrdinalIgnoreCase) ?? false);

    /// <summary>Text for people, where a mail's header may be quoted.</summary>
    public bool IsText => type is null || TypeBegins("text/");

    /// <summary>Whether its label or name says that it is a TLS report (RFC 8460 §5.1, §6.3).</summary>
    public bool ClaimsReport => TypeBegins("application/tlsrpt") || ((HasName(type) || HasName(disposition)) && ReportName.Claims(FileName) && !PackerByproducts.Is(System.Text.Encoding.UTF8.GetBytes(FileName!)));

    // Parsing costs more than looking.
    private static bool HasName(Header? header) => header is not null && header.RawValue.AsSpan().IndexOf("ame"u8) >= 0;

    /// <summary>A detached S/MIME signature, which carries no content.</summary>
    public bool IsSignature => TypeBegins("application/pkcs7-signature") || TypeBegins("application/x-pkcs7-signature");

    private bool TypeBegins(string begin) => type?.Value.AsSpan().TrimStart().StartsWith(begin, StringComparison.OrdinalIgnoreCase) ?? false;
}
