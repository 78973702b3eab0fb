using System.Text.RegularExpressions;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.EndToEnd.Dashboard;

/// <summary>What belongs to one session's open page is of no use to another's, and ends with its session.</summary>
public sealed partial class CircuitTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task ConnectCircuit_WithAnothersCircuitId_IsRefused()
    {
        await using var host = await HostProcess.StartAsync(ApiClient.Settings());
        var owner = await new DashboardVisitor(host).SignInAsync();
        var other = await new DashboardVisitor(host).SignInAsync();
        string circuit;
        await using (var page = await BlazorWire.ConnectAsync(host, owner))
            circuit = Assert.IsType<string>(await StartAsync(page, host, "[]"));

        await using var stranger = await BlazorWire.ConnectAsync(host, other);
        Assert.Equal(false, await stranger.CallAsync("ConnectCircuit", circuit));
        await using var again = await BlazorWire.ConnectAsync(host, owner);
        Assert.Equal(true, await again.CallAsync("ConnectCircuit", circuit));
    }

    [Fact]
    public async Task StartCircuit_WithAnothersDescriptors_LeadsToTheSignIn()
    {
        await using var host = await HostProcess.StartAsync(ApiClient.Settings());
        var owner = await new DashboardVisitor(host).SignInAsync();
        var other = await new DashboardVisitor(host).SignInAsync();
        var descriptors = await DescriptorsAsync(owner);

        await using var stranger = await BlazorWire.ConnectAsync(host, other);
        await StartAsync(stranger, host, descriptors);
        await stranger.UntilSentAsync("/sign-in?returnUrl");
        Assert.False(stranger.HasSent("No domains yet"));

        await using var own = await BlazorWire.ConnectAsync(host, owner);
        await StartAsync(own, host, descriptors);
        await own.UntilSentAsync("No domains yet");
        Assert.False(own.HasSent("/sign-in?returnUrl"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Circuit_OfASessionThatHasEnded_Ends(bool byPassword)
    {
        await using var host = await HostProcess.StartAsync(ApiClient.Settings());
        var owner = await new DashboardVisitor(host).SignInAsync();
        await using var page = await BlazorWire.ConnectAsync(host, owner);
        await StartAsync(page, host, await DescriptorsAsync(owner));
        await page.UntilSentAsync("No domains yet");

        if (byPassword)
        {
            var elsewhere = await new DashboardVisitor(host).SignInAsync();
            await elsewhere.FillInAsync("/settings/password", null, ("_handler", "password"), ("Entry.Current", DashboardVisitor.Password), ("Entry.New", "another password of the test"));
        }
        else
        {
            await new DashboardVisitor(host) { Cookies = new(owner.Cookies) }.SignOutAsync();
        }

        await page.UntilSentAsync("/sign-in?returnUrl");
        await Poll.Until(() => page.IsClosed, Limit, "the connection has ended");
    }

    [Fact]
    public async Task Connect_MoreThanAnAccountMayHave_IsRefused()
    {
        await using var host = await HostProcess.StartAsync(ApiClient.Settings());
        var owner = await new DashboardVisitor(host).SignInAsync();
        List<BlazorWire> pages = [];
        for (var i = 0; i < 60; i++)
            pages.Add(await BlazorWire.ConnectAsync(host, owner));

        await Poll.Until(() => pages.Count(page => page.IsClosed) == 20, Limit, "twenty of sixty were refused");

        foreach (var page in pages)
            await page.DisposeAsync();
    }

    private static Task<object?> StartAsync(BlazorWire wire, HostProcess host, string descriptors) =>
        wire.CallAsync("StartCircuit", host.DashboardUrl.ToString(), host.DashboardUrl.ToString(), descriptors, "");

    private static async Task<string> DescriptorsAsync(DashboardVisitor visitor)
    {
        using var page = await visitor.SendAsync(HttpMethod.Get, "/");
        return $"[{string.Join(',', Descriptor().Matches(await page.Content.ReadAsStringAsync()).Select(match => match.Groups[1].Value))}]";
    }

    [GeneratedRegex("<!--Blazor:(\\{\"type\":\"server\".*?\\})-->")]
    private static partial Regex Descriptor();
}
