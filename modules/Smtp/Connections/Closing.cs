using Microsoft.AspNetCore.Connections;

namespace MtaSts.Modules.Smtp.Connections;

/// <summary>Ends a connection whether its client reads or not: what is sent to one that does not read would hold its place for ever.</summary>
internal static class Closing
{
    /// <summary>How long a client has to read what was said to it last. Bounds: clients that read nothing.</summary>
    public static readonly TimeSpan Time = TimeSpan.FromSeconds(3);

    /// <summary>Sends what was flushed, and closes.</summary>
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
