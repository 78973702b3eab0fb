using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using MtaSts.Host.Settings;
using Xunit;

namespace MtaSts.Host.Tests.Settings;

/// <summary>No path of the host's depends on the working directory once plug-ins run.</summary>
public sealed class AbsolutePathsTests
{
    private static readonly string Here = AbsolutePaths.Folder;

    public static TheoryData<string> Paths => [.. HostSettings.Files.Concat(
        ["Spool:Path", "Modules:Path", "Modules:source.maildir:Path", "Modules:source_imap:CaPath", "Modules:source.imap:StatePath", "Caddy:CaddyfilePath", "Modules:hostname_caddy:CaddyfilePath"])];

    [Theory]
    [MemberData(nameof(Paths))]
    public void Resolve_RelativePath_LiesUnderTheFolderOfTheStart(string key)
    {
        var configuration = Resolved((key, "some/where"));
        Assert.Equal(Path.Combine(Here, "some/where"), configuration[key]);
        Assert.Equal("/some/where", Resolved((key, "/some/where"))[key]);
        Assert.Equal("", Resolved((key, ""))[key]);
    }

    [Theory]
    [InlineData(null, "data/mtasts.db")]
    [InlineData("Data Source=here.db;Default Timeout=3", "here.db")]
    [InlineData("DataSource=file:sub/here.db", "sub/here.db")]
    public void Resolve_Store_IsAFileUnderTheFolderOfTheStart(string? written, string file)
    {
        var resolved = new SqliteConnectionStringBuilder(Resolved(("Storage:ConnectionString", written))["Storage:ConnectionString"]);
        Assert.Equal(Path.Combine(Here, file), resolved.DataSource);
        Assert.Equal(written?.Contains("Timeout", StringComparison.Ordinal) == true ? 3 : 30, resolved.DefaultTimeout);
    }

    /// <summary>What is wrong is told by the checks of the settings, with what was written.</summary>
    [Theory]
    [InlineData("Sqlite", "no=string=of=ours")]
    [InlineData("Sqlite", "Data Source=:memory:")]
    [InlineData("Sqlite", "Data Source=|macro|")]
    [InlineData("postgresql", "Host=db;Database=mtasts")]
    public void Resolve_NoFile_IsLeftAsItIs(string provider, string written) =>
        Assert.Equal(written, Resolved(("Storage:Provider", provider), ("Storage:ConnectionString", written))["Storage:ConnectionString"]);

    [Fact]
    public void Resolve_Defaults_AreAbsoluteWhereNothingIsSet()
    {
        var configuration = Resolved();
        Assert.Equal(Path.Combine(Here, "data/Caddyfile"), configuration["Caddy:CaddyfilePath"]);
        Assert.Equal(Path.Combine(Here, "data/imap.state"), configuration["Modules:source.imap:StatePath"]);
        Assert.Null(Resolved(("Modules:hostname.caddy:CaddyfilePath", ""))["Caddy:CaddyfilePath"]);
    }

    [Fact]
    public void Resolve_Sockets_UnixPathsAlone() =>
        Assert.Equal($"127.0.0.1:25,unix:{Here}/smtp.sock", Resolved(("Modules:source.smtp:Smtp", "127.0.0.1:25, unix:smtp.sock"))["Modules:source.smtp:Smtp"]);

    /// <summary>A setting that holds a path and is named otherwise would be missed.</summary>
    [Fact]
    public void Sections_EverySettingWithAPath_IsResolved()
    {
        var settings = new[] { "Path", "File", "Folder", "Directory", "Dir" };
        var named = HostSettings.Sections.SelectMany(section => section.Type.GetProperties().Where(property => property.PropertyType == typeof(string) && property.Name is not ("AcmeRootPath" or "AcmeDirectory") && (section.Module, property.Name) is not ("source.imap", "Folder")
            && settings.Any(word => property.Name.Contains(word, StringComparison.Ordinal))).Select(property => $"{section.Path}:{property.Name}"));
        Assert.All(named, key => Assert.Equal(Path.Combine(Here, "x"), Resolved((key, "x"))[key]));
    }

    private static ConfigurationManager Resolved(params (string Key, string? Value)[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        AbsolutePaths.Resolve(configuration);
        return configuration;
    }
}
