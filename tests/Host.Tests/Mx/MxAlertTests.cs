using System.Collections.Immutable;
using MtaSts.Application.Alerts;
using MtaSts.Grains;
using MtaSts.Grains.Domains;
using MtaSts.Modules.Dns;
using MtaSts.Peers;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Host.Tests.Mx;

/// <summary>From a real Postfix to the alert and back: its faults, what the owner reads, and that the mended server resolves it.</summary>
public sealed class MxAlertTests : IDisposable
{
    private const string Workspace = "ws-alice";
    private readonly MxScene scene = new();
    private readonly HostingOptions options = new() { ProbeMx = true };
    private readonly DomainLifecycle lifecycle;
    private DomainState state;

    public MxAlertTests()
    {
        lifecycle = new DomainLifecycle(new NamingOptions(), options);
        state = DomainLifecycle.AddClaim(new DomainState(), Workspace, "token", scene.Clock.GetUtcNow()).State with
        {
            Elsewhere = new PolicyElsewhere("1", null, new PolicyContent(PolicyMode.Enforce, [MxScene.Host], 86_400)),
            LastObservation = new Observation(MxScene.Domain, scene.Clock.GetUtcNow(), Nothing, Nothing, Nothing, Nothing),
        };
    }

    private static LookupView Nothing => new(DnsStatus.NoData, [], 0, null);

    public void Dispose() => scene.Dispose();

    [Fact]
    public Task Expired_IsToldAndResolved() => IsToldAsync(AlertKinds.MxCertificateExpired, "valid from", scene.Tls(MxScene.Certificate(scene.Authority, -20, -1)));

    [Fact]
    public Task OtherName_IsToldAndResolved() => IsToldAsync(AlertKinds.MxCertificateOtherName, "is for mail.example.com", scene.Tls(MxScene.Certificate(scene.Authority, name: "mail.example.com")));

    [Fact]
    public Task SelfSigned_IsToldAndResolved() => IsToldAsync(AlertKinds.MxCertificateNotTrusted, "UntrustedRoot", scene.Tls(TestCertificate.Now(MxScene.Host)));

    [Fact]
    public Task UnknownAuthority_IsToldAndResolved()
    {
        using var strange = new TestAuthority();
        return IsToldAsync(AlertKinds.MxCertificateNotTrusted, "PartialChain", scene.Tls(MxScene.Certificate(strange)));
    }

    [Fact]
    public Task NoStarttls_IsToldAndResolved() => IsToldAsync(AlertKinds.MxNoStarttls, "No STARTTLS is offered by mx.example.com (127.0.0.1)", "smtpd_tls_security_level = none");

    [Fact]
    public Task OnlyTls10_IsToldAndResolved() => IsToldAsync(
        AlertKinds.MxTlsFailed, "version 1.2", [.. scene.Tls(MxScene.Certificate(scene.Authority)), "smtpd_tls_protocols = >=TLSv1, <=TLSv1", "smtpd_tls_ciphers = medium", "tls_medium_cipherlist = ALL:@SECLEVEL=0"]);

    [Fact]
    public Task NotRenewed_IsToldAndResolved() => IsToldAsync(AlertKinds.MxCertificateEnds, "should have been renewed", scene.Tls(MxScene.Certificate(scene.Authority, -20, 8)));

    [Fact]
    public async Task StaleTlsa_IsToldAndResolved()
    {
        await using var server = await PostfixServer.StartAsync(MxScene.Domain, "discard:", scene.Tls(MxScene.Certificate(scene.Authority)));
        const string Stale = "3 1 1 0000000000000000000000000000000000000000000000000000000000000000";
        scene.PublishTlsa(Stale);
        var alert = await ToldAsync(server);
        Assert.Equal((AlertKinds.MxTlsaNotMatched, AlertSeverity.Critical), (alert.Kind, Text(alert).Severity));
        Assert.Equal([Stale], alert.Parameters[AlertParameters.Expected]);

        scene.PublishTlsa(alert.Parameters[AlertParameters.Seen].Single()); // What the alert says to publish.
        await ProbeAsync(server);
        Assert.Empty(Open);
    }

    private ImmutableArray<AlertCondition> Open => [.. state.Claims[0].Alerts];

    private async Task IsToldAsync(string kind, string words, params string[] faulty)
    {
        await using (var server = await PostfixServer.StartAsync(MxScene.Domain, "discard:", faulty))
        {
            var alert = await ToldAsync(server);
            Assert.Equal(kind, alert.Kind);
            Assert.Equal([MxScene.Host], alert.Parameters[AlertParameters.Mx]);
            Assert.Equal(["127.0.0.1"], alert.Parameters[AlertParameters.Address]);
            Assert.All(new[] { AlertParameters.Expected, AlertParameters.Seen, AlertParameters.Since }, name => Assert.NotEmpty(alert.Parameters[name]));
            Assert.Contains(words, Text(alert).Message, StringComparison.Ordinal);
            Assert.Equal(AlertSeverity.Critical, Text(alert).Severity);
        }
        await using var mended = await PostfixServer.StartAsync(MxScene.Domain, "discard:", scene.Tls(MxScene.Certificate(scene.Authority)));
        await ProbeAsync(mended);
        Assert.Empty(Open);
    }

    private async Task<AlertCondition> ToldAsync(PostfixServer server)
    {
        await ProbeAsync(server);
        Assert.Empty(Open);
        scene.Clock.Advance(options.OutsideGrace);
        await ProbeAsync(server);
        return Assert.Single(Open);
    }

    private async Task ProbeAsync(PostfixServer server)
    {
        var probe = await scene.ProbeAsync(server.Port);
        state = lifecycle.MxProbed(state, probe, scene.Clock.GetUtcNow(), scene.Clock.GetUtcNow());
    }

    private static AlertText Text(AlertCondition alert) =>
        AlertCatalog.Describe(new AlertView { Id = "1", Domain = MxScene.Domain, Kind = alert.Kind, Parameters = alert.Parameters, RaisedAt = default, UpdatedAt = default });
}
