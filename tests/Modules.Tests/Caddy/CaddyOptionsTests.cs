using MtaSts.Modules.Caddy;
using Xunit;

namespace MtaSts.Modules.Tests.Caddy;

public sealed class CaddyOptionsTests
{
    private const string Secret = "secret-of-twenty-or-more";

    public static TheoryData<string, CaddyOptions> Wrong => new()
    {
        { "Caddy:AskSecret", new() { AskUrl = "http://0.0.0.0:8462" } },
        { "Caddy:AskSecret", new() { AskUrl = "http://mtasts:8462" } },
        { "Caddy:AskUrl", new() { AskUrl = "https://127.0.0.1:8462" } },
        { "Caddy:AskUrl", new() { AskUrl = "http://127.0.0.1:8462/ask" } },
        { "Caddy:AskUrl", new() { AskUrl = "127.0.0.1:8462" } },
        { "Caddy:AskSecret", new() { AskSecret = "short" } },
        { "Caddy:AskSecret", new() { AskSecret = Secret + " }" } },
        { "Caddy:Address", new() { Address = "127.0.0.1" } },
        { "Caddy:Address", new() { Address = "::1:443" } },
        { "Caddy:Address", new() { Address = "127.0.0.1:0" } },
        { "Caddy:TrustedRootsPath", new() { TrustedRootsPath = "/no/such/file.pem" } },
        { "Gateway:Url", new() { Upstream = "https://localhost:8461" } },
        { "Caddy:Bind", new() { Bind = "127.0.0.1 ::1" } },
        { "Caddy:Email", new() { Email = "a@b.test\n}" } },
        { "Caddy:AcmeDirectory", new() { AcmeDirectory = "http://localhost/dir" } },
        { "Caddy:AcmeDirectory", new() { AcmeDirectory = "https://localhost/{env.SECRET}" } },
        { "Caddy:AcmeRootPath", new() { AcmeRootPath = "/etc/a b.pem" } },
    };

    public static TheoryData<CaddyOptions> Right => new()
    {
        new CaddyOptions(),
        new CaddyOptions { AskUrl = "http://localhost:8462", Address = "[::1]:443" },
        new CaddyOptions { AskUrl = "http://mtasts:8462", AskSecret = Secret, Address = "caddy:443", Upstream = "http://mtasts:8461" },
    };

    [Theory, MemberData(nameof(Wrong))]
    public void Validate_CannotWork_NamesTheSettingAndNotTheSecret(string named, CaddyOptions options)
    {
        var failures = new CaddyOptionsValidator().Validate(null, options).Failures!.ToArray();
        Assert.Contains(named, Assert.Single(failures), StringComparison.Ordinal);
        if (options.AskSecret is { } secret)
            Assert.DoesNotContain(secret, failures[0], StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Right))]
    public void Validate_CanWork_IsAccepted(CaddyOptions options) => Assert.True(new CaddyOptionsValidator().Validate(null, options).Succeeded);
}
