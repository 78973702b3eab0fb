using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace MtaSts.Host.Gateway.FastPath;

/// <summary>Writes the answer to a recognised request, byte for byte what the full HTTP server would write. For one thread.</summary>
internal sealed class PolicyAnswers(PolicyCache cache, TimeProvider clock)
{
    /// <summary>Room one answer needs: a policy file is at most 10 KiB, and its header is below 300 bytes.</summary>
    public const int MaxSize = 12 * 1024;

    private const int MaxHead = 512;
    private const int MaxHost = 255;

    private readonly byte[] date = new byte["Tue, 24 Nov 2026 12:00:00 GMT".Length];
    private long dateSecond = -1;

    /// <summary>Writes the answer.</summary>
    /// <param name="host">The Host field's value.</param>
    /// <param name="output">At least <see cref="MaxSize"/> bytes.</param>
    /// <returns>The bytes written; 0 when the cache cannot answer with a policy at once.</returns>
    public int TryWrite(ReadOnlySpan<byte> host, Span<byte> output)
    {
        Span<char> name = stackalloc char[MaxHost];
        if (host.Length > MaxHost || Ascii.ToUtf16(host, name, out var length) != System.Buffers.OperationStatus.Done)
            return 0;
        if (!cache.TryFindFresh(name[..length], out var answer) || answer.Policy is not { } policy || policy.Body.Length > MaxSize - MaxHead)
            return 0;
        var at = 0;
        Put(output, "HTTP/1.1 200 OK\r\nContent-Length: "u8, ref at);
        Put(output, policy.Body.Length, ref at);
        Put(output, "\r\nContent-Type: text/plain; charset=utf-8\r\nDate: "u8, ref at);
        Put(output, Date(), ref at);
        Put(output, "\r\nCache-Control: max-age="u8, ref at);
        Put(output, answer.SecondsLeft, ref at);
        Put(output, ", must-revalidate\r\nX-Content-Type-Options: nosniff\r\n\r\n"u8, ref at);
        Put(output, policy.Body, ref at);
        return at;
    }

    private ReadOnlySpan<byte> Date()
    {
        var now = clock.GetUtcNow();
        if (now.Ticks / TimeSpan.TicksPerSecond is var second && second != dateSecond)
        {
            now.TryFormat(date, out _, "r", CultureInfo.InvariantCulture);
            dateSecond = second;
        }
        return date;
    }

    private static void Put(Span<byte> output, ReadOnlySpan<byte> bytes, ref int at)
    {
        bytes.CopyTo(output[at..]);
        at += bytes.Length;
    }

    private static void Put(Span<byte> output, int number, ref int at)
    {
        Utf8Formatter.TryFormat(number, output[at..], out var written);
        at += written;
    }
}
