using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using MtaSts.Host.Dns;
using MtaSts.Modules.Dns;

namespace MtaSts.Host.Tests.Dns;

/// <summary>Look-ups as the host sets them up, through the servers the test names.</summary>
internal static class DnsScene
{
    public static IDnsLookup Through(params IPEndPoint[] servers) => Through(null, servers);

    /// <param name="trust">The setting <c>Dns:TrustAuthenticatedData</c>.</param>
    public static IDnsLookup Through(string? trust, params IPEndPoint[] servers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Configuration["Dns:Servers"] = string.Join(", ", servers.Select(static server => server.ToString()));
        builder.Configuration["Dns:TrustAuthenticatedData"] = trust;
        builder.AddDns();
        return new DefaultServiceProviderFactory().CreateServiceProvider(builder.Services).GetRequiredService<IDnsLookup>();
    }

    /// <summary>A look-up that may take as long as the host's own limits let it; beyond them the test fails.</summary>
    public static Task<DnsAnswer> AskAsync(this IDnsLookup lookup, string name, DnsType type, CancellationToken cancellationToken = default) =>
        lookup.QueryAsync(name, type, cancellationToken).WaitAsync(TimeSpan.FromSeconds(20), CancellationToken.None);
}
