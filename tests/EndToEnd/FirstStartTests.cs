using System.Net;
using System.Text.RegularExpressions;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd;

/// <summary>What somebody meets who starts the service with nothing set.</summary>
public sealed partial class FirstStartTests
{
    [Fact]
    public async Task Start_WithNothingSet_ShowsWhereItIsAndHowToSignInOnce()
    {
        await using var host = await HostProcess.StartAsync();
        await Poll.Until(() => MadeUp().IsMatch(host.Output), Limit, "it says how to sign in");
        Assert.Contains(host.DashboardUrl.GetLeftPart(UriPartial.Authority), host.Output, StringComparison.Ordinal);
        Assert.Contains(host.GatewayUrl.GetLeftPart(UriPartial.Authority), host.Output, StringComparison.Ordinal);
        var password = MadeUp().Match(host.Output);
        Assert.DoesNotContain("warn:", host.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(host.WorkingDirectory, "data", "mtasts.db")));
        using var page = await host.Client.GetAsync(new Uri(host.DashboardUrl, "/sign-in"));
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("<form", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await host.StopAsync();
        await host.StartAgainAsync();

        await Poll.Until(() => host.Output.Contains("sign in as admin@localhost", StringComparison.Ordinal), Limit, "it says how to sign in");
        Assert.DoesNotContain(password.Groups[1].Value, host.Output, StringComparison.Ordinal);
    }

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    [GeneratedRegex("sign in as admin@localhost with the password (\\S+)")]
    private static partial Regex MadeUp();
}
