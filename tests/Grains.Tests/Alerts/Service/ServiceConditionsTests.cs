using MtaSts.Application.Alerts;
using MtaSts.Application.Operation;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Alerts.Service;

/// <summary>Which states of a silo its operator is notified of, and in which words.</summary>
public sealed class ServiceConditionsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly ServiceStatus Fine = new(null, [], [Module("hostname.local", PluginHealth.Ok), Module("dns.rfc2136", PluginHealth.Off)], Spool(0), Certificate(CertificateTerm.Good));

    public static TheoryData<string, AlertSeverity, string> Cases => new(Wrong.Select(wrong => (wrong.Key, wrong.Value.Severity, wrong.Value.Words)).ToArray());

    private static readonly Dictionary<string, (Func<ServiceStatus, ServiceStatus> Break, StorageFailure? Storage, string Kind, AlertSeverity Severity, string Words)> Wrong = new(StringComparer.Ordinal)
    {
        ["intake"] = (status => status with { IntakeSilentSince = Now.AddHours(-30) }, null, AlertKinds.ServiceIntakeStopped, AlertSeverity.Warning, "since 2026-03-01 06:00 UTC"),
        ["spool"] = (status => status with { Spool = Spool(0.34) }, null, AlertKinds.ServiceSpoolGrowing, AlertSeverity.Warning, "30 %"),
        ["spool nearly full"] = (status => status with { Spool = Spool(0.76) }, null, AlertKinds.ServiceSpoolGrowing, AlertSeverity.Critical, "70 %"),
        ["spool unusable"] = (status => status with { Spool = Spool(0) with { Problem = "The disk is full." } }, null, AlertKinds.ServiceSpoolUnusable, AlertSeverity.Warning, "cannot be kept on the disk"),
        ["module fails"] = (status => status with { Plugins = [Module("hostname.x", PluginHealth.Failing, "HTTP 500")] }, null, AlertKinds.ServiceModuleFailing, AlertSeverity.Warning, "hostname.x (HTTP 500)"),
        ["module unusable"] = (status => status with { Plugins = [Module(null, PluginHealth.Unusable, "no assembly")] }, null, AlertKinds.ServiceModuleUnusable, AlertSeverity.Warning, "plugin.dll (no assembly)"),
        ["certificate late"] = (status => status with { Certificate = Certificate(CertificateTerm.RenewalLate) }, null, AlertKinds.ServiceCertificateEnds, AlertSeverity.Warning, "until 2026-03-12"),
        ["certificate urgent"] = (status => status with { Certificate = Certificate(CertificateTerm.RenewalUrgent) }, null, AlertKinds.ServiceCertificateEnds, AlertSeverity.Critical, "until 2026-03-12"),
        ["certificate expired"] = (status => status with { Certificate = Certificate(CertificateTerm.NotValid) }, null, AlertKinds.ServiceCertificateEnds, AlertSeverity.Critical, "until 2026-03-12"),
        ["certificate files"] = (status => status with { Certificate = Certificate(CertificateTerm.Good) with { Problems = ["The key does not match."] } }, null, AlertKinds.ServiceCertificateUnusable, AlertSeverity.Warning, "earlier certificate"),
        ["clock"] = (status => status with { ClockProblem = "The system clock is 3 hours ahead." }, null, AlertKinds.ServiceClockDiffers, AlertSeverity.Warning, "system clock"),
        ["port 25"] = (status => status with { Port25 = Port25Block.All }, null, AlertKinds.ServicePort25Blocked, AlertSeverity.Warning, "not watched"),
        ["port 25 over IPv6"] = (status => status with { Port25 = Port25Block.Ipv6 }, null, AlertKinds.ServicePort25Blocked, AlertSeverity.Warning, "IPv4 only"),
        ["disk was full"] = (status => status, new StorageFailure(Now.AddMinutes(-50), Now.AddMinutes(-59), true), AlertKinds.ServiceStorageFailed, AlertSeverity.Critical, "disk of the store was full"),
        ["store was away"] = (status => status, new StorageFailure(Now.AddHours(-3), Now.AddMinutes(-1), false), AlertKinds.ServiceStorageFailed, AlertSeverity.Critical, "took no writes"),
    };

    [Theory, MemberData(nameof(Cases))]
    public void Of_AStatusThatIsWrong_IsTheConditionWithItsWords(string name, AlertSeverity severity, string words)
    {
        var wrong = Wrong[name];
        var condition = Assert.Single(ServiceConditions.Of(wrong.Break(Fine), wrong.Storage, Now));
        Assert.Equal(wrong.Kind, condition.Kind);
        var text = AlertCatalog.Describe(new AlertView { Id = "1", Domain = AlertView.Service, Kind = condition.Kind, Parameters = condition.With(AlertParameters.Silos, ["10.0.0.1:11111"]).Parameters, RaisedAt = Now, UpdatedAt = Now });
        Assert.Equal((severity, "/settings"), (text.Severity, text.Link));
        Assert.Contains(words, text.Explanation, StringComparison.Ordinal);
        Assert.Contains("10.0.0.1:11111", text.Explanation, StringComparison.Ordinal);
        Assert.NotEmpty(text.NextStep);
    }

    /// <summary>Each kind about the service is raised by one of the cases above.</summary>
    [Fact]
    public void Cases_HaveEveryKind() =>
        Assert.Equal(AlertCatalog.Kinds.Where(kind => kind.StartsWith("service-", StringComparison.Ordinal)).Order(StringComparer.Ordinal), Wrong.Values.Select(wrong => wrong.Kind).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Of_AStatusThatIsFine_IsNothing()
    {
        Assert.Empty(ServiceConditions.Of(Fine, null, Now));
        Assert.Empty(ServiceConditions.Of(Fine with { Certificate = null, Spool = Spool(ServiceConditions.LeastSpoolShare / 2) }, null, Now));
        Assert.Empty(ServiceConditions.Of(Fine, new StorageFailure(Now.AddHours(-3), Now - ServiceConditions.StorageFailureFor, true), Now)); // Over for an hour.
    }

    private static SpoolView Spool(double share) => new("/var/spool", null, share > 0 ? 5 : 0, 900, share > 0 ? Now.AddHours(-1) : null, 0, [], share);

    private static PluginView Module(string? id, PluginHealth health, string? fault = null) =>
        new(id, id is null ? "/plugins/plugin.dll" : null, "1.0", "1.0", id is not null, [], health != PluginHealth.Off, health, fault is null ? null : new PluginFaultView(Now, fault));

    private static ServiceCertificate Certificate(CertificateTerm term) => new("/etc/tls", ["*.example"], Now.AddDays(-80), Now.AddDays(10), term, [], false, null, []);
}
