using System.Text;
using MtaSts.Host.Spool;
using MtaSts.Modules.Reports;

namespace MtaSts.Host.Tests.Spool;

internal static class Samples
{
    public static readonly DateTimeOffset Received = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly byte[] Mark = [.. Enumerable.Range(200, 16).Select(n => (byte)n)];

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

    /// <summary>A segment of these envelopes, and where each record begins and ends.</summary>
    public static (byte[] Bytes, List<(int From, int To)> Records) Segment(params Envelope[] envelopes)
    {
        var bytes = new List<byte>(SegmentHeader.Write(7, Mark));
        var records = new List<(int, int)>();
        foreach (var envelope in envelopes)
        {
            var from = bytes.Count;
            bytes.AddRange(SpoolRecord.Write(Mark, from, SpoolRecord.WriteFacts(envelope, isKnown: true), envelope.Raw.Span));
            records.Add((from, bytes.Count));
        }
        return ([.. bytes], records);
    }
}
