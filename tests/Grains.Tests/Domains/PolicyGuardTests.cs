using MtaSts.Grains.Domains;
using MtaSts.Modules.Dns;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Domains;

public sealed class PolicyGuardTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("enforce", "mx1.example.com", "mx1.example.com mx2.example.com", "mx-not-covered!")]
    [InlineData("testing", "mx1.example.com", "mx1.example.com mx2.example.com", "mx-not-covered")]
    [InlineData("none", "mx1.example.com", "mx1.example.com mx2.example.com", "")]
    [InlineData("testing", "mx1.example.com mx9.example.com", "mx1.example.com", "mx-matches-nothing")]
    [InlineData("testing", "mx1.example.com *.provider.example", "mx1.example.com", "mx-matches-nothing! mx-wildcard")]
    [InlineData("testing", "*.example.com", "mx1.example.com mx2.example.com", "mx-wildcard")]
    [InlineData("testing", "mx1.example.com", "", "mx-unseen")]
    [InlineData("enforce", "mx1.example.com", "", "mx-unseen!")]
    [InlineData("testing", "mx1.example.com", ".", "mx-matches-nothing")]
    public void Advise_AgainstTheMxSeen_NamesWhatDoesNotFit(string mode, string mx, string seen, string expected)
    {
        Assert.True(PolicyModes.TryParse(mode, out var parsed));
        var next = new PolicyContent(parsed, mx.Split(' '), 604_800);
        Assert.Equal(expected, Codes(PolicyGuard.Advise(next, Served(PolicyMode.Enforce, TimeSpan.FromDays(30)), Seen(seen))));
    }

    [Theory]
    [InlineData(null, 0, "enforce-untested!")]
    [InlineData("none", 30, "enforce-untested!")]
    [InlineData("testing", 3, "")] // The conditions for enforce are judged by the application.
    [InlineData("enforce", 0, "")]
    public void Advise_ToEnforce_GoesByWhatWasServedBefore(string? before, int days, string expected)
    {
        var current = before is null ? null : Served(PolicyModes.TryParse(before, out var mode) ? mode : default, TimeSpan.FromDays(days));
        var next = new PolicyContent(PolicyMode.Enforce, ["mx1.example.com"], 604_800);
        Assert.Equal(expected, Codes(PolicyGuard.Advise(next, current, Seen("mx1.example.com"))));
    }

    /// <summary>Hosting was switched off: senders no longer report what the policy in testing would have blocked.</summary>
    [Fact]
    public void Advise_ToEnforceWhileRetiringFromTesting_BeginsWithTestingAgain()
    {
        var before = Served(PolicyMode.Testing, TimeSpan.FromDays(30)) with { ServedUntil = Now };
        Assert.Equal("enforce-untested!", Codes(PolicyGuard.Advise(new PolicyContent(PolicyMode.Enforce, ["mx1.example.com"], 604_800), before, Seen("mx1.example.com"))));
    }

    [Fact]
    public void Advise_ShortEnforcedPolicy_SaysSo() =>
        Assert.Contains(PolicyGuard.Advise(new PolicyContent(PolicyMode.Enforce, ["mx1.example.com"], 86_400), Served(PolicyMode.Enforce, TimeSpan.Zero), Seen("mx1.example.com")), advice => advice is { Field: "maxAge", NeedsOverride: false });

    private static string Codes(IEnumerable<PolicyAdvice> advice) => string.Join(' ', advice.Select(item => item.Code + (item.NeedsOverride ? "!" : "")));

    private static PolicyVersion Served(PolicyMode mode, TimeSpan since) => new()
    {
        Number = 1,
        Id = "1",
        Content = new PolicyContent(mode, ["mx1.example.com"], 604_800),
        Workspace = "ws",
        CreatedAt = Now - since,
        CreatedBy = "owner",
        ServedFrom = Now - since,
    };

    private static LookupView Seen(string mx) =>
        mx.Length == 0 ? new LookupView(DnsStatus.NoName, [], 0, null) : new LookupView(DnsStatus.Found, mx.Split(' '), 300, null);
}
