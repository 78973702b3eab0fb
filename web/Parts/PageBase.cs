using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Logging;
using MtaSts.Application;
using MtaSts.Web.Layout;

namespace MtaSts.Web.Parts;

/// <summary>
/// Base of every page: the session and its actor, the clock, and calls of the application whose failure is shown as a message with a retry, never as a broken page.
/// </summary>
public abstract partial class PageBase : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource gone = new();

    [CascadingParameter]
    public required Session Session { get; set; }

    [Inject]
    protected TimeProvider Clock { get; set; } = null!;

    [Inject]
    private ILoggerFactory Logging { get; set; } = null!;

    /// <summary>The last call failed: the service or its storage does not answer.</summary>
    protected bool Down { get; private set; }

    /// <summary>A command is running: buttons are disabled.</summary>
    protected bool Busy { get; private set; }

    /// <summary>Cancelled when the user has left.</summary>
    protected CancellationToken Gone => gone.Token;

    protected Actor Actor => Session.Actor;

    protected DateTimeOffset Now => Clock.GetUtcNow();

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>
    /// The page answers a request and has no connection yet: it shows only what is known without a read. Its connection reads the data, once, so that
    /// nothing is shown, removed and shown again.
    /// </summary>
    protected bool IsPrerendering => !RendererInfo.IsInteractive;

    /// <summary>For the answer to a request: whether the addressed object does not exist. False in an outage.</summary>
    protected async Task<bool> IsMissing(Func<Task<bool>> exists)
    {
        ArgumentNullException.ThrowIfNull(exists);
        try
        {
            return !await exists();
        }
        catch (Exception exception)
        {
            LogFailed(Logging.CreateLogger(GetType()), exception);
            return false;
        }
    }

    /// <summary>Runs calls of the application; false when they failed, which <see cref="Down"/> then shows, or are left to the connection.</summary>
    protected async Task<bool> Attempt(Func<Task> calls)
    {
        ArgumentNullException.ThrowIfNull(calls);
        if (IsPrerendering)
            return false;
        try
        {
            await calls();
            Down = false;
            return true;
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            return false;
        }
        catch (Exception exception)
        {
            LogFailed(Logging.CreateLogger(GetType()), exception);
            Down = true;
            return false;
        }
    }

    /// <summary>As <see cref="Attempt"/>, with <see cref="Busy"/> set meanwhile; does nothing while another command runs.</summary>
    protected async Task<bool> Command(Func<Task> calls)
    {
        if (Busy)
            return false;
        Busy = true;
        try
        {
            return await Attempt(calls);
        }
        finally
        {
            Busy = false;
        }
    }

    /// <summary>Repeats while the page is open.</summary>
    protected void Every(TimeSpan period, Func<Task> work)
    {
        if (!IsPrerendering)
            _ = Repeat(period, work);
    }

    private async Task Repeat(TimeSpan period, Func<Task> work)
    {
        using var timer = new PeriodicTimer(period, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(gone.Token))
            {
                await InvokeAsync(async () =>
                {
                    await work();
                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException)
        {
            // The user has left.
        }
        catch (ObjectDisposedException)
        {
            // The user has left between two steps.
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    }

    [LoggerMessage(1701, LogLevel.Warning, "A call from a page failed; the page shows an error and offers a retry")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
