using MtaSts.Modules.Notices;
using Xunit;

namespace MtaSts.Modules.Testing;

/// <summary>
/// The contract of <see cref="INotifier"/> as tests. Derive a class from it, create the scene in <see cref="SetUpAsync"/>, and run the tests. The service relies on
/// the contract: it repeats a call that failed, and a few times one that was refused, and shows the problems to the workspace.
/// </summary>
public abstract class NotifierContract
{
    private const string ServerIsNotChosen = "The channel does not choose the server.";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Longest problem in characters: a few sentences with a short quotation, not the answer of the receiver.</summary>
    protected virtual int MaxProblem => 500;

    /// <summary>Real time after which a test fails. The time limit of the contract is measured by the scene's clock.</summary>
    protected virtual TimeSpan Patience => TimeSpan.FromMinutes(2);

    /// <summary>Real time within which a cancelled call must end: five times the limit of the contract, for slow machines.</summary>
    protected virtual TimeSpan CancellationGrace => 5 * INotifier.CancellationLimit;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Creates a new scene for each test.</summary>
    protected abstract Task<NotifierScene> SetUpAsync();

    /// <summary>The id is namespaced and does not change.</summary>
    [Fact]
    public async Task Id_IsNamespacedAndStable()
    {
        var scene = await SetUpAsync();
        Assert.Matches("^notice\\.[a-z0-9-]+$", scene.Notifier.Id);
        Assert.Equal(scene.Notifier.Id, scene.Notifier.Id);
    }

    /// <summary>The fields contain what the form of a channel needs.</summary>
    [Fact]
    public async Task Fields_DescribeTheChannel()
    {
        var scene = await SetUpAsync();
        var fields = scene.Notifier.Fields;
        Assert.NotEmpty(fields);
        Assert.Equal(fields.Count, fields.Select(field => field.Name).Distinct().Count());
        Assert.All(fields, field =>
        {
            Assert.Matches("^[a-z]+$", field.Name);
            Assert.NotEmpty(field.Label);
            Assert.EndsWith(".", field.Help, StringComparison.Ordinal);
            Assert.False(field.IsRecipient && field.IsSecret);
        });
        Assert.InRange(fields.Count(field => field.IsRecipient), 0, 1);
        Assert.All(scene.Channel.Names, name => Assert.Contains(fields, field => field.Name == name));
        Assert.All(scene.Secrets, secret => Assert.DoesNotContain(scene.Channel.Names, name => scene.Channel[name] == secret && !fields.Single(field => field.Name == name).IsSecret));
    }

    /// <summary>Valid settings have no problem.</summary>
    [Fact]
    public async Task Validate_ValidSettings_FindsNothing()
    {
        var scene = await SetUpAsync();
        Assert.Empty(scene.Notifier.Validate(scene.Channel));
    }

    /// <summary>A missing, unknown or invalid value gives a problem that names its field and does not contain a secret.</summary>
    [Fact]
    public async Task Validate_WrongSettings_NamesTheField()
    {
        var scene = await SetUpAsync();
        var required = scene.Notifier.Fields.Where(field => !field.IsOptional).Select(field => field.Name).ToArray();
        Assert.Empty(required.Except(scene.Notifier.Validate(new ChannelSettings([])).Select(problem => problem.Field)));
        foreach (var (name, settings) in scene.Wrong.Append(("nonsense", With(scene.Channel, "nonsense", "x"))).Concat(required.Select(name => (name, With(scene.Channel, name, "line\nbreak")))))
        {
            var problems = scene.Notifier.Validate(settings);
            Assert.True(problems.Any(problem => problem.Field == name), $"no problem names {name}, although its value is “{settings[name]}”");
            Assert.All(problems, problem => Clean(scene.Secrets, problem.Problem));
        }
    }

    /// <summary>Invalid settings give the result Refused, not an exception.</summary>
    [Fact]
    public async Task Send_WrongSettings_IsRefused()
    {
        var scene = await SetUpAsync();
        foreach (var (_, settings) in scene.Wrong)
            Clean(scene.Secrets, Assert.IsType<NoticeResult.Refused>(await SendAsync(scene, "wrong", settings)).Problem);
        Assert.Empty(scene.Received());
    }

    /// <summary>An accepted notice is delivered once, with its id.</summary>
    [Theory]
    [InlineData(NoticeKind.AlertRaised)]
    [InlineData(NoticeKind.AlertResolved)]
    [InlineData(NoticeKind.Digest)]
    [InlineData(NoticeKind.Test)]
    [InlineData(NoticeKind.Confirmation)]
    public async Task Send_Accepted_IsDelivered(NoticeKind kind)
    {
        var scene = await SetUpAsync();
        var result = await Within(scene, scene.Notifier.SendAsync(NotifierScene.Sample("one") with { Kind = kind }, scene.Channel, Cancelled));
        Clean(scene.Secrets, Assert.IsType<NoticeResult.Delivered>(result).Answer);
        Assert.Equal(["one"], await ReceivedAsync(scene, 1));
    }

    /// <summary>A notice with only the required members is delivered.</summary>
    [Fact]
    public async Task Send_LeastNotice_IsDelivered()
    {
        var scene = await SetUpAsync();
        var least = new Notice { Id = "least", Kind = NoticeKind.Test, Severity = NoticeSeverity.Information, Title = "A test", CauseKey = "test", CreatedAt = DateTimeOffset.UnixEpoch };
        Assert.IsType<NoticeResult.Delivered>(await Within(scene, scene.Notifier.SendAsync(least, scene.Channel, Cancelled)));
        Assert.Equal(["least"], await ReceivedAsync(scene, 1));
    }

    /// <summary>A repeat carries the id of the first attempt; another notice with the same cause carries its own id.</summary>
    [Fact]
    public async Task Send_Repeated_CarriesTheSameId()
    {
        var scene = await SetUpAsync();
        foreach (var id in new[] { "one", "one", "two" })
            Assert.IsType<NoticeResult.Delivered>(await SendAsync(scene, id));
        Assert.Equal(["one", "one", "two"], await ReceivedAsync(scene, 3));
    }

    /// <summary>A notice with long texts is delivered; the notifier cuts them to the limits of its format.</summary>
    [Fact]
    public async Task Send_LongTexts_IsDelivered()
    {
        var scene = await SetUpAsync();
        var text = string.Concat(Enumerable.Repeat("“\\漢字😀\" _*\u0007\u202e ", 2_000));
        var notice = NotifierScene.Sample("long") with { Title = text, Paragraphs = [.. Enumerable.Repeat(text, 5), "", .. Enumerable.Repeat("x", 100)], NextStep = text };
        Assert.IsType<NoticeResult.Delivered>(await Within(scene, scene.Notifier.SendAsync(notice, scene.Channel, Cancelled)));
        Assert.Equal(["long"], await ReceivedAsync(scene, 1));
    }

    /// <summary>A receiver that does not answer gives a temporary failure within the time limit.</summary>
    [Fact]
    public async Task Send_ReceiverHangs_FailsWithinTheTimeLimit()
    {
        var scene = await SetUpAsync();
        scene.Behave(ReceiverMood.Hangs);
        Clean(scene.Secrets, Temporary(await Within(scene, scene.Notifier.SendAsync(NotifierScene.Sample("one"), scene.Channel, Cancelled), timePasses: true)));
    }

    /// <summary>A fault of the receiver or of the network gives a temporary failure, and the same notice is delivered afterwards.</summary>
    [Theory]
    [InlineData(ReceiverMood.Fails)]
    [InlineData(ReceiverMood.Breaks)]
    public async Task Send_ReceiverOutOfOrder_FailsAndIsDeliveredLater(ReceiverMood mood)
    {
        var scene = await SetUpAsync();
        scene.Behave(mood);
        Clean(scene.Secrets, Temporary(await SendAsync(scene, "one")));
        scene.Behave(ReceiverMood.Accepts);
        Assert.IsType<NoticeResult.Delivered>(await SendAsync(scene, "one"));
    }

    /// <summary>A receiver that refuses permanently gives <see cref="NoticeResult.Refused"/>.</summary>
    [Fact]
    public async Task Send_ReceiverRefuses_IsRefused()
    {
        var scene = await SetUpAsync();
        scene.Behave(ReceiverMood.Refuses);
        Clean(scene.Secrets, Assert.IsType<NoticeResult.Refused>(await SendAsync(scene, "one")).Problem);
    }

    /// <summary>With the operator's default settings, a channel whose server has no public address is refused, and no request is sent to it.</summary>
    [Fact]
    public async Task Send_AddressNotPublic_IsRefused()
    {
        var scene = await SetUpAsync();
        Assert.SkipWhen(scene.Restricted is null, ServerIsNotChosen);
        var result = await Within(scene, scene.Restricted!.SendAsync(NotifierScene.Sample("one"), scene.Channel, Cancelled));
        Clean(scene.Secrets, Assert.IsType<NoticeResult.Refused>(result).Problem);
        Assert.Empty(scene.Received());
    }

    /// <summary>A redirect is not followed: it could lead to an address that the channel may not name.</summary>
    [Fact]
    public async Task Send_Redirected_IsNotFollowed()
    {
        var scene = await SetUpAsync();
        Assert.SkipWhen(scene.Restricted is null, ServerIsNotChosen);
        scene.Behave(ReceiverMood.Redirects);
        Clean(scene.Secrets, Assert.IsType<NoticeResult.Refused>(await SendAsync(scene, "one")).Problem);
        Assert.Equal(["one"], scene.Received());
    }

    /// <summary>An answer without end is not read to its end, and a problem does not contain it.</summary>
    [Fact]
    public async Task Send_EndlessAnswer_IsLimited()
    {
        var scene = await SetUpAsync();
        Assert.SkipWhen(scene.Restricted is null, ServerIsNotChosen);
        scene.Behave(ReceiverMood.Floods);
        var problem = await SendAsync(scene, "one") switch { NoticeResult.Unavailable unavailable => unavailable.Problem, NoticeResult.Failed failed => failed.Problem, NoticeResult.Refused refused => refused.Problem, NoticeResult.Delivered delivered => delivered.Answer, _ => "" };
        Clean(scene.Secrets, problem);
        Assert.InRange(problem.Length, 1, MaxProblem);
    }

    /// <summary>A cancelled call ends soon, with a result or <see cref="OperationCanceledException"/>.</summary>
    [Fact]
    public async Task Send_Cancelled_EndsSoon()
    {
        var scene = await SetUpAsync();
        scene.Behave(ReceiverMood.Hangs);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Cancelled);
        var call = scene.Notifier.SendAsync(NotifierScene.Sample("one"), scene.Channel, cancelled.Token);
        await cancelled.CancelAsync();
        try
        {
            await call.WaitAsync(CancellationGrace, Cancelled);
        }
        catch (OperationCanceledException)
        {
            // Equivalent to a result.
        }
    }

    /// <summary>One instance handles concurrent calls.</summary>
    [Fact]
    public async Task Send_ManyAtOnce_AllAreDelivered()
    {
        const int Many = 8;
        var scene = await SetUpAsync();
        var sent = Enumerable.Range(0, Many).Select(number => $"n{number}").ToArray();
        Assert.All(await Within(scene, Task.WhenAll(sent.Select(id => scene.Notifier.SendAsync(NotifierScene.Sample(id), scene.Channel, Cancelled)))), result => Assert.IsType<NoticeResult.Delivered>(result));
        Assert.Equal(sent, (await ReceivedAsync(scene, Many)).Order(StringComparer.Ordinal));
    }

    /// <summary>The problem of a temporary failure: of the receiver, or of a server of the operator on the way to it.</summary>
    private static string Temporary(NoticeResult result) => result is NoticeResult.Unavailable unavailable ? unavailable.Problem : Assert.IsType<NoticeResult.Failed>(result).Problem;

    private static ChannelSettings With(ChannelSettings settings, string name, string value) =>
        new(settings.Names.Append(name).Distinct().Select(each => KeyValuePair.Create(each, each == name ? value : settings[each])));

    private static void Clean(IReadOnlyList<string> secrets, string text)
    {
        Assert.NotEmpty(text);
        Assert.DoesNotContain(text, char.IsControl);
        Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase));
    }

    private Task<NoticeResult> SendAsync(NotifierScene scene, string id, ChannelSettings? settings = null) =>
        Within(scene, scene.Notifier.SendAsync(NotifierScene.Sample(id), settings ?? scene.Channel, Cancelled));

    /// <summary>Waits until the call ends. Fails the test when this takes longer than <see cref="Patience"/>.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="call">The call.</param>
    /// <param name="timePasses">Whether to advance the scene's clock. Only for a receiver that never answers: the clock is far faster than a server on a busy machine.</param>
    private async Task<T> Within<T>(NotifierScene scene, Task<T> call, bool timePasses = false)
    {
        for (var patience = TimeProvider.System.GetTimestamp(); !call.IsCompleted && TimeProvider.System.GetElapsedTime(patience) < Patience;)
        {
            await Task.WhenAny(call, Task.Delay(Pause, Cancelled));
            if (timePasses)
                await scene.LetTimePass();
        }
        Assert.True(call.IsCompleted, $"the call did not end within {Patience.TotalSeconds:0} s");
        return await call;
    }

    private async Task<IReadOnlyList<string>> ReceivedAsync(NotifierScene scene, int count)
    {
        for (var patience = TimeProvider.System.GetTimestamp(); scene.Received().Count < count && TimeProvider.System.GetElapsedTime(patience) < Patience;)
            await Task.Delay(Pause, Cancelled);
        return scene.Received();
    }
}
