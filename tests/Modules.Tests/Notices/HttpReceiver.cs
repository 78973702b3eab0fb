using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Modules.Http;
using MtaSts.Modules.Notices;
using MtaSts.Modules.Testing;
using MtaSts.Peers;

namespace MtaSts.Modules.Tests.Notices;

/// <summary>A receiver of webhooks on a loopback port, and the container of a module that sends to it.</summary>
internal sealed class HttpReceiver : IAsyncDisposable
{
    private readonly Lock gate = new();
    private readonly List<ReceivedPost> posts = [];
    private readonly WebApplication server;
    private readonly List<ServiceProvider> modules = [];

    private HttpReceiver(WebApplication server, Uri url) => (this.server, Url) = (server, url);

    /// <summary>Its root.</summary>
    public Uri Url { get; }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public ReceiverMood Mood { get; set; }

    /// <summary>Not null: answers instead of the mood.</summary>
    public Func<HttpContext, Task>? Answer { get; set; }

    /// <summary>Repeated in the answers of a receiver that fails or refuses.</summary>
    public string Echo { get; set; } = "";

    public IReadOnlyList<ReceivedPost> Posts
    {
        get
        {
            lock (gate)
                return [.. posts];
        }
    }

    /// <param name="certificate">For HTTPS; null for HTTP.</param>
    public static async Task<HttpReceiver> StartAsync(TestCertificate? certificate = null)
    {
        var port = FreePort.Next();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port, listen =>
        {
            if (certificate is not null)
                listen.UseHttps(certificate.Load());
        }));
        var receiver = new HttpReceiver(builder.Build(), new Uri(string.Create(CultureInfo.InvariantCulture, $"{(certificate is null ? "http" : "https")}://localhost:{port}/")));
        receiver.server.Run(receiver.HandleAsync);
        await receiver.server.StartAsync();
        return receiver;
    }

    /// <summary>The module's notifier in a container like the host's.</summary>
    public INotifier Load(IModule made, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("Modules:" + setting.Key, (string?)setting.Value))).Build();
        var builder = new TestModuleBuilder(configuration.GetSection("Modules"));
        builder.Services.AddLogging();
        builder.Services.AddSingleton<TimeProvider>(Clock);
        made.Configure(builder);
        builder.Services.AddModuleHttp(); // After the module's registrations, as the host does it.
        var module = builder.Services.BuildServiceProvider();
        modules.Add(module);
        return (INotifier)module.GetRequiredService(builder.Notifier!);
    }

    public Task LetTimePass()
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var module in modules)
            await module.DisposeAsync();
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await server.StopAsync(now.Token); // Without waiting for requests that hang.
        await server.DisposeAsync();
    }

    /// <summary>Ends when the client no longer reads.</summary>
    private static async Task FloodAsync(HttpContext context, string text)
    {
        try
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.WriteAsync(text, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // The client has closed the connection.
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        lock (gate)
            posts.Add(new ReceivedPost(context.Request.Method, context.Request.Path + context.Request.QueryString, context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase), body));
        if (Answer is { } answer)
        {
            await answer(context);
            return;
        }
        context.Response.StatusCode = Mood switch { ReceiverMood.Fails => 503, ReceiverMood.Refuses => 404, ReceiverMood.Redirects => 307, ReceiverMood.Floods => 500, _ => 200 };
        if (Mood == ReceiverMood.Redirects)
            context.Response.Headers.Location = $"/moved{context.Request.Path}{context.Request.QueryString}";
        if (Mood == ReceiverMood.Hangs)
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        else if (Mood == ReceiverMood.Breaks)
            context.Abort();
        else if (Mood == ReceiverMood.Floods)
            await FloodAsync(context, Echo + new string('x', 1_000));
        else if (Mood != ReceiverMood.Accepts)
            await context.Response.WriteAsync($"Cannot POST {context.Request.Path}{context.Request.QueryString} {Echo} {Uri.EscapeDataString(Echo)}");
    }
}

/// <summary>A request as received.</summary>
internal sealed record ReceivedPost(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);
