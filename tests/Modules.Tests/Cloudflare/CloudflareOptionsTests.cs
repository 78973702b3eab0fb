using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MtaSts.Modules.Cloudflare;
using MtaSts.Modules.Cloudflare.Simulator;
using MtaSts.Modules.Hostnames;
using Xunit;

namespace MtaSts.Modules.Tests.Cloudflare;

public sealed class CloudflareOptionsTests
{
    private const string Zone = "5c0ffee0c0ffee0c0ffee0c0ffee0c0f";

    [Theory]
    [InlineData("ApiToken", "", "Cloudflare:ApiToken is not set")]
    [InlineData("ApiToken", "secret token\n", "Copy it without quotes")]
    [InlineData("ZoneId", "", "Cloudflare:ZoneId is not set")]
    [InlineData("ZoneId", "example.com", "The zone's name is not its id")]
    [InlineData("ApiUrl", "http://api.cloudflare.com/", "must begin with https://")]
    [InlineData("RequestsPerFiveMinutes", "0", "between 1 and 1200")]
    [InlineData("RequestsPerFiveMinutes", "1201", "between 1 and 1200")]
    [InlineData("ListingLifetime", "00:06:00", "between 1 second and 5 minutes")]
    [InlineData("ZoneID2", "x", "ZoneID2")]
    public async Task Ensure_SettingWrong_FailsWithTheSettingAndWithoutTheToken(string name, string value, string words)
    {
        await using var stage = await CloudflareStage.StartAsync(null, ("Cloudflare:" + name, value));
        var failed = Assert.IsType<HostnameProgress.Failed>(await stage.EnsureAsync());
        Assert.Contains(words, failed.Reason, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failed.Reason, StringComparison.Ordinal);
        Assert.Contains(words, Assert.IsType<HostnameRemoval.Failed>(await stage.RemoveAsync()).Reason, StringComparison.Ordinal);
        Assert.Equal(0, stage.Simulator.Requests);
    }

    [Fact]
    public async Task Options_UnderTheModulesId_Win()
    {
        await using var stage = await CloudflareStage.StartAsync(null, ("Modules:hostname.cloudflare:ZoneId", Zone), ("Cloudflare:ZoneId", "wrong"));
        Assert.Equal(Zone, stage.Services.GetRequiredService<IOptions<CloudflareOptions>>().Value.ZoneId);
    }

    [Fact]
    public async Task Start_ChosenAndNotSetUp_StopsTheStart()
    {
        await using var stage = await CloudflareStage.StartAsync(null, ("Cloudflare:ApiToken", ""));
        var exception = await Assert.ThrowsAsync<OptionsValidationException>(stage.CheckAtStartAsync);
        Assert.Contains("Cloudflare:ApiToken is not set", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_AnotherProviderChosen_AsksForNothing()
    {
        await using var stage = await CloudflareStage.StartAsync(null, ("Cloudflare:ApiToken", ""), ("Hosting:Provider", "Local"));
        await stage.CheckAtStartAsync();
        Assert.Equal(0, stage.Simulator.Requests);
    }

    [Theory]
    [InlineData(null, "Information", "1121")]
    [InlineData(Fault.InternalError, "Warning", "1124")]
    [InlineData(Fault.NoAnswer, "Warning", "1124")]
    [InlineData(Fault.Unauthorized, "Error", "1123")]
    public async Task Start_ZoneChecked_IsToldInTheLog(Fault? fault, string level, string eventId)
    {
        await using var stage = await CloudflareStage.StartAsync();
        if (fault is { } wrong)
            stage.Simulator.Faults.Add(wrong);
        await stage.CheckAtStartAsync();
        Assert.Contains(stage.Log.Lines, line => line.StartsWith(level, StringComparison.Ordinal) && line.Contains($" {eventId} ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_NoFallbackOrigin_IsAnError()
    {
        await using var stage = await CloudflareStage.StartAsync();
        await stage.Simulator.SetFallbackOriginAsync(null, CloudflareStage.Cancelled);
        await stage.CheckAtStartAsync();
        Assert.Contains(stage.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal) && line.Contains("fallback origin is not set", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Start_QuotaExceeded_IsAWarning()
    {
        await using var stage = await CloudflareStage.StartAsync(new() { Token = CloudflareStage.Token, CnameTarget = CloudflareStage.Target, AllowReservedNames = true, Allocated = 0 });
        await stage.CheckAtStartAsync();
        Assert.Contains(stage.Log.Lines, line => line.StartsWith("Warning", StringComparison.Ordinal) && line.Contains(" 1125 ", StringComparison.Ordinal));
    }
}
