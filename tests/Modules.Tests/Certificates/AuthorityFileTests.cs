using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Modules.Certificates;
using MtaSts.Modules.Tests.Cloudflare;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Modules.Tests.Certificates;

/// <summary>Trusted authorities that are replaced while the process runs.</summary>
public sealed class AuthorityFileTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly FakeTimeProvider clock = new(Start);
    private readonly TempFolder folder = new();
    private readonly CapturedLog log = new();

    public void Dispose()
    {
        folder.Dispose();
        log.Dispose();
    }

    [Fact]
    public async Task Current_FileReplaced_IsTheNewAuthorities()
    {
        using var file = Open(Pem("one"));
        File.WriteAllText(folder["ca.pem"], Pem("two") + "\n" + Pem("three"));
        await UntilAsync(() => file.Current.Count == 2);
        Assert.Equal(["CN=two", "CN=three"], file.Current.Select(certificate => certificate.Subject));
    }

    [Theory]
    [InlineData("empty", "no certificate")]
    [InlineData("expired", "have expired")]
    [InlineData("cut off", "truncated")]
    public async Task Current_NewFileCannotBeUsed_IsTheOldOnes(string fault, string expected)
    {
        using var file = Open(Pem("one"));
        File.WriteAllText(folder["ca.pem"], fault switch
        {
            "expired" => TestCertificate.Make(Start.AddDays(-9), Start.AddDays(-1), null, "two").Pem,
            "cut off" => Pem("two") + "\n" + Pem("three")[..100],
            _ => "",
        });
        await UntilAsync(() => file.Problem is not null);
        Assert.Equal("CN=one", Assert.Single((IEnumerable<X509Certificate2>)file.Current).Subject);
        Assert.Contains(expected, file.Problem, StringComparison.Ordinal);
        Assert.Single(log.Lines, line => line.Contains(" 1182 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Current_OneOfSeveralExpired_IsUsed()
    {
        using var file = Open(Pem("one"));
        File.WriteAllText(folder["ca.pem"], TestCertificate.Make(Start.AddDays(-9), Start.AddDays(-1), null, "old").Pem + "\n" + Pem("new"));
        await UntilAsync(() => file.Current.Count == 2);
        Assert.Null(file.Problem);
    }

    /// <summary>Lets time pass until it is so; what the file system tells comes on a thread of its own.</summary>
    private Task UntilAsync(Func<bool> condition) => Poll.Until(
        () =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return condition();
        },
        TimeSpan.FromSeconds(30),
        "what was waited for");

    private static string Pem(string name) => TestCertificate.Make(Start.AddDays(-1), Start.AddDays(9), null, name).Pem;

    private AuthorityFile Open(string pem)
    {
        File.WriteAllText(folder["ca.pem"], pem);
        return new AuthorityFile("Test", folder["ca.pem"], clock, log.CreateLogger("test"));
    }
}
