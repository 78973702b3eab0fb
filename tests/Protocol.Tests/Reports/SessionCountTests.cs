using MtaSts.Protocol.Reports;
using Xunit;

namespace MtaSts.Protocol.Tests.Reports;

/// <summary>Sessions that stand under several policies are one session; none that failed is lost by that.</summary>
public sealed class SessionCountTests
{
    [Theory]
    [InlineData(43, 3, "sts 40 3", "tlsa 41 0")]
    [InlineData(42, 2, "sts 40 2", "tlsa 42 0")] // The larger has no failure; the other has.
    [InlineData(80, 5, "tlsa 80 0", "sts 15 5")]
    [InlineData(105, 3, "sts 97 3", "no-policy-found 5 0")] // Without a policy is beside it, not under it.
    [InlineData(800, 20, "no-policy-found 500 0", "sts 280 20")]
    [InlineData(60, 4, "sts 30 1", "tlsa 40 0", "no-policy-found 17 3")]
    [InlineData(12, 5, "sts 3 2", "sts 4 3")] // Two policies of one type: a change in between.
    [InlineData(7, 7, "no-policy-found 0 7")]
    [InlineData(0, 0, "sts 0 0")]
    [InlineData(SessionCount.Maximum, SessionCount.Maximum, "sts 0 9007199254740991", "no-policy-found 0 9007199254740991")]
    public void Of_SeveralPolicyTypes_CountsEachSessionOnce(long total, long failed, params string[] policies)
    {
        var report = new TlsReport
        {
            Start = DateTimeOffset.UnixEpoch,
            End = DateTimeOffset.UnixEpoch.AddDays(1),
            Policies = [.. policies.Select(policy => policy.Split(' ')).Select(policy => new ReportedPolicy
            {
                PolicyType = policy[0],
                PolicyDomain = "harbour.example",
                Successful = long.Parse(policy[1], System.Globalization.CultureInfo.InvariantCulture),
                Failed = long.Parse(policy[2], System.Globalization.CultureInfo.InvariantCulture),
            })],
        };
        var sessions = SessionCount.Of(report, "harbour.example")!;
        Assert.Equal((total, failed), (sessions.Total, sessions.Failed));
        Assert.Equal(total - failed, sessions.Successful);
        Assert.Null(SessionCount.Of(report, "orchard.example"));
    }
}
