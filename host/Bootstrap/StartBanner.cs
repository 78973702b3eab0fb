namespace MtaSts.Host.Bootstrap;

/// <summary>The text printed after the start: the URLs and how to sign in.</summary>
internal sealed class StartBanner(IConfiguration configuration, IHostApplicationLifetime lifetime, TextWriter output) : IHostedService
{
    /// <summary>How to sign in; set while starting.</summary>
    public string SignIn { get; set; } = "";

    /// <summary>A notice about the limits of this instance; shown first.</summary>
    public string? Notice { get; set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(Show);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Show() => output.WriteLine($"""

          MtaSts is running.{(Notice is null ? "" : "\n  " + Notice)}
            dashboard and API    {configuration["Dashboard:Url"]}
            gateway for senders  {configuration["Gateway:Url"]}
            {SignIn}
        """);
}
