using System.Globalization;

namespace MtaSts.Bench.Decode;

/// <summary>What a pass over all files has read: both sides must agree.</summary>
internal readonly record struct Sums(int Reports, long Successful, long Failed, int Details)
{
    public static Sums operator +(Sums a, Sums b) => new(a.Reports + b.Reports, a.Successful + b.Successful, a.Failed + b.Failed, a.Details + b.Details);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Reports} {Successful} {Failed} {Details}");
}

/// <summary>
/// A decoder in a process of its own, single-threaded; speaks as <c>Python/decode.py</c> does. Both take processor time, collector and compiler included:
/// what else runs on the machine does not count.
/// </summary>
internal static class DecodeWorker
{
    private const double WarmSeconds = 2;

    /// <param name="decoder"><c>ours</c> or <c>plain</c>.</param>
    /// <param name="folder">Every file is a mail, or JSON by itself.</param>
    /// <param name="each">Only says for each file what it read, or <c>-</c>.</param>
    public static int Run(string decoder, string folder, bool each)
    {
        Func<byte[], Sums> decode = decoder == "plain" ? PlainDecoder.Decode : OurDecoder.Decode;
        var files = Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToArray();
        if (each)
        {
            foreach (var file in files)
                Console.WriteLine(Each(decode, file));
            return 0;
        }
        Timed(decode, files, WarmSeconds);
        Console.WriteLine($"ready {Pass(decode, files)}");
        while (Console.ReadLine() is { } line)
        {
            var (count, seconds) = Timed(decode, files, double.Parse(line, CultureInfo.InvariantCulture));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} {seconds:0.000000}"));
        }
        return 0;
    }

    private static string Each(Func<byte[], Sums> decode, byte[] file)
    {
        try
        {
            return decode(file).ToString();
        }
        catch (Exception)
        {
            return "-";
        }
    }

    private static Sums Pass(Func<byte[], Sums> decode, byte[][] files)
    {
        var sums = default(Sums);
        foreach (var file in files)
            sums += decode(file);
        return sums;
    }

    private static (int Count, double Seconds) Timed(Func<byte[], Sums> decode, byte[][] files, double seconds)
    {
        var count = 0;
        var begin = Environment.CpuUsage.TotalTime;
        TimeSpan taken;
        do
        {
            count += Pass(decode, files).Reports;
            taken = Environment.CpuUsage.TotalTime - begin;
        }
        while (taken.TotalSeconds < seconds);
        return (count, taken.TotalSeconds);
    }
}
