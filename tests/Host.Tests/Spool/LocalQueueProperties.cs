using CsCheck;
using MtaSts.Peers;
using MtaSts.Storage;
using Xunit;

namespace MtaSts.Host.Tests.Spool;

/// <summary>Any sequence of appends, drains, refusals and crashes: what was acknowledged is delivered or still there, and nothing else is.</summary>
public sealed class LocalQueueProperties
{
    private enum Step
    {
        Append,
        AppendMany,
        Drain,
        DrainInPart,
        SetAside,
        Crash,
        Restart,
    }

    private static readonly Gen<Step> OneStep = Gen.Frequency(
        (6, Gen.Const(Step.Append)), (3, Gen.Const(Step.AppendMany)), (1, Gen.Const(Step.Drain)), (2, Gen.Const(Step.DrainInPart)),
        (1, Gen.Const(Step.SetAside)), (1, Gen.Const(Step.Crash)), (1, Gen.Const(Step.Restart)));

    [Fact]
    public async Task Steps_InAnyOrder_LoseNothingThatWasAcknowledged() =>
        await Gen.Select(OneStep.Array[1, 25], Gen.Int).SampleAsync((steps, seed) => RunAsync(steps, seed), iter: 30);

    private static async Task RunAsync(Step[] steps, int seed)
    {
        var random = new Random(seed);
        using var folder = new TempFolder();
        var (life, sent) = (0, 0);
        var queue = await LocalQueueTests.OpenAsync(folder["0"]);
        HashSet<int> acknowledged = [];
        HashSet<int> delivered = [];
        foreach (var step in steps)
        {
            switch (step)
            {
                case Step.Append or Step.AppendMany:
                    var numbers = Enumerable.Range(sent, step == Step.Append ? 1 : random.Next(2, 20)).ToArray();
                    sent += numbers.Length;
                    await Task.WhenAll(numbers.Select(async n => Assert.IsType<AppendResult.Stored>(await queue.AppendAsync(Samples.Report(n, 12 + (n * 97 % 6_000), n % 40, n % 2 == 0)))));
                    acknowledged.UnionWith(numbers);
                    break;
                case Step.Drain or Step.DrainInPart:
                    foreach (var id in queue.Waiting().Take(step == Step.Drain ? int.MaxValue : random.Next(10)))
                    {
                        Assert.True(delivered.Add(await NumberAsync(queue, id)));
                        await queue.RemoveAsync(id);
                    }
                    break;
                case Step.SetAside when queue.Waiting() is { Length: > 0 } ids:
                    await queue.SetAsideAsync(ids[random.Next(ids.Length)], "Too odd.");
                    break;
                case Step.Crash:
                    await LocalQueueTests.CopyAsync(folder[$"{life}"], folder[$"{life + 1}"]);
                    await queue.DisposeAsync();
                    queue = await LocalQueueTests.OpenAsync(folder[$"{++life}"]);
                    break;
                case Step.Restart:
                    await queue.DisposeAsync();
                    queue = await LocalQueueTests.OpenAsync(folder[$"{life}"]);
                    break;
            }
            Assert.Equal(acknowledged.Count - delivered.Count, queue.State.Records + queue.State.SetAside);
        }
        await queue.DisposeAsync();
        queue = await LocalQueueTests.OpenAsync(folder[$"{life}"]);
        foreach (var id in queue.Waiting().Concat(queue.FoundAside))
        {
            Assert.True(delivered.Add(await NumberAsync(queue, id)));
            await queue.RemoveAsync(id);
        }

        Assert.Equal(acknowledged.Order(), delivered.Order());
        Assert.Equal((0L, 0L, 0L, 0), (queue.State.Records, queue.State.SetAside, queue.State.Bytes, queue.State.DamagedFiles.Count));
        await queue.DisposeAsync();
    }

    private static async Task<int> NumberAsync(LocalQueue queue, long id)
    {
        var report = (await queue.ReadAsync(id))!;
        var n = Samples.Number(report);
        Assert.Equal(Samples.Body(n, 12 + (n * 97 % 6_000)), report.Raw);
        return n;
    }
}
