using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using MtaSts.Peers;

namespace MtaSts.EndToEnd.Notifications;

/// <summary>A receiver of webhooks that verifies the signature as Standard Webhooks asks. Its answer depends on the path: <c>/hang</c> none, <c>/gone</c> 410, others 204.</summary>
internal sealed class NoticeReceiver : IAsyncDisposable
{
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly HttpListener listener = new();
    private readonly CancellationTokenSource end = new();
    private readonly Task running;

    public NoticeReceiver()
    {
        Url = new Uri($"http://127.0.0.1:{FreePort.Next()}/");
        listener.Prefixes.Add(Url.AbsoluteUri);
        listener.Start();
        running = RunAsync();
    }

    public Uri Url { get; }

    public string Secret => "whsec_" + Convert.ToBase64String(key);

    /// <summary>Time before each answer: a service that is killed meanwhile does not learn it.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>The requests whose signature is right, with the path.</summary>
    public ConcurrentQueue<(string Path, string Id, JsonNode Body)> Notices { get; } = [];

    /// <summary>Requests whose signature is wrong.</summary>
    public ConcurrentQueue<string> Forged { get; } = [];

    public IEnumerable<JsonNode> To(string path) => Notices.Where(notice => notice.Path == path).Select(notice => notice.Body);

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Close();
        await running;
        end.Dispose();
    }

    private async Task RunAsync()
    {
        while (!end.IsCancellationRequested)
        {
            try
            {
                _ = HandleAsync(await listener.GetContextAsync());
            }
            catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task HandleAsync(HttpListenerContext context)
    {
        try
        {
            using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
            var body = await reader.ReadToEndAsync();
            var (id, time, signature) = (context.Request.Headers["webhook-id"]!, context.Request.Headers["webhook-timestamp"], context.Request.Headers["webhook-signature"]);
            var path = context.Request.Url!.AbsolutePath;
            if (signature == "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{time}.{body}"))))
                Notices.Enqueue((path, id, JsonNode.Parse(body)!));
            else
                Forged.Enqueue(body);
            if (path == "/hang")
                await Task.Delay(Timeout.Infinite, end.Token);
            await Task.Delay(Delay, end.Token);
            context.Response.StatusCode = path == "/gone" ? 410 : 204;
            context.Response.Close();
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or HttpListenerException or ObjectDisposedException)
        {
            // The service or the test has ended.
        }
    }
}
