using Microsoft.Extensions.Configuration;
using MtaSts.Modules.Smtp;
using Xunit;

namespace MtaSts.Modules.Tests.Smtp;

public sealed class SmtpSettingsTests
{
    [Fact]
    public void Read_Nothing_IsOffWithDefaults()
    {
        var options = Read();
        Assert.Equal((null, null, 512, "127.0.0.0/8,::1/128"), (options.Smtp, options.Lmtp, options.MaxConnections, options.TrustedNetworks));
    }

    [Fact]
    public void Read_Places_InEveryForm() => Assert.NotNull(Read(("Smtp", "0.0.0.0:25, [::1]:2525,*:26,localhost:2526"), ("Lmtp", "unix:/run/x.sock")).Smtp);

    [Theory]
    [InlineData("Smtp", "25", "Smtp is “25”")]
    [InlineData("Smtp", "127.0.0.1", "Smtp is “127.0.0.1”")]
    [InlineData("Smtp", "127.0.0.1:0", "address and a port")]
    [InlineData("Smtp", "::1:25", "address and a port")]
    [InlineData("Smtp", "mx.example.net:25", "address and a port")]
    [InlineData("Lmtp", "unix:", "Lmtp is “unix:”")]
    [InlineData("TrustedNetworks", "10.0.0.0/99", "TrustedNetworks")]
    [InlineData("CertificatePath", "a.pem", "CertificateKeyPath")]
    [InlineData("HostName", "mx\r\n250 evil", "HostName")]
    [InlineData("MaxMessageBytes", "26214401", "MaxMessageBytes")]
    [InlineData("MaxRecipients", "99", "100 or more")]
    [InlineData("MaxCommandLine", "511", "512 or more")]
    [InlineData("MaxErrors", "0", "MaxErrors")]
    [InlineData("Idle", "00:00:00", "Idle")]
    [InlineData("MaxMemory", "1", "MaxMemory")]
    [InlineData("MaxConections", "3", "MaxConections")]
    public void Read_WhatCannotWork_IsNamed(string key, string value, string problem) =>
        Assert.Contains(problem, Assert.ThrowsAny<Exception>(() => Read((key, value))).ToString(), StringComparison.Ordinal);

    private static SmtpOptions Read(params (string Key, string Value)[] settings) => SmtpSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("Modules:source.smtp:" + setting.Key, (string?)setting.Value))).Build().GetSection("Modules:source.smtp"));
}
