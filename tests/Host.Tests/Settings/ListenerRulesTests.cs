using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using MtaSts.Host.Settings;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Host.Tests.Settings;

/// <summary>Places to listen at: found wrong before a store is made.</summary>
public sealed class ListenerRulesTests
{
    [Theory]
    [InlineData("Gateway:Url", "http://127.0.0.1:8460")]
    [InlineData("Gateway:Url", "http://*:8460")]
    [InlineData("Gateway:Url", "http://0.0.0.0:8460")]
    [InlineData("Gateway:Url", "HTTP://localhost:8460/")]
    [InlineData("Gateway:Url", "http://127.0.0.1:9000;http://[::1]:8460")]
    [InlineData("Modules:source.smtp:Smtp", "127.0.0.1:8461")]
    [InlineData("Modules:source.smtp:Lmtp", "*:8460")]
    [InlineData("Modules:source.smtp:Smtp", "127.0.0.1:2525,127.0.0.1:2525")]
    public void Problems_TwoSettingsOnePort_NamesBoth(string key, string value) => Assert.Contains(key, Assert.Single(Problems((key, value))), StringComparison.Ordinal);

    [Fact]
    public void Problems_SmtpAndLmtpOnePort_NamesBoth() =>
        Assert.Contains("Lmtp and Modules:source.smtp:Smtp", Assert.Single(Problems(("Modules:source.smtp:Smtp", "127.0.0.1:2525"), ("Modules:source.smtp:Lmtp", "*:2525"))), StringComparison.Ordinal);

    [Fact]
    public void Problems_PortsOfTheirOwn_None() =>
        Assert.Empty(Problems(("Modules:source.smtp:Smtp", "127.0.0.1:2525,[::1]:2525"), ("Modules:source.smtp:Lmtp", "unix:/run/x.sock"), ("Hosting:Provider", "Caddy"), ("Gateway:Url", "http://192.0.2.1:8460;http://[::1]:8461")));

    [Fact]
    public async Task StopAsync_PortInUse_NamesTheSetting()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var problem = Assert.Single((await Assert.ThrowsAsync<SettingsException>(() => Stop($"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}"))).Problems);
        Assert.StartsWith("Gateway:Url: 127.0.0.1:", problem, StringComparison.Ordinal);
        Assert.Contains("in use", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopAsync_AddressOfAnotherMachine_NamesTheSetting() =>
        Assert.Contains("Gateway:Url: 203.0.113.9:", Assert.Single((await Assert.ThrowsAsync<SettingsException>(() => Stop($"http://203.0.113.9:{FreePort.Next()}"))).Problems), StringComparison.Ordinal);

    [Fact]
    public async Task StopAsync_FreePlaces_Returns()
    {
        foreach (var host in new[] { "127.0.0.1", "localhost", "*", "0.0.0.0" })
            await Stop($"http://{host}:{FreePort.Next()}");
    }

    private static Task Stop(string gateway) => ListenerRules.StopAsync(Configuration(("Gateway:Url", gateway), ("Dashboard:Url", $"http://127.0.0.1:{FreePort.Next()}")), TimeSpan.Zero, TimeProvider.System);

    private static string[] Problems(params (string Key, string Value)[] settings) => [.. ListenerRules.Problems(Configuration([("Dashboard:Url", "http://localhost:8460"), ("Gateway:Url", "http://localhost:8461"), .. settings]))];

    private static ConfigurationManager Configuration(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        foreach (var (key, value) in settings)
            configuration[key] = value;
        return configuration;
    }
}
