using System.Collections.Concurrent;
using System.Diagnostics;

namespace MtaSts.EndToEnd.Fire;

/// <summary>Everybody who sends, at the same time: what is not acknowledged is sent again, and a mailbox holds its mail until it is taken.</summary>
internal sealed class FireSenders(FireScene scene, FireDelivery[] plan)
{
    /// <summary>A sender that was not acknowledged waits as long, and takes another one's turn meanwhile.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(200);

    private readonly ConcurrentDictionary<FireWay, int> acknowledged = new();
    private readonly ConcurrentDictionary<string, int> refusals = new(StringComparer.Ordinal);
    private int tries;

    /// <summary>Deliveries that were acknowledged, or lie in a mailbox.</summary>
    public int Acknowledged => acknowledged.Values.Sum();

    /// <summary>Deliveries that were tried.</summary>
    public int Tries => Volatile.Read(ref tries);

    /// <summary>How many went by each way.</summary>
    public string ByWay => string.Join(", ", acknowledged.OrderBy(way => way.Key).Select(way => $"{way.Key} {way.Value}"));

    /// <summary>What those heard who were not acknowledged.</summary>
    public string Refusals => string.Join(", ", refusals.OrderByDescending(refusal => refusal.Value).Select(refusal => $"{refusal.Value} × {refusal.Key}"));

    /// <summary>Ends when everything is acknowledged or lies in a mailbox.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(plan.GroupBy(delivery => delivery.Way).SelectMany(way =>
    {
        var waiting = new ConcurrentQueue<FireDelivery>(way);
        var all = waiting.Count;
        return Enumerable.Range(0, Width(way.Key)).Select(_ => Task.Run(() => SendAllAsync(way.Key, waiting, all, stop), stop));
    }));

    private static int Width(FireWay way) => way is FireWay.Maildir or FireWay.Imap ? 1 : 4;

    private IFireSender Sender(FireWay way) => way switch
    {
        FireWay.Https => new FirePost(scene),
        FireWay.Upload => new FireUpload(scene),
        FireWay.Smtp or FireWay.Lmtp => new FireMail(way == FireWay.Lmtp ? scene.Lmtp : scene.Smtp, way == FireWay.Lmtp),
        FireWay.Maildir => new FireMaildir(scene.Maildir),
        FireWay.Imap => new FireImap(scene.Dovecot.Port),
        _ => throw new UnreachableException(),
    };

    private async Task SendAllAsync(FireWay way, ConcurrentQueue<FireDelivery> waiting, int all, CancellationToken stop)
    {
        await using var sender = Sender(way);
        while (acknowledged.GetValueOrDefault(way) < all)
        {
            stop.ThrowIfCancellationRequested();
            if (!waiting.TryDequeue(out var delivery))
            {
                await Task.Delay(Glance, stop); // Another one has the last in hand.
                continue;
            }
            Interlocked.Increment(ref tries);
            var address = scene.Addresses[delivery.Domain];
            string? refusal;
            try
            {
                refusal = await sender.SendAsync(FireBytes.Of(delivery.Report, delivery.Form, address), address, stop);
            }
            catch (Exception exception) when (!stop.IsCancellationRequested && IsOutage(exception))
            {
                refusal = exception.GetType().Name;
            }
            if (refusal is null)
            {
                acknowledged.AddOrUpdate(way, 1, (_, count) => count + 1);
                continue;
            }
            refusals.AddOrUpdate($"{way} {refusal}", 1, (_, count) => count + 1);
            waiting.Enqueue(delivery);
            await Task.Delay(Pause, stop);
        }
    }

    /// <summary>The process died under the sender, or is not there.</summary>
    private static bool IsOutage(Exception exception) => exception is HttpRequestException or TaskCanceledException or IOException or System.Net.Sockets.SocketException;
}

/// <summary>Sends by one way.</summary>
internal interface IFireSender : IAsyncDisposable
{
    /// <summary>Null when it is acknowledged; else what was said. An answer that tells a sender never to come again fails the test.</summary>
    Task<string?> SendAsync(byte[] bytes, string address, CancellationToken stop);
}
