using MtaSts.Modules.Listening;
using Xunit;

namespace MtaSts.Modules.Tests.Listening;

public sealed class ListenUrlTests
{
    [Theory]
    [InlineData("http://localhost:8461", "http://localhost:8461")]
    [InlineData("HTTP://LocalHost:8461/", "http://localhost:8461")]
    [InlineData("http://127.0.0.1", "http://127.0.0.1:80")]
    [InlineData("https://192.0.2.1", "https://192.0.2.1:443")]
    [InlineData("http://[::1]:8461", "http://[::1]:8461")]
    [InlineData("http://[2001:db8::1]", "http://[2001:db8::1]:80")]
    [InlineData("http://*:80", "http://*:80")]
    [InlineData("http://+:80", "http://*:80")]
    [InlineData("http://[::]:80", "http://*:80")]
    [InlineData("http://0.0.0.0:80", "http://0.0.0.0:80")]
    [InlineData("http://127.0.0.1:80;http://[::1]:80", "http://127.0.0.1:80 http://[::1]:80")]
    [InlineData(" http://127.0.0.1:80 ; http://[::1]:81 ; ", "http://127.0.0.1:80 http://[::1]:81")]
    [InlineData("http://0.0.0.0:80;http://[::]:80", "http://*:80")]
    [InlineData("http://[::]:80;http://0.0.0.0:80", "http://*:80")]
    [InlineData("http://127.0.0.1:80;http://127.0.0.1:80", "http://127.0.0.1:80")]
    [InlineData("http://127.0.0.1:80;http://0.0.0.0:80;http://192.0.2.1:80", "http://0.0.0.0:80")]
    [InlineData("http://0.0.0.0:80;http://[::1]:80", "http://0.0.0.0:80 http://[::1]:80")]
    [InlineData("http://127.0.0.1:80;http://localhost:80;http://[::1]:80", "http://localhost:80")]
    [InlineData("http://*:80;https://*:443", "http://*:80 https://*:443")]
    public void TryParse_AddressesOfThisMachine_AreEachBoundOnce(string setting, string expected)
    {
        Assert.True(ListenUrl.TryParse(setting, out var urls, out var problem), problem);
        Assert.Equal(expected, string.Join(' ', urls));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(";")]
    [InlineData("localhost:8461")]
    [InlineData("8461")]
    [InlineData("ftp://127.0.0.1:8461")]
    [InlineData("http://")]
    [InlineData("http://:8461")]
    [InlineData("http://example.com:8461")]
    [InlineData("http://mtasts:8461")]
    [InlineData("http://127.1:8461")]
    [InlineData("http://127.0.0.01:8461")]
    [InlineData("http://0x7f000001:8461")]
    [InlineData("http://::1:8461")]
    [InlineData("http://[127.0.0.1]:8461")]
    [InlineData("http://[::1:8461")]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://127.0.0.1:65536")]
    [InlineData("http://127.0.0.1:-1")]
    [InlineData("http://127.0.0.1:+80")]
    [InlineData("http://127.0.0.1:")]
    [InlineData("http://127.0.0.1:http")]
    [InlineData("http://127.0.0.1:8461/tls")]
    [InlineData("http://127.0.0.1:8461?x")]
    [InlineData("http://user@127.0.0.1:8461")]
    [InlineData("http://unix:/run/mtasts.sock")]
    [InlineData("http://127.0.0.1:8461,http://[::1]:8461")]
    [InlineData("http://127.0.0.1:8461 http://[::1]:8461")]
    [InlineData("http://127.0.0.1:8461;;http://[::1]:8461")]
    [InlineData("http://127.0.0.1:8461;example.com")]
    [InlineData("http://127.0.0.1:80;https://127.0.0.1:80")]
    [InlineData("http://*:80;https://127.0.0.1:80")]
    [InlineData("http://0.0.0.0:80;http://localhost:80")]
    public void TryParse_AnythingElse_IsRefusedWithWhatToWrite(string? setting)
    {
        Assert.False(ListenUrl.TryParse(setting, out _, out var problem));
        Assert.NotEmpty(problem);
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://*:8461", "http://localhost:8461/")]
    [InlineData("http://0.0.0.0:8461", "http://127.0.0.1:8461/")]
    [InlineData("http://[2001:db8::1]:8461", "http://[2001:db8::1]:8461/")]
    public void Reachable_EveryAddress_IsLoopback(string setting, string expected)
    {
        Assert.True(ListenUrl.TryParse(setting, out var urls, out _));
        Assert.Equal(expected, urls[0].Reachable.ToString());
    }
}
