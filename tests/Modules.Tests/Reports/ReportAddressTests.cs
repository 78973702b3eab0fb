using MtaSts.Modules.Reports;
using Xunit;

namespace MtaSts.Modules.Tests.Reports;

public sealed class ReportAddressTests
{
    [Theory]
    [InlineData("abc@reports.example", "abc")]
    [InlineData("ABC@Reports.EXAMPLE", "abc")]
    [InlineData("abc@reports.example.", "abc")]
    [InlineData("a@b@reports.example", "a@b")]
    [InlineData("abc@example", null)]
    [InlineData("abc@sub.reports.example", null)]
    [InlineData("abc@reports.example.evil.example", null)]
    [InlineData("abc%other.example@evil.example", null)]
    [InlineData("@reports.example", null)]
    [InlineData("abc", null)]
    [InlineData("", null)]
    public void TokenOf_Address_IsItsLocalPartInTheMailDomainAlone(string address, string? token) =>
        Assert.Equal(token, ReportAddress.TokenOf(address, "reports.example"));

    [Theory]
    [InlineData("abc@bücher.example")]
    [InlineData("abc@BÜCHER.example")]
    [InlineData("abc@xn--bcher-kva.example")]
    public void TokenOf_InternationalDomain_IsTheSameInBothForms(string address) => Assert.Equal("abc", ReportAddress.TokenOf(address, "xn--bcher-kva.example"));
}
