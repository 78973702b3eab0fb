using MtaSts.Modules.Cloudflare;
using MtaSts.Modules.Cloudflare.Api;
using Xunit;

namespace MtaSts.Modules.Tests.Cloudflare;

/// <summary>Every pair of the two states that is documented, and some that are not.</summary>
public sealed class HostnameJudgeTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly string?[] Statuses =
    [
        "active", "pending", "active_redeploying", "moved", "pending_deletion", "deleted", "pending_blocked", "pending_migration", "pending_provisioned",
        "test_pending", "test_active", "test_active_apex", "test_blocked", "test_failed", "provisioned", "blocked", "of_the_future", null,
    ];

    private static readonly string?[] SslStatuses =
    [
        "initializing", "pending_validation", "deleted", "pending_issuance", "pending_deployment", "pending_deletion", "pending_expiration", "expired", "active",
        "initializing_timed_out", "validation_timed_out", "issuance_timed_out", "deployment_timed_out", "deletion_timed_out", "pending_cleanup",
        "staging_deployment", "staging_active", "deactivating", "inactive", "backup_issued", "holding_deployment", "of_the_future", null,
    ];

    [Fact]
    public void Judge_EveryPairWithoutACertificate_OnlyBothActiveServe()
    {
        foreach (var (status, sslStatus) in Statuses.SelectMany(status => SslStatuses.Select(sslStatus => (status, sslStatus))))
        {
            var serves = Judge(status, sslStatus, expires: null) is Judgement.Serving;
            Assert.True(serves == (status is "active" or "active_redeploying" && sslStatus == "active"), $"{status}, {sslStatus}");
        }
    }

    [Fact]
    public void Judge_EveryPairWithAValidCertificate_ServesUnlessItIsGoneOrTheNameIsElsewhere()
    {
        foreach (var (status, sslStatus) in Statuses.SelectMany(status => SslStatuses.Select(sslStatus => (status, sslStatus))))
        {
            var judgement = Judge(status, sslStatus, Now.AddDays(20));
            var serves = judgement is Judgement.Serving or Judgement.Stopped { Serves: true, IsLate: false };
            Assert.True(serves == (status is "active" or "active_redeploying" && sslStatus is not ("expired" or "deleted" or "inactive")), $"{status}, {sslStatus}");
        }
    }

    [Fact]
    public void Judge_WhatDoesNotServe_SaysWhy()
    {
        foreach (var (status, sslStatus) in Statuses.SelectMany(status => SslStatuses.Select(sslStatus => (status, sslStatus))))
        {
            var reason = Judge(status, sslStatus, expires: null) switch
            {
                Judgement.Waiting waiting => waiting.Reason,
                Judgement.Stopped stopped => stopped.Reason,
                _ => "mta-sts.example.com",
            };
            Assert.Contains("mta-sts.example.com", reason, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(14, true)]
    [InlineData(13, false)]
    public void Judge_RenewalUnderWay_ServesUntilItIsLate(int daysLeft, bool serves) =>
        Assert.Equal(serves, Judge("active", "pending_validation", Now.AddDays(daysLeft)) is Judgement.Serving);

    [Theory]
    [InlineData("moved", true)]
    [InlineData("deleted", true)]
    [InlineData("blocked", false)]
    public void Judge_NameLetGo_IsRevivedOnlyWithItsCname(string status, bool needsCname) =>
        Assert.Equal(needsCname, Assert.IsType<Judgement.Stopped>(Judge(status, "active", Now.AddDays(50))).NeedsCname);

    [Fact]
    public void Judge_TextsOfUnboundedLength_AreCut()
    {
        var hostname = new CustomHostname("id", "mta-sts.example.com", "pending", Now, null, [.. Enumerable.Repeat(new string('x', 100_000), 1000)]);
        var waiting = Assert.IsType<Judgement.Waiting>(HostnameJudge.Judge(hostname, CloudflareStage.For("mta-sts.example.com"), Now));
        Assert.InRange(waiting.Reason.Length, 0, 1100);
    }

    [Theory]
    [InlineData("active", true)]
    [InlineData("pending_issuance", false)]
    public void Judge_OldTlsAllowedAndNoEndKnown_ServesOnlyWhatIsActive(string sslStatus, bool serves)
    {
        var hostname = new CustomHostname("id", "mta-sts.example.com", "active", Now, new CustomHostnameSsl(sslStatus, null, new SslSettings("1.1"), null), null);
        var stopped = Assert.IsType<Judgement.Stopped>(HostnameJudge.Judge(hostname, CloudflareStage.For("mta-sts.example.com"), Now));
        Assert.Equal(serves, stopped.Serves);
        Assert.Contains("1.1", stopped.Reason, StringComparison.Ordinal);
    }

    /// <summary>Not every authority issues for internationalised names.</summary>
    [Theory]
    [InlineData("mta-sts.xn--bcher-kva.example", "internationalised")]
    [InlineData("mta-sts.mail.xn--p1ai", "internationalised")]
    [InlineData("mta-sts.example.com", null)]
    public void Judge_InternationalNameThatWaits_SaysThatItMayStaySo(string name, string? expected)
    {
        foreach (var status in new[] { "pending_validation", "pending_issuance" })
        {
            var hostname = new CustomHostname("id", name, "active", Now, new CustomHostnameSsl(status, null, null, null), null);
            var step = Assert.IsType<Judgement.Waiting>(HostnameJudge.Judge(hostname, CloudflareStage.For(name), Now)).NextStep;
            Assert.Equal(expected is not null, step?.Contains("internationalised", StringComparison.Ordinal) ?? false);
        }
    }

    private static Judgement Judge(string? status, string? sslStatus, DateTimeOffset? expires) => HostnameJudge.Judge(
        new CustomHostname("id", "mta-sts.example.com", status, Now, new CustomHostnameSsl(sslStatus, expires, null, null), null), CloudflareStage.For("mta-sts.example.com"), Now);
}
