using System.Diagnostics;
using System.Net;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>Plug-ins that block resources of the whole process: threads of the pool, the console. The service continues as long as it can, names the possible causes, and ends on SIGTERM.</summary>
public sealed class BlockedPoolTests
{
    /// <summary>The start of the process, on a machine that does other work.</summary>
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);

    /// <summary>The service promises 20 s; the rest is for a busy machine.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    /// <summary>A blocking client, called in parallel.</summary>
    [Theory]
    [InlineData("source-pool-blocks-20")]
    [InlineData("source-pool-blocks-400")]
    [InlineData("source-console-locked")]
    public async Task PluginThatBlocksThreads_WhileItRuns_PoliciesAreServedAndTheServiceStops(string mode)
    {
        using var folder = new TempFolder();
        BadPlugins.Install(folder["plugins"], mode);
        await using var host = await HostProcess.StartAsync(ApiClient.Settings(("Modules:Path", folder["plugins"])), folder.Path);

        await Poll.Until(() => Answers(host), AnswerLimit, "the gateway answers again");
        await Poll.Until(() => Answers(host), AnswerLimit, "and goes on");

        await StopsAsync(host);
    }

    [Fact]
    public async Task PluginThatBlocksMoreThreadsThanThereAre_WhileItRuns_IsNamedAndTheServiceEnds()
    {
        using var folder = new TempFolder();
        BadPlugins.Install(folder["plugins"], "source-pool-blocks-5000");
        await using var host = await HostProcess.LaunchAsync(ApiClient.Settings(("Modules:Path", folder["plugins"])), folder.Path);

        await Poll.Until(() => Task.FromResult(host.Output.Contains("The thread pool does not answer", StringComparison.Ordinal)), StartLimit, "the log names the blocked pool");

        Assert.Contains("plug-ins of this process: source-pool-blocks-5000.", host.Output, StringComparison.Ordinal);
        await StopsAsync(host);
        Assert.Contains("The service did not stop within 20 s", host.Output, StringComparison.Ordinal);
    }

    /// <summary>It starts before the host does, and the service never gets ready.</summary>
    [Fact]
    public async Task PluginThatBlocksThreads_WhileItIsConfigured_IsNamed()
    {
        using var folder = new TempFolder();
        BadPlugins.Install(folder["plugins"], "source-pool-starves");

        var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => HostProcess.StartAsync(ApiClient.Settings(("Modules:Path", folder["plugins"])), folder.Path));

        Assert.Contains("The thread pool does not answer", failed.Message, StringComparison.Ordinal);
        Assert.Contains("plug-ins of this process: source-pool-starves.", failed.Message, StringComparison.Ordinal);
    }

    private static async Task<bool> Answers(HostProcess host)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        try
        {
            using var answer = await host.Client.GetAsync(new Uri(host.GatewayUrl, "/healthz"), limit.Token);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>By SIGTERM alone: <see cref="HostProcess.StopAsync"/> would kill it.</summary>
    private static async Task StopsAsync(HostProcess host)
    {
        using (var kill = Process.Start("kill", ["-TERM", host.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await Poll.Until(() => Task.FromResult(host.HasExited), StopLimit, "the process has ended");
    }
}
