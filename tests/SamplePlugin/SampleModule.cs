using Microsoft.Extensions.DependencyInjection;
using MtaSts.Modules;
using MtaSts.Modules.Hostnames;
using MtaSts.Modules.Reports;

namespace MtaSts.SamplePlugin;

/// <summary>A partner's module as a partner would write it: it fails or works as its settings say.</summary>
public sealed class SampleModule : IModule
{
    /// <inheritdoc/>
    public string Id => "hostname.sample";

    /// <inheritdoc/>
    public void Configure(IModuleBuilder builder)
    {
        builder.AddHostnameProvider<SampleProvider>("Sample");
        builder.AddReportSource<SampleSource>();
        builder.Services.AddSingleton(new SampleSettings(builder.Settings["Mode"] ?? "live"));
        if (builder.Settings["Mode"] == "refuse")
            throw new InvalidOperationException("Mode refuse is not for use.");
    }
}

/// <summary>What the module was configured with.</summary>
public sealed record SampleSettings(string Mode);

/// <summary>Answers, throws or hangs, as told.</summary>
public sealed class SampleProvider(SampleSettings settings) : IHostnameProvider
{
    /// <inheritdoc/>
    public string Id => "hostname.sample";

    /// <inheritdoc/>
    public async Task<HostnameProgress> EnsureAsync(HostnameRequest request, CancellationToken cancellationToken)
    {
        if (settings.Mode == "throw")
            throw new InvalidOperationException("vendor said no");
        if (settings.Mode == "hang")
            await new TaskCompletionSource().Task; // A partner who forgot the token.
        return new HostnameProgress.Live(null);
    }

    /// <inheritdoc/>
    public Task<HostnameRemoval> RemoveAsync(HostnameRequest request, CancellationToken cancellationToken) =>
        Task.FromResult<HostnameRemoval>(new HostnameRemoval.Removed());
}

/// <summary>A source that has nothing to read, as its settings say.</summary>
public sealed class SampleSource(SampleSettings settings) : IReportSource
{
    /// <inheritdoc/>
    public string Id => "source.sample";

    /// <inheritdoc/>
    public ReportSourceStatus Status => settings.Mode == "throw" ? new ReportSourceStatus.Waiting("It is about to throw.") : new ReportSourceStatus.Off("Set Mode.");

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken stop) => throw new InvalidOperationException("vendor's mailbox is gone");
}
