using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Grains;
using MtaSts.Host.Modules;
using MtaSts.Modules.Hostnames;
using Xunit;

namespace MtaSts.Host.Tests.Modules;

/// <summary>A real plug-in, built as a partner builds it, in a folder of its own.</summary>
public sealed class PluginTests : IDisposable
{
    private const string Plugin = "MtaSts.SamplePlugin";
    private static readonly HostnameRequest Request = new("mta-sts.example.com", "token.service.net");
    private readonly string plugins = Directory.CreateTempSubdirectory("plugins").FullName;
    private readonly FakeTimeProvider clock = new();

    [Fact]
    public void Find_FolderWithAPlugin_LoadsItInAContextOfItsOwn()
    {
        Install();
        var found = Assert.Single(Find(), module => module.Id == "hostname.sample");
        Assert.NotEqual(typeof(ModuleCatalog).Assembly, found.Module!.GetType().Assembly);
        Assert.IsType<PluginLoadContext>(System.Runtime.Loader.AssemblyLoadContext.GetLoadContext(found.Module.GetType().Assembly));
    }

    /// <summary>It is ours: the machine is slow, and the service starts all the same.</summary>
    [Fact]
    public void Of_BuiltInModuleSlowerThanThePluginsLimit_IsInUse()
    {
        var found = Assert.Single(ModuleCatalog.Of(new ConfigurationManager(), clock, [new SlowModule()]).All);
        Assert.Null(found.Health.Problem);
        Assert.Single(found.Services);
    }

    private sealed class SlowModule : MtaSts.Modules.IModule
    {
        public string Id => "source.slow";

        public void Configure(MtaSts.Modules.IModuleBuilder builder)
        {
            using var never = new ManualResetEventSlim();
            never.Wait(ModuleCatalog.ConfigureLimit + TimeSpan.FromSeconds(0.5));
            builder.Services.AddSingleton(this);
        }
    }

    [Fact]
    public void Find_FolderWithoutItsAssembly_NamesWhatIsMissing()
    {
        Directory.CreateDirectory(Path.Combine(plugins, "Empty"));
        var found = Assert.Single(Find(), module => !module.IsUsable);
        Assert.Contains("Empty.dll", found.Health.Problem!, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_BrokenAssembly_HurtsNoOther()
    {
        Install();
        var folder = Directory.CreateDirectory(Path.Combine(plugins, "Broken")).FullName;
        File.WriteAllText(Path.Combine(folder, "Broken.dll"), "this is no assembly");
        var found = Find();
        Assert.Single(found, module => !module.IsUsable);
        Assert.Contains(found, module => module.Id == "hostname.sample");
        Assert.Contains(found, module => module.Id == "hostname.local");
    }

    [Fact]
    public async Task AddModules_ProviderChosenByName_IsUsed()
    {
        Install();
        await using var services = Compose("Sample", "live");
        var providers = services.GetRequiredService<IHostnameProviders>();
        Assert.Equal("hostname.sample", providers.Configured.Id);
        Assert.IsType<HostnameProgress.Live>(await providers.Configured.EnsureAsync(Request, default));
        Assert.NotNull(providers.Find("hostname.local"));
    }

    [Fact]
    public async Task Provider_Throws_FailureNamesItAndTheVendorsWords()
    {
        Install();
        await using var services = Compose("Sample", "throw");
        var failed = Assert.IsType<HostnameProgress.Failed>(await services.GetRequiredService<IHostnameProviders>().Configured.EnsureAsync(Request, default));
        Assert.Contains("hostname.sample", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("vendor said no", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Provider_Hangs_IsLeftBehindAfterItsBudget()
    {
        Install();
        await using var services = Compose("Sample", "hang");
        var call = services.GetRequiredService<IHostnameProviders>().Configured.EnsureAsync(Request, default);
        await MtaSts.Peers.Poll.Until(() =>
        {
            clock.Advance(GuardedHostnameProvider.Budget);
            return call.IsCompleted;
        }, TimeSpan.FromSeconds(30), "it is cut off");
        var failed = Assert.IsType<HostnameProgress.Failed>(await call.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken));
        Assert.Contains("did not answer", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Source_Throws_IsShownBesideTheOthers()
    {
        Install();
        await using var services = Compose("Local", "throw");
        var sources = services.GetRequiredService<ReportSourceHost>();
        await sources.StartAsync(default);
        await MtaSts.Peers.Poll.Until(() => sources.All.Any(source => source is { Id: "source.sample", State: ReportSourceState.Troubled, Detail: "vendor's mailbox is gone" }), TimeSpan.FromMinutes(2), "its fault is shown");
        Assert.Contains(sources.All, source => source is { Id: "source.smtp", State: ReportSourceState.Off });
        await sources.StopAsync(default);
    }

    [Fact]
    public void AddModules_SettingsUnderTheIdWithAnUnderscore_AreTheModules()
    {
        Install();
        using var services = Compose("Local", null, ("Modules:hostname_sample:Mode", "refuse"));
        Assert.Contains(services.GetRequiredService<ModuleCatalog>().All, module => module.Health.Problem?.Contains("Mode refuse", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void AddModules_ModuleRefusesItsSettings_LeavesNothingBehind()
    {
        Install();
        using var services = Compose("Local", "refuse");
        Assert.Null(services.GetRequiredService<IHostnameProviders>().Find("hostname.sample"));
        Assert.Contains(services.GetRequiredService<ModuleCatalog>().All, module => module.Health.Problem?.Contains("Mode refuse", StringComparison.Ordinal) == true);
    }

    [Fact]
    public void AddModules_UnknownProvider_NamesThoseThereAre()
    {
        using var services = Compose("Nonsense", "live");
        var problem = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<IHostnameProviders>());
        Assert.Contains("Local", problem.Message, StringComparison.Ordinal);
    }

    private IReadOnlyList<HostedModule> Find()
    {
        var configuration = new ConfigurationManager();
        configuration["Modules:Path"] = plugins;
        return ModuleCatalog.Load(configuration, clock).All;
    }

    public void Dispose() => Directory.Delete(plugins, recursive: true);

    private ServiceProvider Compose(string provider, string? mode, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = plugins });
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("Modules:Path", (string?)plugins), .. settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))]);
        if (mode is not null)
            builder.Configuration["Modules:hostname.sample:Mode"] = mode;
        builder.AddModules();
        HostScene.AddTo(builder.Services, clock, provider);
        return builder.Services.BuildServiceProvider();
    }

    private void Install()
    {
        var built = Path.Combine(AppContext.BaseDirectory, "plugins-for-tests");
        var folder = Directory.CreateDirectory(Path.Combine(plugins, Plugin)).FullName;
        foreach (var file in Directory.EnumerateFiles(built, Plugin + ".*"))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
    }
}
