using CsCheck;
using MtaSts.Host.Spool;
using Xunit;

namespace MtaSts.Host.Tests.Spool;

/// <summary>Any sequence of appends, drains, faults and crashes: what was acknowledged is delivered or still there, and no byte is ever made up.</summary>
public sealed class SpoolProperties
{
    private enum Step
    {
        Append,
        AppendMany,
        Drain,
        DrainInPart,
        FailAppend,
        FailSync,
        Crash,
        Restart,
    }

    private static readonly Gen<Step> OneStep = Gen.Frequency(
        (6, Gen.Const(Step.Append)), (3, Gen.Const(Step.AppendMany)), (2, Gen.Const(Step.Drain)), (2, Gen.Const(Step.DrainInPart)),
        (1, Gen.Const(Step.FailAppend)), (1, Gen.Const(Step.FailSync)), (2, Gen.Const(Step.Crash)), (1, Gen.Const(Step.Restart)));

    [Fact]
    public void Steps_InAnyOrder_LoseNothingThatWasAcknowledged() =>
        Gen.Select(OneStep.Array[1, 40], Gen.Int).Sample((steps, seed) => Run(steps, seed), iter: 400);

    private static void Run(Step[] steps, int seed)
    {
        var random = new Random(seed);
        var limits = new SpoolOptions { SegmentBytes = 2_000 };
        var files = new FaultyFiles();
        var log = new SpoolLog(files, limits);
        var (sent, acknowledged, delivered) = (0, new HashSet<int>(), new List<int>());
        foreach (var step in steps)
        {
            switch (step)
            {
                case Step.Append or Step.AppendMany:
                    var numbers = Enumerable.Range(sent, step == Step.Append ? 1 : random.Next(2, 20)).ToArray();
                    sent += numbers.Length;
                    var appends = numbers.Select(n => (n, Outcome: log.AppendAsync(Samples.Envelope(n, random.Next(12, 600), n % 40), n % 2 == 0))).ToArray();
                    foreach (var (n, outcome) in appends)
                    {
                        if (outcome.GetAwaiter().GetResult() is Spooled.Kept)
                            acknowledged.Add(n);
                    }
                    break;
                case Step.Drain or Step.DrainInPart:
                    Drain(log, delivered, step == Step.Drain ? int.MaxValue : random.Next(10));
                    break;
                case Step.FailAppend:
                    files.AppendsLeft = random.Next(3);
                    break;
                case Step.FailSync:
                    files.SyncsLeft = random.Next(3);
                    break;
                case Step.Crash:
                    log = new SpoolLog(files = files.Crash(random), limits);
                    break;
                default:
                    log.Dispose();
                    log = new SpoolLog(files, limits);
                    break;
            }
        }
        (files.AppendsLeft, files.SyncsLeft) = (-1, -1);
        log = new SpoolLog(files = files.Crash(random), limits);
        Drain(log, delivered, int.MaxValue);

        Assert.Superset(acknowledged, delivered.ToHashSet());
        Assert.All(delivered, number => Assert.InRange(number, 0, sent - 1));
        Assert.Equal((0, null), (log.State.Records, log.State.Since));
        Assert.Empty(files.Segments());
        // Only what a crash left of unacknowledged writes may be damaged.
        Assert.All(files.Kept.Keys, name => Assert.StartsWith("damaged/", name, StringComparison.Ordinal));
    }

    private static void Drain(SpoolLog log, List<int> delivered, int most)
    {
        foreach (var segment in log.Seal())
        {
            var contents = log.Read(segment, out var bytes)!;
            foreach (var record in contents.Records.Where(record => !segment.Done.Contains(record.Offset)))
            {
                if (most-- <= 0)
                    return;
                Assert.Equal(Samples.Envelope(Samples.Number(record.Envelope), record.Envelope.Raw.Length, Samples.Number(record.Envelope) % 40).Raw.ToArray(), record.Envelope.Raw.ToArray());
                delivered.Add(Samples.Number(record.Envelope));
                log.Done(segment, record.Offset);
            }
            foreach (var stretch in contents.Damage)
                log.KeepDamaged(segment, stretch, bytes);
            log.Delete(segment);
        }
    }
}
