using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Host.Spool;
using MtaSts.Peers;
using MtaSts.Storage;
using Xunit;

namespace MtaSts.Host.Tests.Spool;

public sealed class ReportSpoolTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Open_NoPathSet_LiesBesideTheDatabase()
    {
        using var folder = new TempFolder();
        await using var spool = Spool(new SpoolOptions { MinFreeBytes = 0 }, $"Data Source={folder["mtasts.db"]}");

        await spool.OpenAsync(Stop);

        Assert.Equal((folder["spool"], null), (spool.Now.Path, spool.Now.Problem));
        Assert.True(Directory.Exists(folder["spool"]));
    }

    [Fact]
    public async Task Open_TheDefaultFolderCannotBeHad_GoesOnWithoutAndSaysSo()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["spool"], "in the way", Stop);
        await using var spool = Spool(new SpoolOptions(), $"Data Source={folder["mtasts.db"]}");

        await spool.OpenAsync(Stop);

        Assert.Null(spool.Queue);
        Assert.Contains("Spool:Path", spool.Now.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, spool.Now.Hint, StringComparison.Ordinal); // Strangers may read it.
    }

    [Fact]
    public async Task Open_TheChosenFolderCannotBeHad_FailsTheStart()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["spool"], "in the way", Stop);
        await using var spool = Spool(new SpoolOptions { Path = folder["spool"] });

        Assert.Contains("Spool:Path", (await Assert.ThrowsAsync<StoreException>(() => spool.OpenAsync(Stop))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_AnotherProcessHasIt_SaysSo()
    {
        using var folder = new TempFolder();
        await using var first = Spool(new SpoolOptions { Path = folder["spool"] });
        await using var second = Spool(new SpoolOptions { Path = folder["spool"] });
        await first.OpenAsync(Stop);

        var exception = await Assert.ThrowsAsync<StoreException>(() => second.OpenAsync(Stop));

        Assert.Contains($"is in use by process {Environment.ProcessId} on {Environment.MachineName} since ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_NoSources_NeedsNoFolder()
    {
        using var folder = new TempFolder();
        await using var spool = Spool(new SpoolOptions { Path = folder["spool"], Sources = "" });

        await spool.OpenAsync(Stop);

        Assert.Null(spool.Queue);
        Assert.False(Directory.Exists(folder["spool"]));
    }

    /// <summary>Before the spool is needed, not when it is.</summary>
    [Fact]
    public async Task Open_TheDiskIsNearlyFull_SaysSoUntilThereIsRoom()
    {
        using var folder = new TempFolder();
        var options = new SpoolOptions { Path = folder["spool"], MinFreeBytes = long.MaxValue / 2 };
        var clock = new FakeTimeProvider();
        await using var spool = Spool(options, clock: clock);

        await spool.OpenAsync(Stop);

        Assert.Contains("Spool:MinFreeBytes", spool.Now.Problem, StringComparison.Ordinal);
        Assert.NotNull(spool.Now.Hint);
        options.MinFreeBytes = 0;
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((null, null), (spool.Now.Problem, spool.Now.Hint));
    }

    [Theory]
    [InlineData("MaxBytes", "5")]
    [InlineData("MaxRecords", "0")]
    [InlineData("Patience", "00:01:00")]
    [InlineData("Sources", "source.upload")]
    public void Validate_WhatCannotWork_NamesTheSetting(string setting, string value)
    {
        var options = new SpoolOptions();
        var property = typeof(SpoolOptions).GetProperty(setting)!;
        property.SetValue(options, System.ComponentModel.TypeDescriptor.GetConverter(property.PropertyType).ConvertFromInvariantString(value));

        Assert.Contains("Spool:" + setting, new SpoolOptionsValidator().Validate(null, options).FailureMessage, StringComparison.Ordinal);
        Assert.True(new SpoolOptionsValidator().Validate(null, new SpoolOptions()).Succeeded);
    }

    [Fact]
    public async Task Open_AFolderOthersCanRead_IsNarrowed()
    {
        if (OperatingSystem.IsWindows())
            return; // It has no such modes.
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["spool"]);
        var file = Path.Combine(folder["spool"], "damaged-20260301T000000Z-0.db");
        await File.WriteAllTextAsync(file, "", Stop);
        File.SetUnixFileMode(folder["spool"], (UnixFileMode)0b111_111_111);
        File.SetUnixFileMode(file, (UnixFileMode)0b110_110_110);
        await using var spool = Spool(new SpoolOptions { Path = folder["spool"], MinFreeBytes = 0 });

        await spool.OpenAsync(Stop);

        Assert.Equal(((UnixFileMode)0b111_000_000, (UnixFileMode)0b110_000_000), (File.GetUnixFileMode(folder["spool"]), File.GetUnixFileMode(file)));
    }

    private static ReportSpool Spool(SpoolOptions options, string? database = null, FakeTimeProvider? clock = null) =>
        new(Options.Create(options), Options.Create(new StorageOptions { ConnectionString = database, OwnerTimeout = TimeSpan.Zero }), clock ?? new FakeTimeProvider(), NullLogger<ReportSpool>.Instance);
}
