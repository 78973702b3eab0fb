using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Grains;
using MtaSts.Host.Modules;
using MtaSts.Modules;
using MtaSts.Modules.Notices;
using MtaSts.Modules.Testing;
using Xunit;

namespace MtaSts.Host.Tests.Modules;

/// <summary>The boundary around a module's notifier, and which notifiers there are.</summary>
public sealed class NotifierTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);
    private static readonly ChannelSettings Channel = new([]);
    private readonly FakeTimeProvider clock = new();

    [Fact]
    public async Task Send_Answers_PassInOneLine()
    {
        Assert.Equal(new NoticeResult.Delivered("a b"), await SendAsync(() => Task.FromResult<NoticeResult>(new NoticeResult.Delivered("a\nb"))));
        Assert.Equal(new NoticeResult.Failed("a b", TimeSpan.FromSeconds(9)), await SendAsync(() => Task.FromResult<NoticeResult>(new NoticeResult.Failed("a\rb", TimeSpan.FromSeconds(9)))));
        Assert.Equal(new NoticeResult.Refused("a b"), await SendAsync(() => Task.FromResult<NoticeResult>(new NoticeResult.Refused("a\0b"))));
    }

    [Fact]
    public async Task Send_ThrowsOrAnswersNothing_FailsWithItsName()
    {
        Assert.Equal(new NoticeResult.Unavailable("notice.odd: vendor said no"), await SendAsync(() => throw new InvalidOperationException("vendor said no")));
        Assert.Equal(new NoticeResult.Unavailable("notice.odd gave no answer."), await SendAsync(() => Task.FromResult<NoticeResult>(null!)));
    }

    [Fact]
    public async Task Send_AnswerWithoutItsText_FailsWithItsName()
    {
        foreach (var result in new NoticeResult[] { new NoticeResult.Delivered(null!), new NoticeResult.Unavailable(null!), new NoticeResult.Failed(null!), new NoticeResult.Refused(null!) })
            Assert.Equal(new NoticeResult.Unavailable("notice.odd: The text of its answer is null."), await SendAsync(() => Task.FromResult(result)));
    }

    [Theory]
    [InlineData(-1, null)]
    [InlineData(0, null)]
    [InlineData(86_400, 86_400)]
    [InlineData(86_401, 86_400)]
    [InlineData(int.MaxValue, 86_400)]
    public async Task Send_RetryAfter_IsLimited(int seconds, int? expected)
    {
        var result = await SendAsync(() => Task.FromResult<NoticeResult>(new NoticeResult.Failed("a", TimeSpan.FromSeconds(seconds))));
        Assert.Equal(new NoticeResult.Failed("a", expected is { } limited ? TimeSpan.FromSeconds(limited) : null), result);
    }

    [Fact]
    public async Task Validate_AnswersThatAreNullOrEndless_AreItsFault()
    {
        var problems = new Odd(() => throw new InvalidOperationException());
        using var guard = Guard(problems);
        problems.Problems = [null!];
        Assert.Equal([new ChannelProblem("", "notice.odd: A problem of its answer is null.")], await guard.ValidateAsync(Channel, default));
        problems.Problems = [new ChannelProblem("url", null!)];
        Assert.Equal([new ChannelProblem("", "notice.odd: A problem of its answer is null.")], await guard.ValidateAsync(Channel, default));
        problems.Problems = [new ChannelProblem(null!, "a")];
        Assert.Equal([new ChannelProblem("", "notice.odd: A problem of its answer is null.")], await guard.ValidateAsync(Channel, default));
        problems.Problems = [new ChannelProblem("url\n", "a\nb")];
        Assert.Equal([new ChannelProblem("url ", "a b")], await guard.ValidateAsync(Channel, default));
        problems.Problems = null!;
        Assert.StartsWith("notice.odd: ", Assert.Single(await guard.ValidateAsync(Channel, default)).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_CancelledByItsCaller_SaysSo()
    {
        using var guard = Guard(new Odd(() => new TaskCompletionSource<NoticeResult>().Task) { Problems = [] });
        using var cancelled = new CancellationTokenSource();
        var call = guard.SendAsync(NotifierScene.Sample("one"), Channel, cancelled.Token);
        await cancelled.CancelAsync();
        Assert.Equal(new NoticeResult.Unavailable("The call was cancelled."), await call.WaitAsync(Limit));
        Assert.Equal(new NoticeResult.Unavailable("The call was cancelled."), await guard.SendAsync(NotifierScene.Sample("one"), Channel, cancelled.Token).WaitAsync(Limit));
        Assert.Equal([new ChannelProblem("", "The call was cancelled.")], await guard.ValidateAsync(Channel, cancelled.Token).WaitAsync(Limit));
    }

    [Fact]
    public async Task Send_NeverAnswers_IsAbandonedAfterItsBudgetAndIsAFault()
    {
        var begun = new TaskCompletionSource();
        var health = new ModuleHealth(clock);
        using var guard = Guard(new Odd(() =>
        {
            begun.SetResult();
            return new TaskCompletionSource<NoticeResult>().Task;
        }), health);
        var call = guard.SendAsync(NotifierScene.Sample("one"), Channel, default);
        await begun.Task.WaitAsync(Limit);
        clock.Advance(GuardedNotifier.Budget);
        Assert.Equal(new NoticeResult.Unavailable("notice.odd did not answer within 30 s."), await call.WaitAsync(Limit));
        Assert.True(health.IsFailing);
    }

    [Fact]
    public async Task DescribeAndValidate_Throwing_AreAnswers()
    {
        using var guard = Guard(new Odd(() => throw new InvalidOperationException()) { Fault = new InvalidOperationException("vendor said no") });
        Assert.Empty(await guard.DescribeAsync(default));
        Assert.Equal([new ChannelProblem("", "notice.odd: vendor said no")], await guard.ValidateAsync(Channel, default));
    }

    [Fact]
    public void Find_ById_OnlyThoseThatCanBeUsed()
    {
        var configuration = new ConfigurationManager();
        using var notifiers = new Notifiers(ModuleCatalog.Of(configuration, clock, [new OddModule("notice.odd", null), new OddModule("notice.even", "Modules:notice.even:Host")]), configuration, clock);
        Assert.Equal(["notice.odd"], notifiers.All.Select(notifier => notifier.Id));
        Assert.Same(notifiers.All[0], notifiers.Find("notice.odd"));
        Assert.Null(notifiers.Find("notice.even"));
    }

    [Fact]
    public void Configure_TwoNotifiersInOneModule_IsRefused()
    {
        var module = ModuleCatalog.Of(new ConfigurationManager(), clock, [new OddModule("notice.odd", null) { Twice = true }]).All.Single();
        Assert.Contains("offers two notifiers", module.Health.Problem, StringComparison.Ordinal);
    }

    /// <summary>As the settings page and the API show it.</summary>
    [Fact]
    public void Plugins_ListNotifiersAndTheSettingThatEnablesThem()
    {
        var builder = Microsoft.AspNetCore.Builder.WebApplication.CreateBuilder();
        builder.AddModules(ModuleCatalog.Of(builder.Configuration, clock, [new OddModule("notice.odd", null), new OddModule("notice.even", "Modules:notice.even:Host")]));
        HostScene.AddTo(builder.Services, clock, "Local");
        using var built = builder.Services.BuildServiceProvider();
        var views = built.GetRequiredService<IPlugins>().All;
        Assert.Equal(new PluginOfferView(PluginOfferKind.Notifier, "notice.odd", true, null), Assert.Single(views[0].Offers));
        Assert.Equal(new PluginOfferView(PluginOfferKind.Notifier, "notice.even", false, "Modules:notice.even:Host"), Assert.Single(views[1].Offers));
        Assert.Equal([PluginHealth.Ok, PluginHealth.Off], views.Select(view => view.Health));
    }

    private async Task<NoticeResult> SendAsync(Func<Task<NoticeResult>> send)
    {
        using var guard = Guard(new Odd(send));
        return await guard.SendAsync(NotifierScene.Sample("one"), Channel, default).WaitAsync(Limit);
    }

    private GuardedNotifier Guard(Odd inner, ModuleHealth? health = null) => new(inner.Id, () => inner, health ?? new ModuleHealth(clock), clock);

    private sealed class OddModule(string id, string? enabledBy) : IModule
    {
        public string Id => id;

        public bool Twice { get; init; }

        public void Configure(IModuleBuilder builder)
        {
            builder.AddNotifier<Odd>(enabledBy);
            if (Twice)
                builder.AddNotifier<Odd>();
        }
    }

    private sealed class Odd(Func<Task<NoticeResult>> send) : INotifier
    {
        public string Id => "notice.odd";

        public Exception? Fault { get; init; }

        public IReadOnlyList<ChannelField> Fields => throw Fault!;

        public IReadOnlyList<ChannelProblem> Problems { get; set; } = [];

        public IReadOnlyList<ChannelProblem> Validate(ChannelSettings settings) => Fault is null ? Problems : throw Fault;

        public Task<NoticeResult> SendAsync(Notice notice, ChannelSettings settings, CancellationToken cancellationToken) => send();
    }
}
