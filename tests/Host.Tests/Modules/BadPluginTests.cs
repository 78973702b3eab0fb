using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Grains;
using MtaSts.Host.Modules;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Host.Tests.Modules;

/// <summary>Every way in which a plug-in can fail while it is found, loaded and made: told in words, in bounded time, and no other is hurt.</summary>
public sealed class BadPluginTests : IDisposable
{
    private static readonly HostnameRequest Request = new("mta-sts.example.com", "token.service.net");
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private readonly TempFolder plugins = new();
    private readonly FakeTimeProvider clock = new();

    /// <summary>What keeps a plug-in out, and the words for it.</summary>
    public static TheoryData<string, string> KeptOut => new()
    {
        { "empty", "There is no empty.dll" },
        { "no-assembly", "is not a .NET assembly" },
        { "native", "is not a .NET assembly" },
        { "sdk-newer", "built against MtaSts.Modules 9.0.0; this service has" },
        { "dependency-missing", "needs the assembly “System.BadPluginDependency”" },
        { "static-hangs", "did not load within 4 s" },
        { "static-throws", "vendor's static constructor" },
        { "constructor-hangs", "did not load within 4 s" },
        { "constructor-throws", "BadException, whose message could not be read" },
        { "id-throws", "vendor's id" },
        { "id-null", "Id is null" },
        { "id-odd", "Id is “a:b c”" },
        { "id-hangs", "did not load within 4 s" },
        { "id-double", "id hostname.local is also that of built in" },
        { "id-double-spelled", "id Source_SMTP is also that of built in" },
        { "name-double", "hostname provider of the same name as hostname.caddy" },
        { "name-long", "An offer's name is “xxx" },
        { "name-control", "no control characters" },
        { "offers-many", "more than 20 offers" },
        { "configure-hangs", "Configure did not return within 2 s" },
        { "configure-throws", "vendor's configuration" },
    };

    /// <summary>All at once: those that hang cost the time of one, and each is told.</summary>
    [Fact]
    public void Load_EveryWayToBeKeptOut_IsToldAndNoOtherIsHurt()
    {
        string[] modes = [.. KeptOut.Select(row => row.Data.Item1)];
        foreach (var mode in modes.Append("dependency").Append("id-changes"))
            BadPlugins.Install(plugins.Path, mode);

        var watch = Stopwatch.StartNew();
        var all = Load();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, PluginLoader.LoadLimit + ModuleCatalog.ConfigureLimit + TimeSpan.FromSeconds(4));

        foreach (var (mode, words) in KeptOut.Select(row => row.Data))
        {
            var module = Assert.Single(all, module => module.Origin.EndsWith($"/{mode}.dll", StringComparison.Ordinal));
            Assert.Contains(words, module.Health.Problem, StringComparison.Ordinal);
            Assert.Empty(module.Offers);
            Assert.InRange(module.Health.Problem!.Length, 1, 2 * ModuleFault.MaxLength);
        }
        Assert.True(all.Single(module => module.Id == "bad.dependency").IsUsable, "an assembly named like the framework's is the plug-in's own where the host lacks it");
        Assert.True(all.Single(module => module.Id == "bad.id-changes").IsUsable, "its id was read once");
        Assert.All(all.Where(module => module.IsBuiltIn), module => Assert.True(module.IsUsable, module.Name));
    }

    /// <summary>Without anybody to catch it, it would end this process.</summary>
    [Theory]
    [InlineData("source-early-thread", "vendor's early thread")]
    [InlineData("source-early-void", "vendor's early task")]
    [InlineData("source-early-timer", "vendor's early timer")]
    [InlineData("source-early-finalizer", "vendor's finalizer")]
    public async Task Load_WhatItStartsThrowsBeforeTheServiceHasStarted_IsToldAndLogged(string mode, string words)
    {
        var module = Load(mode).Single(module => module.Id == "bad." + mode);
        await Poll.Until(() => module.Health.IsFailing, Limit, "it is told");
        Assert.Contains(words, module.Health.LastFault!.Message, StringComparison.Ordinal);
        var logged = new List<string>();
        module.Health.LogTo((message, _) => logged.Add(message));
        Assert.Contains(words, Assert.Single(logged), StringComparison.Ordinal);
    }

    /// <summary>Nothing of it is made: neither the one whose constructor hangs nor the one whose constructor throws.</summary>
    [Theory]
    [InlineData("create-hangs")]
    [InlineData("create-throws")]
    public async Task Choose_AnotherProvider_NotChosenOneIsNotMade(string mode)
    {
        await using var services = Compose(mode, "Local");
        var providers = services.GetRequiredService<IHostnameProviders>();
        Assert.Equal("hostname.local", providers.Configured.Id);
        Assert.IsNotType<HostnameProgress.Failed>(await providers.Configured.EnsureAsync(Request, default));
        Assert.False(services.GetRequiredService<ModuleCatalog>().All.Single(module => module.Id == "bad." + mode).Health.IsFailing);
    }

    [Theory]
    [InlineData("create-throws", "vendor's provider")]
    [InlineData("provider-id-null", "object's Id is null")]
    [InlineData("calls-throw", "message could not be read")]
    [InlineData("calls-null", "gave no answer")]
    [InlineData("create-hangs", "did not answer within 30 s")]
    [InlineData("calls-block", "did not answer within 30 s")]
    [InlineData("calls-hang", "did not answer within 30 s")]
    public async Task Call_ChosenProviderFails_IsCutOffAndTold(string mode, string words)
    {
        await using var services = Compose(mode, "Bad");
        var provider = services.GetRequiredService<IHostnameProviders>().Configured;
        var watch = Stopwatch.StartNew();
        var call = provider.EnsureAsync(Request, default);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2)); // Never on the caller's thread.
        await Poll.Until(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return call.IsCompleted;
        }, Limit, "it is cut off");
        Assert.Contains(words, Assert.IsType<HostnameProgress.Failed>(await call).Reason, StringComparison.Ordinal);
        var view = services.GetRequiredService<IPlugins>().All.Single(plugin => plugin.Id == "bad." + mode);
        Assert.Equal((PluginHealth.Failing, true), (view.Health, view.Chosen));
        Assert.Contains(words, view.LastFault!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Call_PluginOfTheChosenProviderDidNotLoad_ServiceGoesOnAndCallsTellWhy()
    {
        await using var services = Compose("configure-throws", "Acme");
        var failed = Assert.IsType<HostnameProgress.Failed>(await services.GetRequiredService<IHostnameProviders>().Configured.EnsureAsync(Request, default));
        Assert.Contains("Hosting:Provider is “Acme”", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("vendor's configuration", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configure_ReplacesServices_NeitherTheHostNorItselfIsHurt()
    {
        await using var services = Compose("replaces", "Local");
        Assert.Same(clock, services.GetRequiredService<TimeProvider>());
        Assert.IsType<HostScene.NoDns>(services.GetRequiredService<IDnsLookup>());
        Assert.NotEmpty(services.GetServices<IHostedService>());
        Assert.Null(services.GetRequiredService<IConfiguration>()["Modules:bad.replaces:Mode"]);
        var sources = services.GetRequiredService<ReportSourceHost>();
        await sources.StartAsync(default);
        await Poll.Until(() => sources.Of("bad.replaces").Any(source => source.Detail == "FakeTimeProvider ModuleInbox NoDns"), Limit, "it is given the host's services");
        await sources.StopAsync(default);
    }

    [Fact]
    public async Task All_PresentAndNotEnabled_NamesTheSettingThatEnablesIt()
    {
        await using var services = Compose("idle", "Local");
        var sources = services.GetRequiredService<ReportSourceHost>();
        await sources.StartAsync(default);
        var views = services.GetRequiredService<IPlugins>();
        await Poll.Until(() => Of("source.smtp").Health == PluginHealth.Off, Limit, "the source is off");
        Assert.Equal("Hosting:Provider=Caddy", Assert.Single(Of("hostname.caddy").Offers).EnabledBy);
        Assert.Equal("Hosting:DnsProvider=Rfc2136", Assert.Single(Of("dns.rfc2136").Offers).EnabledBy);
        Assert.Contains("Modules:source.smtp:Smtp", Assert.Single(Of("source.smtp").Offers).EnabledBy, StringComparison.Ordinal);
        Assert.Equal(["Hosting:Provider=Bad", "Hosting:DnsProvider=Bad"], Of("bad.idle").Offers.Select(offer => offer.EnabledBy));
        Assert.Equal((PluginHealth.Off, false), (Of("bad.idle").Health, Of("bad.idle").Chosen));
        Assert.Equal((PluginHealth.Ok, true), (Of("hostname.local").Health, Of("hostname.local").Chosen));
        await sources.StopAsync(default);

        PluginView Of(string id) => views.All.Single(plugin => plugin.Id == id);
    }

    public void Dispose() => plugins.Dispose();

    /// <param name="modes">What the plug-ins of the folder do wrong.</param>
    private IReadOnlyList<HostedModule> Load(params string[] modes)
    {
        foreach (var mode in modes)
            BadPlugins.Install(plugins.Path, mode);
        var configuration = new ConfigurationManager();
        configuration["Modules:Path"] = plugins.Path;
        return ModuleCatalog.Load(configuration, clock).All;
    }

    /// <summary>The host's services with one bad plug-in.</summary>
    private ServiceProvider Compose(string mode, string provider)
    {
        BadPlugins.Install(plugins.Path, mode);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = plugins.Path });
        (builder.Configuration["Modules:Path"], builder.Configuration["Hosting:Provider"]) = (plugins.Path, provider);
        builder.AddModules();
        HostScene.AddTo(builder.Services, clock, provider);
        return builder.Services.BuildServiceProvider();
    }
}
