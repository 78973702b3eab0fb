using MtaSts.Application.Reports;
using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Grains.Tests.Reports;

/// <summary>Failures narrowed to some of them, against the plain definition: those that have every chosen value.</summary>
public sealed class FailureFocusTests
{
    private static readonly ScorecardFailure[] Failures =
    [
        new(ResultTypes.CertificateExpired, "mx1.harbour.example", "Bigmail", PolicyTypes.Sts, 5) { Network = "192.0.2.0/24" },
        new(ResultTypes.CertificateExpired, "mx2.harbour.example", "Bigmail", PolicyTypes.Sts, 3) { Network = "192.0.2.0/24" },
        new(ResultTypes.CertificateExpired, "mx1.harbour.example", "Postbox", PolicyTypes.Tlsa, 2),
        new(ResultTypes.StarttlsNotSupported, null, "Postbox", PolicyTypes.Sts, 7) { Network = "198.51.100.0/24" },
    ];

    [Fact]
    public void Of_NothingChosen_IsAll()
    {
        Assert.True(FailureFocus.All.IsAll);
        Assert.Equal(Failures, FailureFocus.All.Of(Failures));
        Assert.Equal(17, FailureTotals.Sum(FailureFocus.All.Of(Failures)));
    }

    [Fact]
    public void Of_SeveralChosen_MustAllFit()
    {
        var focus = FailureFocus.All.With(FailureFacet.ResultType, ResultTypes.CertificateExpired).With(FailureFacet.MxHost, "mx1.harbour.example");
        Assert.Equal([Failures[0], Failures[2]], focus.Of(Failures));
        Assert.Equal([("Bigmail", 5L), ("Postbox", 2L)], FailureTotals.ByOrganization(focus.Of(Failures)).Select(o => (o.Organization, o.Failed)));
        Assert.Empty(focus.With(FailureFacet.Organization, "Nobody").Of(Failures));
    }

    [Fact]
    public void Of_ExceptAFacet_KeepsItsOtherValues()
    {
        var focus = FailureFocus.All.With(FailureFacet.ResultType, ResultTypes.CertificateExpired).With(FailureFacet.MxHost, "mx1.harbour.example");
        Assert.Equal(["mx1.harbour.example", "mx2.harbour.example"], FailureTotals.ByMxHost(focus.Of(Failures, FailureFacet.MxHost)).Select(host => host.MxHost));
        Assert.Equal([ResultTypes.CertificateExpired], FailureTotals.ByResultType(focus.Of(Failures, FailureFacet.ResultType)).Select(type => type.ResultType));
    }

    [Fact]
    public void Of_Unnamed_AreThoseThatNameNone()
    {
        Assert.Equal([Failures[3]], FailureFocus.All.With(FailureFacet.MxHost, FailureFocus.Unnamed).Of(Failures));
        Assert.Equal([Failures[2]], FailureFocus.All.With(FailureFacet.Network, FailureFocus.Unnamed).Of(Failures));
    }

    [Fact]
    public void With_ChosenAgainOrNull_IsAllOfThatFacet()
    {
        var one = FailureFocus.All.With(FailureFacet.Organization, "Bigmail");
        Assert.Equal([new(FailureFacet.Organization, "Bigmail")], one.Chosen);
        Assert.True(one.With(FailureFacet.Organization, "Bigmail").IsAll);
        Assert.True(one.With(FailureFacet.Organization, null).IsAll);
        Assert.Equal("Postbox", one.With(FailureFacet.Organization, "Postbox")[FailureFacet.Organization]);
        Assert.Equal("Bigmail", one[FailureFacet.Organization]); // The one before stays what it was.
    }

    [Fact]
    public void Of_EveryPairOfValues_AddsUpToTheWhole()
    {
        foreach (var facet in Enum.GetValues<FailureFacet>())
        {
            foreach (var within in Enum.GetValues<FailureFacet>().Where(other => other != facet))
            {
                var whole = Values(within).Sum(value => Values(facet).Sum(inner => FailureTotals.Sum(FailureFocus.All.With(within, value).With(facet, inner).Of(Failures))));
                Assert.Equal(17, whole);
            }
        }
    }

    private static IEnumerable<string> Values(FailureFacet facet) => Failures.Select(failure => facet switch
    {
        FailureFacet.ResultType => failure.ResultType,
        FailureFacet.MxHost => failure.MxHost ?? "",
        FailureFacet.Organization => failure.Organization,
        FailureFacet.Network => failure.Network ?? "",
        _ => failure.PolicyType,
    }).Distinct();
}
