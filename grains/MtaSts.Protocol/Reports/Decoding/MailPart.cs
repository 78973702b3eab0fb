using MimeKit;

namespace MtaSts.Protocol.Reports.Decoding;

/// <summary>A part of a mail with its own content. Its header is parsed on demand: most parts are not reports.</summary>
/// <param name="content">Its bytes within the mail, still encoded.</param>
/// <param name="message">The header of the enclosing message: the outer mail, or an attached one.</param>
/// <param name="depth">Number of enclosing messages and multiparts.</param>
/// <param name="type">Content-Type.</param>
/// <param name="disposition">Content-Disposition.</param>
/// <param name="encoding">Content-Transfer-Encoding.</param>
internal sealed class MailPart(ArraySegment<byte> content, MailHeaders message, int depth, Header? type, Header? disposition, Header? encoding)
{
    public ArraySegment<byte> Content { get; } = content;

    public MailHeaders Message { get; } = message;

    public int Depth { get; } = depth;

    /// <summary>Transfer encoding of the bytes.</summary>
    public TransferEncoding Encoding { get; } = encoding is null ? TransferEncoding.None : TransferEncodings.Parse(encoding.Value);

    /// <summary>The attachment's file name.</summary>
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

    /// <summary>Whether its media type or name indicates a mail, so that text that looks like a header may be read as one.</summary>
    public bool HoldsMail
        => TypeBegins("message/") || (FileName?.EndsWith(".eml", StringComparison.OrdinalIgnoreCase) ?? false);

    /// <summary>Not a real part: the preamble or epilogue of a multipart (RFC 2046 §5.1.1).</summary>
    public bool IsBeside { get; init; }

    /// <summary>Human-readable text, which may quote a mail's header.</summary>
    public bool IsText => type is null || TypeBegins("text/");

    /// <summary>Whether its media type or name indicates a TLS report (RFC 8460 §5.1, §6.3).</summary>
    public bool ClaimsReport => TypeBegins("application/tlsrpt") || ((HasName(type) || HasName(disposition)) && ReportName.Claims(FileName) && !PackerByproducts.Is(System.Text.Encoding.UTF8.GetBytes(FileName!)));

    // A substring search is cheaper than parsing.
    private static bool HasName(Header? header) => header is not null && header.RawValue.AsSpan().IndexOf("ame"u8) >= 0;

    /// <summary>A detached S/MIME signature, which has no content.</summary>
    public bool IsSignature => TypeBegins("application/pkcs7-signature") || TypeBegins("application/x-pkcs7-signature");

    private bool TypeBegins(string begin) => type?.Value.AsSpan().TrimStart().StartsWith(begin, StringComparison.OrdinalIgnoreCase) ?? false;
}
