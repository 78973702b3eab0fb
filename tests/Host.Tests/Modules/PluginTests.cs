using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Grains;
using MtaSts.Host.Modules;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Hostnames;
using MtaSts.Modules.Reports;
using MtaSts.Modules.Testing;
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
        var found = Assert.Single(ModuleCatalog.Find(plugins), module => module.Module?.Id == "hostname.sample");
        Assert.NotEqual(typeof(ModuleCatalog).Assembly, found.Module!.GetType().Assembly);
        Assert.IsType<PluginLoadContext>(System.Runtime.Loader.AssemblyLoadContext.GetLoadContext(found.Module.GetType().Assembly));
    }

    [Fact]
    public void Find_FolderWithoutItsAssembly_NamesWhatIsMissing()
    {
        Directory.CreateDirectory(Path.Combine(plugins, "Empty"));
        var found = Assert.Single(ModuleCatalog.Find(plugins), module => module.Module is null);
        Assert.Contains("Empty.dll", found.Problem!, StringComparison.Ordinal);
    }

    [Fact]
    public void Find_BrokenAssembly_HurtsNoOther()
    {
        Install();
        var folder = Directory.CreateDirectory(Path.Combine(plugins, "Broken")).FullName;
        File.WriteAllText(Path.Combine(folder, "Broken.dll"), "this is no assembly");
        var found = ModuleCatalog.Find(plugins);
        Assert.Single(found, module => module.Module is null);
        Assert.Contains(found, module => module.Module?.Id == "hostname.sample");
        Assert.Contains(found, module => module.Module?.Id == "hostname.local");
    }

    [Fact]
    public async Task AddModules_ProviderChosenByName_IsUsed()
    {
        Install();
        using var services = Compose("Sample", "live");
        var providers = services.GetRequiredService<IHostnameProviders>();
        Assert.Equal("hostname.sample", providers.Configured.Id);
        Assert.IsType<HostnameProgress.Live>(await providers.Configured.EnsureAsync(Request, default));
        Assert.NotNull(providers.Find("hostname.local"));
    }

    [Fact]
    public async Task Provider_Throws_FailureNamesItAndTheVendorsWords()
    {
        Install();
        using var services = Compose("Sample", "throw");
        var failed = Assert.IsType<HostnameProgress.Failed>(await services.GetRequiredService<IHostnameProviders>().Configured.EnsureAsync(Request, default));
        Assert.Contains("hostname.sample", failed.Reason, StringComparison.Ordinal);
        Assert.Contains("vendor said no", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Provider_Hangs_IsLeftBehindAfterItsBudget()
    {
        Install();
        using var services = Compose("Sample", "hang");
        var call = services.GetRequiredService<IHostnameProviders>().Configured.EnsureAsync(Request, default);
        clock.Advance(GuardedHostnameProvider.Budget);
        var failed = Assert.IsType<HostnameProgress.Failed>(await call.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Contains("did not answer", failed.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Source_Throws_IsShownBesideTheOthers()
    {
        Install();
        using var services = Compose("Local", "throw");
        var sources = services.GetRequiredService<ReportSourceHost>();
        await sources.StartAsync(default);
        await MtaSts.Peers.Poll.Until(() => sources.All.Any(source => source is { Id: "source.sample", State: ReportSourceState.Troubled, Detail: "vendor's mailbox is gone" }), TimeSpan.FromSeconds(30), "its fault is shown");
        Assert.Contains(sources.All, source => source is { Id: "source.smtp", State: ReportSourceState.Off });
        await sources.StopAsync(default);
    }

    [Fact]
    public void AddModules_SettingsUnderTheIdWithAnUnderscore_AreTheModules()
    {
        Install();
        using var services = Compose("Local", null, ("Modules:hostname_sample:Mode", "refuse"));
        Assert.Contains(services.GetRequiredService<ModuleProblems>().All, problem => problem.Contains("Mode refuse", StringComparison.Ordinal));
    }

    [Fact]
    public void AddModules_ModuleRefusesItsSettings_LeavesNothingBehind()
    {
        Install();
        using var services = Compose("Local", "refuse");
        Assert.Null(services.GetRequiredService<IHostnameProviders>().Find("hostname.sample"));
        Assert.Contains(services.GetRequiredService<ModuleProblems>().All, problem => problem.Contains("Mode refuse", StringComparison.Ordinal));
    }

    [Fact]
    public void AddModules_UnknownProvider_NamesThoseThereAre()
    {
        using var services = Compose("Nonsense", "live");
        var problem = Assert.Throws<InvalidOperationException>(() => services.GetRequiredService<IHostnameProviders>());
        Assert.Contains("Local", problem.Message, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(plugins, recursive: true);

    private ServiceProvider Compose(string provider, string? mode, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = plugins });
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create("Modules:Path", (string?)plugins), .. settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))]);
        if (mode is not null)
            builder.Configuration["Modules:hostname.sample:Mode"] = mode;
        builder.AddModules();
        builder.Services.AddSingleton<TimeProvider>(clock);
        builder.Services.AddSingleton<IDnsLookup>(new NoDns());
        builder.Services.AddSingleton<IReportInbox>(new InMemoryInbox());
        builder.Services.AddSingleton<IHostApplicationLifetime>(new AlreadyStarted());
        builder.Services.AddSingleton<IHostedNames>(new NoNames());
        builder.Services.AddSingleton(Options.Create(new NamingOptions { HostnameProvider = provider }));
        return builder.Services.BuildServiceProvider();
    }

    private void Install()
    {
        var built = Path.Combine(AppContext.BaseDirectory, "plugins-for-tests");
        var folder = Directory.CreateDirectory(Path.Combine(plugins, Plugin)).FullName;
        foreach (var file in Directory.EnumerateFiles(built, Plugin + ".*"))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
    }

    private sealed class AlreadyStarted : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => new(canceled: true);

        public CancellationToken ApplicationStopping => CancellationToken.None;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }

    private sealed class NoNames : IHostedNames
    {
        public ValueTask<HostedState> FindAsync(string policyHost) => ValueTask.FromResult(HostedState.NotHosted);
    }

    private sealed class NoDns : IDnsLookup
    {
        public Task<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancellationToken) => Task.FromResult(DnsAnswer.Empty(DnsStatus.NoName));
    }
}
