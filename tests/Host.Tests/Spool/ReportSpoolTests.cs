using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using MtaSts.Host.Spool;
using MtaSts.Host.Storage;
using MtaSts.Peers;
using Xunit;

namespace MtaSts.Host.Tests.Spool;

public sealed class ReportSpoolTests
{
    [Fact]
    public void Open_NoPathSet_LiesBesideTheDatabase()
    {
        using var folder = new TempFolder();
        using var spool = Spool(new SpoolOptions { MinFreeBytes = 0 }, $"Data Source={folder["mtasts.db"]}");

        spool.Open();

        Assert.Equal((folder["spool"], null), (spool.Now.Path, spool.Now.Problem));
        Assert.True(Directory.Exists(folder["spool"]));
    }

    [Fact]
    public void Open_TheDefaultFolderCannotBeHad_GoesOnWithoutAndSaysSo()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["spool"], "in the way");
        using var spool = Spool(new SpoolOptions(), $"Data Source={folder["mtasts.db"]}");

        spool.Open();

        Assert.Null(spool.Log);
        Assert.Contains("Spool:Path", spool.Now.Problem, StringComparison.Ordinal);
        Assert.DoesNotContain(folder.Path, spool.Now.Hint, StringComparison.Ordinal); // Strangers may read it.
    }

    [Fact]
    public void Open_TheChosenFolderCannotBeHad_FailsTheStart()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["spool"], "in the way");
        using var spool = Spool(new SpoolOptions { Path = folder["spool"] });

        Assert.Contains("Spool:Path", Assert.Throws<StoreException>(spool.Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_AnotherProcessHasIt_SaysSo()
    {
        using var folder = new TempFolder();
        using var first = Spool(new SpoolOptions { Path = folder["spool"] });
        using var second = Spool(new SpoolOptions { Path = folder["spool"] });
        first.Open();

        Assert.Throws<StoreException>(second.Open);
    }

    [Fact]
    public void Open_NoSources_NeedsNoFolder()
    {
        using var folder = new TempFolder();
        using var spool = Spool(new SpoolOptions { Path = folder["spool"], Sources = "" });

        spool.Open();

        Assert.Null(spool.Log);
        Assert.False(Directory.Exists(folder["spool"]));
    }

    /// <summary>Before the spool is needed, not when it is.</summary>
    [Fact]
    public void Open_TheDiskIsNearlyFull_SaysSoUntilThereIsRoom()
    {
        using var folder = new TempFolder();
        var options = new SpoolOptions { Path = folder["spool"], MinFreeBytes = long.MaxValue / 2 };
        var clock = new FakeTimeProvider();
        using var spool = Spool(options, clock: clock);

        spool.Open();

        Assert.Contains("Spool:MinFreeBytes", spool.Now.Problem, StringComparison.Ordinal);
        Assert.NotNull(spool.Now.Hint);
        options.MinFreeBytes = 0;
        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((null, null), (spool.Now.Problem, spool.Now.Hint));
    }

    [Theory]
    [InlineData("MaxBytes", "5")]
    [InlineData("MaxRecords", "0")]
    [InlineData("SegmentBytes", "12")]
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

    private static ReportSpool Spool(SpoolOptions options, string? database = null, FakeTimeProvider? clock = null) =>
        new(Options.Create(options), Options.Create(new StorageOptions { ConnectionString = database }), clock ?? new FakeTimeProvider(), NullLogger<ReportSpool>.Instance);
}
