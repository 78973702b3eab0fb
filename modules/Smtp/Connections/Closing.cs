using Microsoft.AspNetCore.Connections;

namespace MtaSts.Modules.Smtp.Connections;

/// <summary>Closes a connection even if its client does not read: unread data would otherwise keep its place for ever.</summary>
internal static class Closing
{
    /// <summary>How long a client has to read the last reply. Bounds: clients that read nothing.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(3);

    /// <summary>Sends flushed data, and closes.</summary>
    public static async Task CloseAsync(this ConnectionContext transport, TimeProvider clock)
    {
        await transport.Transport.Output.CompleteAsync();
        await transport.Transport.Input.CompleteAsync();
        var closed = transport.DisposeAsync().AsTask();
        try
        {
            await closed.WaitAsync(Time, clock);
        }
        catch (TimeoutException)
        {
            transport.Abort();
            await closed;
        }
    }
}
