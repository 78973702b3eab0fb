using System.IO.Compression;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Gateway;

/// <summary>Takes a report POSTed by a sender (RFC 8460 §5.4): 2xx when it is durable, and not before.</summary>
internal sealed class ReportIntake(IReportInbox inbox, TimeProvider clock)
{
    /// <summary>Longest token that is looked at; real ones are far shorter.</summary>
    private const int MaxToken = 64;

    private const int Chunk = 64 * 1024;

    public async Task<(int Status, string Text)> TakeAsync(HttpContext context, string token)
    {
        if (token.Length is 0 or > MaxToken || !token.All(char.IsAsciiLetterOrDigit))
            return (StatusCodes.Status404NotFound, "There is no such report address.\n");
        if (context.Request.ContentLength > Envelope.MaxBytes)
            return TooLarge();
        byte[]? body;
        try
        {
            body = await ReadAsync(context.Request.Body, context.RequestAborted);
            // Senders' payload is itself gzip (application/tlsrpt+gzip); where a proxy has packed it once more, that layer goes.
            if (body is not null && IsGzip(context.Request.Headers.ContentEncoding.ToString()) && Unpacked(body) is { } inner && IsGzipped(inner))
                body = inner;
        }
        catch (BadHttpRequestException exception)
        {
            return (exception.StatusCode, "The body could not be read; send it again.\n");
        }
        catch (IOException)
        {
            return (StatusCodes.Status400BadRequest, "The body could not be read; send it again.\n"); // Such as a chunk size beyond all numbers.
        }
        if (body is null)
            return TooLarge();
        if (body.Length == 0)
            return (StatusCodes.Status400BadRequest, "The body is empty. Send the report as JSON or gzip.\n");
        var envelope = new Envelope("source.https", clock.GetUtcNow(), body, token.ToLowerInvariant(), null, context.Connection.RemoteIpAddress?.ToString());
        // Not tied to the request: a sender that hangs up now may never send it again.
        return await inbox.AcceptAsync(envelope, CancellationToken.None) switch
        {
            Receipt.Stored => (StatusCodes.Status201Created, "Stored.\n"),
            Receipt.UnknownToken => (StatusCodes.Status404NotFound, "There is no such report address.\n"),
            Receipt.Refused refused => (StatusCodes.Status400BadRequest, refused.Reason + "\n"),
            Receipt.Unavailable => (StatusCodes.Status503ServiceUnavailable, "It cannot be stored just now; send it again.\n"),
            var other => throw new InvalidOperationException($"The inbox answered {other.GetType().Name}."),
        };
    }

    /// <summary>Null: larger than an envelope may be.</summary>
    private static async Task<byte[]?> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        using var read = new MemoryStream();
        var buffer = new byte[Chunk];
        while (await body.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            if (read.Length + count > Envelope.MaxBytes)
                return null;
            read.Write(buffer, 0, count);
        }
        return read.ToArray();
    }

    private static byte[]? Unpacked(byte[] body)
    {
        try
        {
            using var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            var buffer = new byte[Chunk];
            while (gzip.Read(buffer) is var count and > 0)
            {
                if (plain.Length + count > Envelope.MaxBytes)
                    return null;
                plain.Write(buffer, 0, count);
            }
            return plain.ToArray();
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    private static bool IsGzip(string encoding) => encoding.Trim().Equals("gzip", StringComparison.OrdinalIgnoreCase);

    private static bool IsGzipped(byte[] bytes) => bytes is [0x1f, 0x8b, ..];

    private static (int, string) TooLarge() => (StatusCodes.Status413PayloadTooLarge, $"A report has at most {Envelope.MaxBytes / 1024 / 1024} MiB.\n");
}
