using Microsoft.Extensions.Configuration;
using MtaSts.Host.Modules;
using MtaSts.Host.Settings;
using Xunit;

namespace MtaSts.Host.Tests.Settings;

/// <summary>Arguments and files that name no setting: none is passed over.</summary>
public sealed class ArgumentTests
{
    public static TheoryData<string> Options => [.. StrictSections.Keys(HostSettings.Sections).Where(setting => !setting.Type.IsAssignableTo(typeof(IReadOnlyList<string>))).Select(setting => setting.Key)];

    /// <summary>Each option with its colon written as something else, and without its value.</summary>
    [Theory]
    [MemberData(nameof(Options))]
    public void Problems_OptionWrittenInAnotherWay_NamesTheRightOne(string key)
    {
        foreach (var between in new[] { "", ".", "-", "_" })
        {
            var written = key.Replace(":", between, StringComparison.Ordinal);
            Assert.Contains(Problems($"--{written}=1"), problem => problem.StartsWith(written + " ", StringComparison.Ordinal) && problem.Contains("Did you mean", StringComparison.Ordinal));
        }
        Assert.Contains(Problems("--" + key), problem => problem.Contains(key + " has no value", StringComparison.Ordinal));
        Assert.Contains(Problems("--" + key, "--environment=Production"), problem => problem.Contains(key + " has no value", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("demo", "--demo")]
    [InlineData("--demoo", "--demo")]
    [InlineData("--Demo", "--demo")]
    [InlineData("-demo", "--demo")]
    [InlineData("resett-password", "reset-password")]
    [InlineData("reset-password", "reset-password first")]
    [InlineData("a@example.com", "--Section:Name=value")]
    [InlineData("-Gateway:Url=http://127.0.0.1:9", "--Section:Name=value")]
    [InlineData("-d", "--Section:Name=value")]
    [InlineData("/d", "--Section:Name=value")]
    [InlineData("--", "--Section:Name=value")]
    [InlineData("--=x", "--Section:Name=value")]
    [InlineData("=x", "--Section:Name=value")]
    [InlineData("", "--Section:Name=value")]
    [InlineData("--Gateway=", "--Gateway:Name")]
    [InlineData("--Gateway=x", "--Gateway:Name")]
    [InlineData("--urls=http://*:9999", "Dashboard:Url")]
    [InlineData("--http_ports=9999", "Dashboard:Url")]
    [InlineData("--AllowedHosts=mta.example.net", "Dashboard:Hosts")]
    [InlineData("--GatewayUrl=http://127.0.0.1:9", "Did you mean Gateway:Url?")]
    [InlineData("--Storage__AllowNew=true", "Did you mean Storage:AllowNew?")]
    [InlineData("--Hosting=x", "--Hosting:Name")]
    [InlineData("--wholly-unlike-any-other=x", "not a setting")]
    [InlineData("Gatway:Lease=00:00:20", "Did you mean Gateway?")]
    [InlineData("--Kestrel:Endponts:x=1", "Gateway:Url")]
    public void Problems_NoSetting_IsTold(string argument, string text) => Assert.Contains(Problems(argument), problem => problem.Contains(text, StringComparison.Ordinal));

    [Theory]
    [InlineData("--demo")]
    [InlineData("--Gateway:Lease=00:00:20")]
    [InlineData("--Gateway:Lease", "00:00:20")]
    [InlineData("--gateway:lease=00:00:20")]
    [InlineData("Gateway:Lease=00:00:20")]
    [InlineData("--contentRoot=/tmp", "--environment", "Development", "--AllowedHosts=*", "--Logging:LogLevel:Default=Debug")]
    public void Problems_Settings_None(params string[] arguments) => Assert.Empty(Problems(arguments));

    /// <summary>What others set in the environment is nobody's mistake.</summary>
    [Fact]
    public void Problems_EnvironmentOfTheMachine_None()
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Dashboard:Url"] = "http://localhost:8460", ["Gateway:Url"] = "http://localhost:8461", ["PATH"] = "/bin", ["HTTP_PORTS"] = "8080", ["URLS"] = "http://*:1", ["GATEWAY_PORT"] = "tcp://10.0.0.1:80", ["ENVIRONMENT"] = "Production" });
        configuration.AddEnvironmentVariables();
        Assert.Empty(SettingsCheck.Problems(configuration, ModuleCatalog.Load(configuration, TimeProvider.System)));
    }

    /// <summary>One of them would win, and nothing says which.</summary>
    [Theory]
    [InlineData("gateway__lease", "Gateway__Lease", true)]
    [InlineData("Modules__source.smtp__Smtp", "MODULES__source_smtp__smtp", true)]
    [InlineData("Gateway__Lease", "Gateway__Patience", false)]
    [InlineData("path", "PATH", false)]
    public void Doubled_VariablesOfOneSettingWithDifferentValues_AreTold(string first, string second, bool isTold)
    {
        string[] problems = [.. UnknownKeys.Doubled(new Dictionary<string, string> { [first] = "00:00:10", [second] = "00:00:20" })];
        Assert.Equal(isTold ? 1 : 0, problems.Length);
        Assert.All(problems, problem => Assert.Contains(second, problem, StringComparison.Ordinal));
        Assert.Empty(UnknownKeys.Doubled(new Dictionary<string, string> { [first] = "x", [second] = "x" }));
    }

    [Theory]
    [InlineData("""{ "GatewayUrl": "http://127.0.0.1:9" }""", "Did you mean Gateway:Url?")]
    [InlineData("""{ "Gateway": "http://127.0.0.1:9" }""", "Gateway is a section")]
    [InlineData("""{ "urls": "http://*:9" }""", "Dashboard:Url")]
    [InlineData("""{ "AllowedHosts": "mta.example.com" }""", "Dashboard:Hosts")]
    [InlineData("""{ "Gatewey": { "Url": "http://127.0.0.1:9" } }""", "Did you mean Gateway?")]
    [InlineData("""{ "$schema": "https://json.schemastore.org/appsettings.json", "AllowedHosts": "*", "Gateway": {}, "Logging": { "LogLevel": { "Default": "Information" } } }""", null)]
    public void Problems_SettingsFile_IsComparedInFull(string json, string? text)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Dashboard:Url"] = "http://localhost:8460", ["Gateway:Url"] = "http://localhost:8461" });
        var file = Path.GetTempFileName();
        File.WriteAllText(file, json);
        configuration.AddJsonFile(file);
        var problems = SettingsCheck.Problems(configuration, ModuleCatalog.Load(configuration, TimeProvider.System));
        File.Delete(file);
        if (text is null)
            Assert.Empty(problems);
        else
            Assert.Contains(problems, problem => problem.Contains(text, StringComparison.Ordinal));
    }

    /// <summary>As at a start: first the arguments, then the configuration made of them.</summary>
    private static IReadOnlyList<string> Problems(params string[] arguments)
    {
        if (ArgumentCheck.Problems(arguments).ToArray() is { Length: > 0 } problems)
            return problems;
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Dashboard:Url"] = "http://localhost:8460", ["Gateway:Url"] = "http://localhost:8461" });
        configuration.AddCommandLine([.. arguments.Where(argument => argument != "--demo")]);
        return SettingsCheck.Problems(configuration, ModuleCatalog.Load(configuration, TimeProvider.System));
    }
}
