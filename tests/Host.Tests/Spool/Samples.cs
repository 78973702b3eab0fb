using System.Globalization;
using System.Text;
using MtaSts.Modules.Reports;
using MtaSts.Storage;

namespace MtaSts.Host.Tests.Spool;

internal static class Samples
{
    public static readonly DateTimeOffset Received = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>A well-formed token for each number.</summary>
    public static string Token(int number) => new string('a', 24) + (char)('a' + (number / 26 % 26)) + (char)('a' + (number % 26));

    public static Envelope Envelope(int number, int size = 12, int? token = null, string source = "source.https") =>
        new(source, Received.AddSeconds(number), Body(number, size), Token(token ?? number), null, "192.0.2.1");

    public static byte[] Body(int number, int size)
    {
        var body = new byte[size];
        Encoding.ASCII.GetBytes($"{number};").CopyTo(body, 0);
        return body;
    }

    /// <summary>The number of an envelope made here.</summary>
    public static int Number(Envelope envelope) => int.Parse(Encoding.ASCII.GetString(envelope.Raw.Span[..envelope.Raw.Span.IndexOf((byte)';')]));

    public static QueuedReport Report(int number, int size = 12, int? token = null, bool isKnown = true) =>
        new("source.https", Received.AddSeconds(number).ToString("O", CultureInfo.InvariantCulture), Token(token ?? number), isKnown, "192.0.2.1", null, Body(number, size));

    public static int Number(QueuedReport report) => int.Parse(Encoding.ASCII.GetString(report.Raw.AsSpan(0, report.Raw.AsSpan().IndexOf((byte)';'))), CultureInfo.InvariantCulture);
}
