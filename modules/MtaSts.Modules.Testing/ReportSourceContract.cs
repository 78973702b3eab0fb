using System.Text;
using MtaSts.Modules.Reports;
using Xunit;

namespace MtaSts.Modules.Testing;

/// <summary>
/// The contract of <see cref="IReportSource"/> as tests. Derive from it, implement the scene, and run it: a source that passes loses no report and
/// acknowledges only stored ones, through outages, faults and stops.
/// </summary>
public abstract class ReportSourceContract
{
    private const string Token = "abcdefghijklmnopqrstuvwxyz";
    private const string Nobody = "zyxwvutsrqponmlkjihgfedcba";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Time limit of every expected event.</summary>
    protected virtual TimeSpan Patience => TimeSpan.FromSeconds(60);

    /// <summary>Time within which a stopped source must end, by the contract of <see cref="IReportSource.RunAsync"/>; a slow machine gets three times as much.</summary>
    protected virtual TimeSpan StopGrace => TimeSpan.FromSeconds(30);

    /// <summary>Creates a new scene for each test.</summary>
    protected abstract Task<ReportSourceScene> SetUpAsync();

    /// <summary>The id is namespaced and does not change.</summary>
    [Fact]
    public async Task Id_IsNamespacedAndStable()
    {
        var scene = await SetUpAsync();
        Assert.Matches("^source\\.[a-z0-9-]+$", scene.Source.Id);
        Assert.Equal(scene.Source.Id, scene.Source.Id);
    }

    /// <summary>The status is available to the operator before and during the run.</summary>
    [Fact]
    public async Task Status_BeforeAndWhileRunning_IsToldToTheOperator()
    {
        var scene = await SetUpAsync();
        Assert.IsType<ReportSourceStatus.Waiting>(scene.Source.Status);
        await using var run = Run.Start(scene);
        await Until(scene, () => scene.Source.Status is ReportSourceStatus.Working { Detail.Length: > 0 }, "it works");
    }

    /// <summary>The envelope contains the mail's bytes as sent, the token, and the source's id.</summary>
    [Fact]
    public async Task Run_Offered_DeliversTheBytesAndAcknowledges()
    {
        var scene = await SetUpAsync();
        scene.Inbox.Claim(Token);
        await using var run = Run.Start(scene);
        var mail = Mail(scene, Token, 1);
        var fate = await scene.Offer(Token, mail);
        await Until(scene, () => fate() == MailFate.Acknowledged, "the mail is acknowledged");
        var envelope = Assert.Single(scene.Inbox.Stored);
        Assert.Equal(mail, envelope.Raw.ToArray());
        Assert.Equal((Token, scene.Source.Id, (string?)null), (envelope.Token, envelope.Source, envelope.Workspace));
        Assert.NotEqual(default, envelope.ReceivedAt);
    }

    /// <summary>While storage is unavailable nothing is acknowledged and nothing is dropped; afterwards everything is delivered.</summary>
    [Fact]
    public async Task Run_StorageOut_AcknowledgesNothingAndDeliversLater()
    {
        var scene = await SetUpAsync();
        scene.Inbox.Claim(Token);
        scene.Inbox.IsOut = true;
        await using var run = Run.Start(scene);
        var fate = await scene.Offer(Token, Mail(scene, Token, 1));
        await Until(scene, () => scene.Inbox.Failures > 1, "it has tried, and tried again");
        Assert.Equal(MailFate.Waiting, fate());
        scene.Inbox.IsOut = false;
        await Until(scene, () => fate() == MailFate.Acknowledged, "the mail is acknowledged");
        Assert.Single(scene.Inbox.Stored);
    }

    /// <summary>An exception of the inbox, which is a bug, loses no mail; the source may end with it and is run again.</summary>
    [Fact]
    public async Task Run_InboxThrows_AcknowledgesNothingAndDeliversLater()
    {
        var scene = await SetUpAsync();
        scene.Inbox.Claim(Token);
        scene.Inbox.Fault = new InvalidOperationException("a bug of the test's inbox");
        await using var run = Run.Start(scene);
        var fate = await scene.Offer(Token, Mail(scene, Token, 1));
        await Until(scene, () => scene.Inbox.Failures > 1, "it has tried, and tried again");
        Assert.Equal(MailFate.Waiting, fate());
        scene.Inbox.Fault = null;
        await Until(scene, () => fate() == MailFate.Acknowledged, "the mail is acknowledged");
        Assert.Single(scene.Inbox.Stored);
    }

    /// <summary>A mail without a known token is put aside; it does not delay the others.</summary>
    [Fact]
    public async Task Run_UnknownToken_IsPutAsideAndHoldsUpNoOther()
    {
        var scene = await SetUpAsync();
        scene.Inbox.Claim(Token);
        await using var run = Run.Start(scene);
        var stray = await scene.Offer(Nobody, Mail(scene, Nobody, 1));
        var good = await scene.Offer(Token, Mail(scene, Token, 2));
        await Until(scene, () => stray() == MailFate.PutAside && good() == MailFate.Acknowledged, "one is put aside and one acknowledged");
        Assert.Equal([Token], scene.Inbox.Stored.Select(envelope => envelope.Token));
    }

    /// <summary>A source limits its calls to an inbox that does not answer.</summary>
    [Fact]
    public async Task Run_InboxHolds_TakesNoMoreThanItsBound()
    {
        const int Beyond = 8;
        var scene = await SetUpAsync();
        scene.Inbox.Claim(Token);
        scene.Inbox.Hold();
        await using var run = Run.Start(scene);
        var fates = new List<Func<MailFate>>();
        for (var number = 0; number < scene.MaxInside + Beyond; number++)
            fates.Add(await scene.Offer(Token, Mail(scene, Token, number)));
        await Until(scene, () => scene.Inbox.Inside > 0, "a delivery waits");
        Assert.All(fates, fate => Assert.Equal(MailFate.Waiting, fate()));
        scene.Inbox.Release();
        await Until(scene, () => fates.All(fate => fate() == MailFate.Acknowledged), "every mail is acknowledged");
        Assert.InRange(scene.Inbox.MostInside, 1, scene.MaxInside);
        Assert.Equal(fates.Count, scene.Inbox.Stored.Count);
    }

    /// <summary>A stopped source ends soon and accepts nothing more; it can be run again.</summary>
    [Fact]
    public async Task Run_Stopped_EndsSoonAndCanRunAgain()
    {
        var scene = await SetUpAsync();
        scene.Inbox.Claim(Token);
        await using (var first = Run.Start(scene))
        {
            await Until(scene, () => scene.Source.Status is ReportSourceStatus.Working, "it works");
            await first.StopAsync(StopGrace);
        }
        Assert.IsNotType<ReportSourceStatus.Working>(scene.Source.Status);
        var fate = await scene.Offer(Token, Mail(scene, Token, 1));
        await scene.LetTimePass();
        Assert.Equal((MailFate.Waiting, 0), (fate(), scene.Inbox.Deliveries));
        await using var second = Run.Start(scene);
        await Until(scene, () => fate() == MailFate.Acknowledged, "the mail is acknowledged");
    }

    /// <summary>A stop during storing acknowledges only stored mails, and loses none.</summary>
    [Fact]
    public async Task Run_StoppedWhileStoring_LosesNothing()
    {
        var scene = await SetUpAsync();
        scene.Inbox.Claim(Token);
        scene.Inbox.Hold();
        Func<MailFate> fate;
        await using (var first = Run.Start(scene))
        {
            fate = await scene.Offer(Token, Mail(scene, Token, 1));
            await Until(scene, () => scene.Inbox.Inside > 0, "a delivery waits");
            await first.StopAsync(StopGrace);
        }
        Assert.Equal(MailFate.Waiting, fate());
        scene.Inbox.Release();
        await using var second = Run.Start(scene);
        await Until(scene, () => fate() == MailFate.Acknowledged, "the mail is acknowledged");
        Assert.Single(scene.Inbox.Stored);
    }

    /// <summary>The same mail twice is acknowledged twice and stored once: its envelope is the same.</summary>
    [Fact]
    public async Task Run_SameMailTwice_IsStoredOnce()
    {
        var scene = await SetUpAsync();
        scene.Inbox.Claim(Token);
        await using var run = Run.Start(scene);
        var mail = Mail(scene, Token, 1);
        foreach (var _ in (int[])[1, 2])
        {
            var fate = await scene.Offer(Token, mail);
            await Until(scene, () => fate() == MailFate.Acknowledged, "the mail is acknowledged");
        }
        Assert.Single(scene.Inbox.Stored);
        Assert.Equal(2, scene.Inbox.Deliveries);
    }

    /// <summary>A mail with content that transports may change: dots, tabs and blanks at line ends, bytes above 127, an empty line at the end.</summary>
    private static byte[] Mail(ReportSourceScene scene, string token, int number) => Encoding.Latin1.GetBytes(
        $"Delivered-To: {token}@{scene.Inbox.MailDomain}\r\nTo: <{token}@{scene.Inbox.MailDomain}>\r\nFrom: reports@sender.example\r\nSubject: {number}\r\nDate: Mon, 02 Mar 2026 00:00:00 +0000\r\n"
        + $"Message-ID: <{number}@sender.example>\r\n\r\n.\r\n..\r\n.a \t\r\nFrom here\r\n\u00fc\u00ff {{}}\r\n\r\n");

    private async Task Until(ReportSourceScene scene, Func<bool> condition, string what)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!condition())
        {
            Assert.False(limit.IsCancellationRequested, $"Not within {Patience.TotalSeconds:0} s: {what}.");
            await scene.LetTimePass();
            await Task.Delay(Pause, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Runs the source as the host does: restarts it when it has ended or thrown.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly Task running;

        private Run(ReportSourceScene scene) => running = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await scene.Source.RunAsync(stop.Token);
                }
                catch (Exception) when (!stop.IsCancellationRequested)
                {
                    await Task.Delay(Pause);
                }
                catch (OperationCanceledException)
                {
                    // A permitted end of a stopped source.
                }
            }
        });

        public static Run Start(ReportSourceScene scene) => new(scene);

        public async Task StopAsync(TimeSpan limit)
        {
            await stop.CancelAsync();
            await running.WaitAsync(limit);
        }

        public async ValueTask DisposeAsync()
        {
            await StopAsync(TimeSpan.FromMinutes(1));
            stop.Dispose();
        }
    }
}
