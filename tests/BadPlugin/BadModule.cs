using System.BadPluginDependency;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using MtaSts.Modules;
using MtaSts.Modules.Dns;
using MtaSts.Modules.Reports;

namespace MtaSts.BadPlugin;

/// <summary>Misbehaves in the way that the file <c>mode.txt</c> beside it names.</summary>
public sealed class BadModule : IModule
{
    /// <summary>The way.</summary>
    public static readonly string Mode = File.ReadAllText(Path.Combine(Path.GetDirectoryName(typeof(BadModule).Assembly.Location)!, "mode.txt")).Trim();

    private int reads;

    static BadModule()
    {
        if (Mode == "static-hangs")
            Hang();
        if (Mode == "static-throws")
            throw new InvalidOperationException("vendor's static constructor");
    }

    /// <summary>Constructs it.</summary>
    public BadModule()
    {
        if (Mode == "constructor-hangs")
            Hang();
        if (Mode == "constructor-throws")
            throw new BadException();
    }

    /// <inheritdoc/>
    public string Id => Mode switch
    {
        "id-throws" => throw new InvalidOperationException("vendor's id"),
        "id-null" => null!,
        "id-odd" => "a:b c",
        "id-changes" => reads++ == 0 ? "bad.id-changes" : "bad.other" + reads,
        "id-hangs" => Hang(),
        "id-double" => "hostname.local",
        "id-double-spelled" => "Source_SMTP",
        _ => "bad." + Mode,
    };

    /// <inheritdoc/>
    public void Configure(IModuleBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        BadHooks.Run();
        switch (Mode)
        {
            case "configure-hangs":
                Hang();
                break;
            case "configure-throws":
                builder.AddReportSource<BadSource>();
                throw new InvalidOperationException("vendor's configuration");
            case "dependency" or "dependency-missing":
                Touch();
                builder.AddReportSource<GoodSource>();
                break;
            case "name-long":
                builder.AddHostnameProvider<BadProvider>(new string('x', 1_000_000));
                break;
            case "name-control":
                builder.AddDnsProvider<BadProvider>("Bad\nHosting:Provider");
                break;
            case "offers-many":
                for (var i = 0; i < 2_000; i++)
                    builder.AddDnsProvider<BadProvider>("Bad" + i);
                break;
            case "name-double":
                builder.AddHostnameProvider<BadProvider>("caddy");
                break;
            case "replaces":
                builder.Services.RemoveAll<IHostedService>();
                builder.Services.AddSingleton<IDnsLookup>(new NoLookup());
                builder.Services.AddSingleton<TimeProvider>(new StandingClock());
                builder.Services.AddSingleton<IReportInbox>(_ => throw new InvalidOperationException("no inbox"));
                builder.Services.AddSingleton<GoodSource>();
                builder.Settings["Mode"] = "changed";
                builder.AddReportSource<SharedSource>();
                break;
            case var mode when mode.StartsWith("hosted-", StringComparison.Ordinal):
                builder.Services.AddHostedService<BadService>();
                break;
            case var mode when mode.StartsWith("source-", StringComparison.Ordinal):
                builder.AddReportSource<BadSource>();
                break;
            default:
                builder.AddHostnameProvider<BadProvider>("Bad");
                builder.AddDnsProvider<BadProvider>("Bad");
                break;
        }
    }

    internal static string Hang()
    {
        using var never = new ManualResetEventSlim();
        never.Wait();
        return "";
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Touch() => _ = OwnDependency.Name;
}

/// <summary>An exception whose message cannot be read.</summary>
public sealed class BadException : Exception
{
    /// <inheritdoc/>
    public override string Message => throw new InvalidOperationException("no message");
}

internal sealed class NoLookup : IDnsLookup
{
    public Task<DnsAnswer> QueryAsync(string name, DnsType type, CancellationToken cancellationToken) => throw new InvalidOperationException("no DNS");
}

internal sealed class StandingClock : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
}
