using System.IO.Compression;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using MtaSts.Modules.Listening;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Gateway;

/// <summary>Receives a report POSTed by a sender (RFC 8460 §5.4): answers 2xx only after it is durable.</summary>
internal sealed class ReportIntake(IReportInbox inbox, IOptions<GatewayOptions> options, TimeProvider clock, ClientAddress? clients = null)
{
    /// <summary>Longest token that is checked; valid ones are far shorter.</summary>
    private const int MaxToken = 64;

    /// <summary>Time limit of the check whether a token exists, before its body is read further; after it the token counts as known.</summary>
    private static readonly TimeSpan AskTime = TimeSpan.FromSeconds(1);

    private readonly ClientAddress clients = clients ?? ClientAddress.Direct;
    private readonly ReceiveMemory memory = new(options.Value.MaxReportMemory, clock);

    public async Task<(int Status, string Text)> TakeAsync(HttpContext context, string token)
    {
        if (token.Length is 0 or > MaxToken || !token.All(char.IsAsciiLetterOrDigit))
            return NoSuchAddress();
        if (context.Request.ContentLength > Envelope.MaxBytes)
            return TooLarge();
        var client = clients.Of(context);
        using var body = new ReportBody(memory, client, clock, () => IsWantedAsync(token, context.RequestAborted));
        using var inner = new ReportBody(memory, client, clock);
        try
        {
            switch (await body.ReadAsync(context.Request.Body, context.Request.ContentLength, context.RequestAborted))
            {
                case ReportBody.Outcome.Unwanted:
                    return NoSuchAddress();
                case ReportBody.Outcome.TooLarge:
                    return TooLarge();
                case ReportBody.Outcome.Crowded:
                    return (StatusCodes.Status503ServiceUnavailable, "Too many reports come in at once; send it again.\n");
                case ReportBody.Outcome.TooSlow:
                    return (StatusCodes.Status408RequestTimeout, "The body came too slowly; send it again.\n");
            }
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return TooLarge(); // The server reached the limit first, within a chunk.
        }
        catch (BadHttpRequestException exception)
        {
            return (exception.StatusCode, "The body could not be read; send it again.\n");
        }
        catch (IOException)
        {
            return (StatusCodes.Status400BadRequest, "The body could not be read; send it again.\n"); // Such as a chunk size that overflows.
        }
        if (body.Bytes.IsEmpty)
            return (StatusCodes.Status400BadRequest, "The body is empty. Send the report as JSON or gzip.\n");
        // Senders' payload is itself gzip (application/tlsrpt+gzip); if a proxy has compressed it once more, that layer is removed.
        var isWrapped = IsGzip(context.Request.Headers.ContentEncoding.ToString()) && await UnwrapAsync(body.Bytes, inner);
        var envelope = new Envelope("source.https", clock.GetUtcNow(), isWrapped ? inner.Bytes : body.Bytes, token.ToLowerInvariant(), null, client?.ToString());
        // Not cancelled with the request: a sender that disconnects now may never send it again.
        return await inbox.AcceptAsync(envelope, CancellationToken.None) switch
        {
            Receipt.Stored => (StatusCodes.Status201Created, "Stored.\n"),
            Receipt.UnknownToken => NoSuchAddress(),
            Receipt.Refused refused => (StatusCodes.Status400BadRequest, refused.Reason + "\n"),
            Receipt.Unavailable { IsOverShare: true } => (StatusCodes.Status503ServiceUnavailable, "This report address has reached its limit for now; send the report again later.\n"),
            Receipt.Unavailable => (StatusCodes.Status503ServiceUnavailable, "The report cannot be stored now; send it again later.\n"),
            var other => throw new InvalidOperationException($"The inbox answered {other.GetType().Name}."),
        };
    }

    /// <summary>Whether to read the body. True when unknown: the spool accepts it while storage is unavailable.</summary>
    private async Task<bool> IsWantedAsync(string token, CancellationToken aborted)
    {
        using var late = new CancellationTokenSource(AskTime, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, aborted);
        return await inbox.KnowsAsync(token, either.Token) != TokenKnowledge.Unknown;
    }

    /// <summary>Removes one layer of gzip when there is another inside; the inner one is checked before it is unpacked.</summary>
    private static async Task<bool> UnwrapAsync(ReadOnlyMemory<byte> body, ReportBody inner)
    {
        try
        {
            using (var peek = Gunzip(body))
            {
                var begin = new byte[2];
                if (peek.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false) < begin.Length || !IsGzipped(begin))
                    return false;
            }
            using var gzip = Gunzip(body);
            return await inner.ReadAsync(gzip, null, CancellationToken.None) == ReportBody.Outcome.Read;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static GZipStream Gunzip(ReadOnlyMemory<byte> packed)
    {
        MemoryMarshal.TryGetArray(packed, out var segment);
        return new GZipStream(new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false), CompressionMode.Decompress);
    }

    private static bool IsGzip(string encoding) => encoding.Trim().Equals("gzip", StringComparison.OrdinalIgnoreCase);

    private static bool IsGzipped(byte[] bytes) => bytes is [0x1f, 0x8b, ..];

    private static (int, string) NoSuchAddress() => (StatusCodes.Status404NotFound, "There is no such report address.\n");

    private static (int, string) TooLarge() => (StatusCodes.Status413PayloadTooLarge, $"A report has at most {Envelope.MaxBytes / 1024 / 1024} MiB.\n");
}
