using System.Collections.Immutable;
using MtaSts.Application.Policies;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Readiness;

/// <summary>When an enforced policy should go back to testing: reports and the probe alone never decide it.</summary>
public sealed class WayBackTests
{
    private const string Big = "Bigmail Inc. (bigmail.example)";
    private const string Small = "Postbus (reports.postbus.example)";
    private const string Mx = "mx1.example.com";

    [Fact]
    public void Judge_WithoutAlerts_IsNone() => Assert.Equal(WayBackState.None, State());

    [Fact]
    public void Judge_OneOrganization_IsNone() => Assert.Equal(WayBackState.None, State(Failing((Big, 50, 100))));

    [Fact]
    public void Judge_TwoOrganizations_IsProposed() => Assert.Equal(WayBackState.Proposed, State(Failing((Big, 50, 100), (Small, 10, 100))));

    /// <summary>One organisation with two names in two zones of the same owner would still be two; two rows of one zone are one.</summary>
    [Fact]
    public void Judge_TwoRowsOfOneOrganization_IsNone() => Assert.Equal(WayBackState.None, State(Failing((Big, 50, 100), (Big, 60, 100))));

    [Fact]
    public void Judge_BelowTheShare_IsNone() => Assert.Equal(WayBackState.None, State(Failing((Big, 9, 100), (Small, 9, 100))));

    [Fact]
    public void Judge_NewOrganizations_DoNotCount()
    {
        var alert = Failing((Big, 50, 100), (Small, 50, 100));
        Assert.Equal(WayBackState.None, State(With(alert, AlertParameters.NewReporters, Small)));
    }

    [Fact]
    public void Judge_ProbeAlone_IsProposedAndNeverAgreed() => Assert.Equal(WayBackState.Proposed, State(Probed(AlertKinds.MxCertificateExpired)));

    [Fact]
    public void Judge_ProbeAndReportsOfOneCause_IsAgreed()
    {
        var proposal = WayBack.Judge(PolicyMode.Enforce, [Joined(AlertKinds.MxCertificateExpired, (Big, 50, 100))]);
        Assert.Equal(WayBackState.Agreed, proposal.State);
        Assert.Equal(["bigmail.example"], proposal.Organizations);
        Assert.Equal([Mx], proposal.Mx);
    }

    /// <summary>Two causes that each only one side sees are not one that both see.</summary>
    [Fact]
    public void Judge_ProbeAndReportsOfTwoCauses_IsProposed() =>
        Assert.Equal(WayBackState.Proposed, State(Probed(AlertKinds.MxCertificateExpired), Failing((Big, 50, 100), (Small, 50, 100))));

    [Theory]
    [InlineData(AlertKinds.MxTlsaNotMatched)] // DANE applies in testing too.
    [InlineData(AlertKinds.MxUnreachable)] // No mode delivers there.
    public void Judge_WhatTestingDoesNotMend_IsNone(string kind) => Assert.Equal(WayBackState.None, State(Joined(kind, (Big, 50, 100))));

    [Theory]
    [InlineData(PolicyMode.Testing)]
    [InlineData(PolicyMode.None)]
    [InlineData(null)]
    public void Judge_NotEnforced_IsNone(PolicyMode? mode) => Assert.Equal(WayBackState.None, WayBack.Judge(mode, [Joined(AlertKinds.MxNoStarttls, (Big, 50, 100))]).State);

    [Fact]
    public void Judge_Resolved_IsNone() =>
        Assert.Equal(WayBackState.None, State(Joined(AlertKinds.MxNoStarttls, (Big, 50, 100)) with { ResolvedAt = DateTimeOffset.UnixEpoch }));

    private static WayBackState State(params AlertView[] alerts) => WayBack.Judge(PolicyMode.Enforce, alerts).State;

    private static AlertView Failing(params (string Organization, int Failed, int Sessions)[] rows) => Rows(Alert(AlertKinds.SessionsFailing, AlertSource.Reports), rows);

    private static AlertView Probed(string kind) => With(Alert(kind, AlertSource.MxProbe), AlertParameters.Mx, Mx);

    private static AlertView Joined(string kind, params (string Organization, int Failed, int Sessions)[] rows) => Rows(Probed(kind), rows) with { Sources = [AlertSource.MxProbe, AlertSource.Reports] };

    private static AlertView Rows(AlertView alert, (string Organization, int Failed, int Sessions)[] rows)
    {
        alert = With(alert, AlertParameters.Organizations, [.. rows.Select(row => row.Organization)]);
        alert = With(alert, AlertParameters.Failed, [.. rows.Select(row => row.Failed.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        return With(alert, AlertParameters.Sessions, [.. rows.Select(row => row.Sessions.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
    }

    private static AlertView With(AlertView alert, string name, params ImmutableArray<string> values) => alert with { Parameters = alert.Parameters.SetItem(name, values) };

    private static AlertView Alert(string kind, AlertSource source) => new()
    {
        Id = "1",
        Domain = "example.com",
        Kind = kind,
        Sources = [source],
        Parameters = AlertCondition.Of(kind).With(AlertParameters.Mode, PolicyMode.Enforce.ToText()).Parameters,
        RaisedAt = DateTimeOffset.UnixEpoch,
        UpdatedAt = DateTimeOffset.UnixEpoch,
    };
}
