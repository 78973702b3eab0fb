using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using MtaSts.Host.Gateway;
using Xunit;

namespace MtaSts.Host.Tests.Gateway;

/// <summary>What the gateway's TLS settings mean together with others.</summary>
public sealed class GatewayTlsSettingsTests
{
    [Theory]
    [InlineData(null, null, false)]
    [InlineData("Local", null, false)]
    [InlineData("Caddy", null, false)]
    [InlineData("Cloudflare", null, true)]
    [InlineData("cloudflare", null, true)]
    [InlineData("Cloudflare", "false", false)]
    [InlineData("Local", "true", true)]
    public void CertificateForAnyName_ByProviderAndSetting_IsCloudflaresDefault(string? provider, string? setting, bool expected) =>
        Assert.Equal(expected, Read(("Hosting:Provider", provider), ("Gateway:CertificateForAnyName", setting)).ShowsForAnyName);

    [Fact]
    public void ClientCertificateAuthoritiesPath_WithoutTls_StopsTheStartAndNamesIt()
    {
        var problem = Assert.Throws<OptionsValidationException>(() => Read(("Gateway:ClientCertificateAuthoritiesPath", "clients.pem")));
        Assert.Contains("Gateway:ClientCertificateAuthoritiesPath needs TLS", problem.Message, StringComparison.Ordinal);
        Read(("Gateway:ClientCertificateAuthoritiesPath", "clients.pem"), ("Gateway:Url", "https://127.0.0.1:8443"));
    }

    private static GatewayOptions Read(params (string Key, string? Value)[] settings)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration.AddInMemoryCollection(settings.Where(setting => setting.Value is not null).ToDictionary(setting => setting.Key, setting => setting.Value));
        builder.AddGateway();
        using var services = builder.Services.BuildServiceProvider();
        return services.GetRequiredService<IOptions<GatewayOptions>>().Value;
    }
}
