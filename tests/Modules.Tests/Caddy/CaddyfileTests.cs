using MtaSts.Modules.Caddy;
using MtaSts.Modules.Caddy.Setup;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Modules.Tests.Caddy;

public sealed class CaddyfileTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Caddyfile_WithoutAnySetting_IsTakenByCaddy()
    {
        var text = Caddyfile.Of(new CaddyOptions());
        Assert.Contains("ask http://127.0.0.1:8462/ask\n", text, StringComparison.Ordinal);
        Assert.Contains("reverse_proxy localhost:8461 {", text, StringComparison.Ordinal);
        await AssertTakenAsync(text);
    }

    [Fact]
    public async Task Caddyfile_WithEverySetting_IsTakenByCaddy()
    {
        using var authority = new TestAuthority();
        await File.WriteAllTextAsync(folder["root.pem"], authority.RootPem, TestContext.Current.CancellationToken);
        var text = Caddyfile.Of(new CaddyOptions
        {
            AskUrl = "http://0.0.0.0:9000",
            AskSecret = "secret-of-twenty-or-more",
            Upstream = "http://[::]:9001",
            Bind = "127.0.0.2",
            Email = "hostmaster@service.net",
            AcmeDirectory = "https://localhost:14000/dir",
            AcmeRootPath = folder["root.pem"],
        });
        Assert.Contains("ask http://127.0.0.1:9000/ask/secret-of-twenty-or-more\n", text, StringComparison.Ordinal);
        Assert.Contains("reverse_proxy [::1]:9001 {", text, StringComparison.Ordinal);
        await AssertTakenAsync(text);
    }

    [Fact]
    public async Task Write_Again_ChangesNothing()
    {
        var path = folder["data/Caddyfile"];
        const UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        Assert.True(await CaddyfileWriter.WriteAsync(path, "one\n", mode, default));
        Assert.False(await CaddyfileWriter.WriteAsync(path, "one\n", mode, default));
        Assert.True(await CaddyfileWriter.WriteAsync(path, "two\n", mode, default));
        Assert.Equal("two\n", await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(mode, File.GetUnixFileMode(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public async Task Write_LeftoverOfAnInterruptedOne_IsReplaced()
    {
        await File.WriteAllTextAsync(folder["Caddyfile.new"], "half", TestContext.Current.CancellationToken);
        Assert.True(await CaddyfileWriter.WriteAsync(folder["Caddyfile"], "whole", UnixFileMode.UserRead, default));
        Assert.Equal("whole", await File.ReadAllTextAsync(folder["Caddyfile"], TestContext.Current.CancellationToken));
    }

    private async Task AssertTakenAsync(string text)
    {
        await File.WriteAllTextAsync(folder["Caddyfile"], text);
        var (valid, output) = await CaddyServer.ValidateAsync(folder["Caddyfile"]);
        Assert.True(valid, output);
        // Nothing unformatted, outdated or doubtful: it warns of no more than what is meant.
        string[] meant = ["redirects are disabled", "only on the HTTP port"];
        Assert.DoesNotContain(output.Split('\n'), line => line.Contains("\"warn\"", StringComparison.Ordinal) && !meant.Any(text => line.Contains(text, StringComparison.Ordinal)));
    }
}
