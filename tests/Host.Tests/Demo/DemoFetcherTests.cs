using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using MtaSts.Grains;
using MtaSts.Host.Demo;
using MtaSts.Host.Tests.Gateway;
using MtaSts.Modules.Dns;
using Xunit;

namespace MtaSts.Host.Tests.Demo;

/// <summary>The demo's replacement for the fetch over the public network.</summary>
public sealed class DemoFetcherTests
{
    private const string PolicyHost = "mta-sts.harbour.example";

    /// <summary>Dated by its end, a fetch from before a change of the policy would seem to be from after it.</summary>
    [Fact]
    public async Task Fetch_PolicyIsSlow_IsDatedByItsStart()
    {
        using var scene = new CacheScene();
        scene.Source.Serve("harbour.example", HandDrivenSource.Policy(1));
        var (zone, naming, configuration) = (new DemoZone(), new NamingOptions(), new ConfigurationManager());
        zone.Publish(PolicyHost, DnsType.Cname, naming.CnameTarget("token"));
        await using var cloudflare = new DemoCloudflare(configuration, zone, Options.Create(naming), scene.Clock);
        await cloudflare.StartAsync(TestContext.Current.CancellationToken);
        await OrderAsync(configuration);
        scene.Pass(120);
        var began = scene.Clock.GetUtcNow();
        scene.Source.OnAsked = _ => scene.Pass(3);

        var fetch = await new DemoFetcher(scene.Cache, cloudflare, scene.Clock).FetchAsync(PolicyHost, TestContext.Current.CancellationToken);

        Assert.NotNull(fetch!.BodyHash);
        Assert.Equal(began, fetch.At);
        Assert.Equal(began.AddSeconds(3), scene.Clock.GetUtcNow());
    }

    private static async Task OrderAsync(ConfigurationManager configuration)
    {
        using var handler = new SocketsHttpHandler();
        using var client = new HttpClient(handler, disposeHandler: false);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", configuration["Cloudflare:ApiToken"]);
        var order = new { hostname = PolicyHost, ssl = new { method = "http", type = "dv" } };
        using var response = await client.PostAsJsonAsync(new Uri($"{configuration["Cloudflare:ApiUrl"]}/zones/{configuration["Cloudflare:ZoneId"]}/custom_hostnames"), order, TestContext.Current.CancellationToken);
        response.EnsureSuccessStatusCode();
    }
}
