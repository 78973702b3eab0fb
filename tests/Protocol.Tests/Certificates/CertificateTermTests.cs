using Xunit;

namespace MtaSts.Protocol.Tests.Certificates;

/// <summary>Lifetimes of today and of the years to come (Let's Encrypt, CA/Browser Forum SC-081v3).</summary>
public sealed class CertificateTermTests
{
    private static readonly DateTimeOffset Begin = new(2026, 11, 28, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(398, 130, CertificateTerm.RenewalLate)]
    [InlineData(398, 134, CertificateTerm.Good)]
    [InlineData(398, 66, CertificateTerm.RenewalUrgent)]
    [InlineData(90, 30, CertificateTerm.Good)]
    [InlineData(90, 29.9, CertificateTerm.RenewalLate)]
    [InlineData(90, 15, CertificateTerm.RenewalLate)]
    [InlineData(90, 14.9, CertificateTerm.RenewalUrgent)]
    [InlineData(64, 22, CertificateTerm.Good)]
    [InlineData(64, 14, CertificateTerm.RenewalLate)]
    [InlineData(64, 10, CertificateTerm.RenewalUrgent)]
    [InlineData(45, 15, CertificateTerm.Good)]
    [InlineData(45, 14, CertificateTerm.RenewalLate)]
    [InlineData(45, 7, CertificateTerm.RenewalUrgent)]
    [InlineData(6, 2.1, CertificateTerm.Good)]
    [InlineData(6, 1.9, CertificateTerm.RenewalUrgent)]
    [InlineData(1, 0.9, CertificateTerm.Good)]
    [InlineData(1, 0.3, CertificateTerm.RenewalUrgent)]
    [InlineData(90, 0, CertificateTerm.NotValid)]
    [InlineData(90, -1, CertificateTerm.NotValid)]
    [InlineData(90, 90, CertificateTerm.Good)]
    [InlineData(90, 90.1, CertificateTerm.NotValid)]
    public void Judge_ShareOfTheLifetimeLeft_IsTheTerm(double lifetime, double left, CertificateTerm expected) =>
        Assert.Equal(expected, CertificateTerms.Judge(Begin, Begin.AddDays(lifetime), Begin.AddDays(lifetime - left)));
}
