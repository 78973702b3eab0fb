using MtaSts.Grains;
using MtaSts.Modules.Notices;

namespace MtaSts.Host.Modules;

/// <summary>The boundary around a module's notifier: limits the time of a call and the number of concurrent calls, and turns exceptions into results that name the module.</summary>
internal sealed class GuardedNotifier(string moduleId, Func<INotifier> create, ModuleHealth health, TimeProvider clock) : IGuardedNotifier, IDisposable
{
    /// <summary>Most fields and problems of a notifier that are used; limits the size of the form.</summary>
    public const int MaxFields = 20;

    /// <summary>Concurrent calls: many channels may lead to receivers that hang, and must not delay the others.</summary>
    public const int MaxCalls = 64;

    /// <summary>Time limit of a call, including the wait for its start: 5 s more than the contract allows. The call is then cancelled, and the host no longer waits for it.</summary>
    public static readonly TimeSpan Budget = INotifier.TimeLimit + TimeSpan.FromSeconds(5);

    /// <summary>Longest time that a module may ask to wait before the next attempt: a notice that waits longer is of no use.</summary>
    public static readonly TimeSpan MaxRetryAfter = HttpNotices.MaxRetryAfter;

    private const string Cancelled = "The call was cancelled.";
    private static readonly TimeSpan RetryWhenBusy = TimeSpan.FromSeconds(15);
    private readonly ModuleObject<INotifier> notifier = new(moduleId, create, made => made.Id);
    private readonly ModuleCalls calls = new(moduleId, Budget, health, clock, MaxCalls);

    public string Id => moduleId;

    public async Task<IReadOnlyList<ChannelField>> DescribeAsync(CancellationToken cancellationToken) =>
        await Call(made => made.Fields, cancellationToken) is CallResult<IReadOnlyList<ChannelField>>.Answer answer ? answer.Value : [];

    public async Task<IReadOnlyList<ChannelProblem>> ValidateAsync(ChannelSettings settings, CancellationToken cancellationToken) =>
        await Call(made => made.Validate(settings).Select(Checked), cancellationToken) switch
        {
            CallResult<IReadOnlyList<ChannelProblem>>.Answer answer => answer.Value,
            _ when cancellationToken.IsCancellationRequested => [new ChannelProblem("", Cancelled)],
            CallResult<IReadOnlyList<ChannelProblem>>.Fault fault => [new ChannelProblem("", fault.Problem)],
            _ => [new ChannelProblem("", $"{moduleId} is busy. Try again.")],
        };

    public async Task<NoticeResult> SendAsync(Notice notice, ChannelSettings settings, CancellationToken cancellationToken) =>
        await calls.RunAsync<NoticeResult, INotifier>(notifier, async (made, token) => Checked(await made.SendAsync(notice, settings, token)), cancellationToken) switch
        {
            CallResult<NoticeResult>.Answer answer => answer.Value,
            _ when cancellationToken.IsCancellationRequested => new NoticeResult.Unavailable(Cancelled),
            CallResult<NoticeResult>.Fault fault => new NoticeResult.Unavailable(fault.Problem),
            _ => new NoticeResult.Unavailable($"{moduleId} is busy with other notices.", RetryWhenBusy),
        };

    public void Dispose() => calls.Dispose();

    /// <summary>Calls a synchronous member and copies the list within the call, because the list may be lazy or endless, or contain null.</summary>
    private Task<CallResult<IReadOnlyList<T>>> Call<T>(Func<INotifier, IEnumerable<T>> member, CancellationToken cancellationToken)
        where T : class => calls.RunAsync<IReadOnlyList<T>, INotifier>(
            notifier, (made, _) => Task.FromResult<IReadOnlyList<T>?>([.. member(made).Take(MaxFields).Select(static item => item ?? throw new ModuleException("An item of its answer is null."))]), cancellationToken);

    private static ChannelProblem Checked(ChannelProblem? problem) =>
        problem is { Field: { } field, Problem: { } text } ? new ChannelProblem(ModuleFault.Line(field), ModuleFault.Line(text)) : throw new ModuleException("A problem of its answer is null.");

    private static NoticeResult? Checked(NoticeResult? result) => result switch
    {
        NoticeResult.Delivered { Answer: { } answer } => new NoticeResult.Delivered(ModuleFault.Line(answer)),
        NoticeResult.Unavailable { Problem: { } problem } unavailable => new NoticeResult.Unavailable(ModuleFault.Line(problem), Checked(unavailable.RetryAfter)),
        NoticeResult.Failed { Problem: { } problem } failed => new NoticeResult.Failed(ModuleFault.Line(problem), Checked(failed.RetryAfter)),
        NoticeResult.Refused { Problem: { } problem } => new NoticeResult.Refused(ModuleFault.Line(problem)),
        null => null,
        _ => throw new ModuleException("The text of its answer is null."),
    };

    private static TimeSpan? Checked(TimeSpan? wait) => wait > TimeSpan.Zero ? (wait < MaxRetryAfter ? wait : MaxRetryAfter) : null;
}
