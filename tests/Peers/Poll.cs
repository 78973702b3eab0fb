using System.Diagnostics;
using Xunit;
using Xunit.Sdk;

namespace MtaSts.Peers;

/// <summary>Waits for the actions of another process. Tests await events of their own process instead of polling.</summary>
public static class Poll
{
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(25);

    /// <summary>Returns when the condition holds; fails the test after <paramref name="limit"/>, saying <paramref name="what"/> did not happen.</summary>
    /// <param name="interval">Between two checks; null for 25 ms.</param>
    public static Task Until(Func<bool> condition, TimeSpan limit, string what, TimeSpan? interval = null) => Until(condition, limit, () => what, interval);

    /// <inheritdoc cref="Until(Func{bool}, TimeSpan, string, TimeSpan?)"/>
    /// <param name="what">Called at the limit: it can return the progress.</param>
    public static Task Until(Func<bool> condition, TimeSpan limit, Func<string> what, TimeSpan? interval = null) => Until(() => Task.FromResult(condition()), limit, what, interval);

    /// <inheritdoc cref="Until(Func{bool}, TimeSpan, string, TimeSpan?)"/>
    /// <remarks>An exception counts as "not yet", unless it is an assertion's; the last one is shown at the limit.</remarks>
    public static Task Until(Func<Task<bool>> condition, TimeSpan limit, string what, TimeSpan? interval = null) => Until(condition, limit, () => what, interval);

    /// <inheritdoc cref="Until(Func{Task{bool}}, TimeSpan, string, TimeSpan?)"/>
    /// <param name="what">Called at the limit: it can return the progress.</param>
    public static async Task Until(Func<Task<bool>> condition, TimeSpan limit, Func<string> what, TimeSpan? interval = null)
    {
        var watch = Stopwatch.StartNew();
        Exception? last;
        do
        {
            last = null;
            try
            {
                if (await condition())
                    return;
            }
            catch (Exception exception) when (exception is not IAssertionException)
            {
                last = exception;
            }
            await Task.Delay(interval ?? Usual);
        }
        while (watch.Elapsed < limit);
        Assert.Fail($"Not within {limit.TotalSeconds:0.#} s: {what()}.{(last is null ? "" : $" Last: {last.GetType().Name}: {last.Message}")}");
    }
}
