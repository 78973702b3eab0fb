using Microsoft.Extensions.Options;
using MtaSts.Host.Clustering;
using MtaSts.Peers;
using MtaSts.Storage;
using Xunit;

namespace MtaSts.Host.Tests.Storage;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("Sqlite", null, null)]
    [InlineData("Sqlite", "Data Source=x.db", null)]
    [InlineData("Sqlite", "Data Source=:memory:", "in memory")]
    [InlineData("Sqlite", "Data Source=x;Mode=Memory", "in memory")]
    [InlineData("Sqlite", "Data Source=x;Mode=ReadOnly", "reading only")]
    [InlineData("Sqlite", "Cache=Shared", "names no file")]
    [InlineData("Sqlite", "Host=db;Password=hunter2", "not a SQLite connection string")]
    [InlineData("Sqlite", "Data Source=file:data/x.db", null)]
    [InlineData("Sqlite", "Data Source=file:///srv/x.db", null)]
    [InlineData("Sqlite", "Data Source=file:x.db?mode=ro", "parameters in its file: URI")]
    [InlineData("Sqlite", "Data Source=file:x.db?nolock=1", "parameters in its file: URI")]
    [InlineData("Sqlite", "Data Source=file://nas/x.db", "names another machine")]
    [InlineData("Sqlite", "Data Source=|DataDirectory|x.db", "a macro")]
    [InlineData("Sqlite", "Data Source=x.db;Password=hunter2", "leave Password out")]
    [InlineData("Sqlite", "Data Source=/tmp", "names the folder /tmp")]
    [InlineData("Sqlite", "Data Source=not-there/", "names the folder")]
    [InlineData("PostgreSql", "Host=db;Database=mtasts;Password=hunter2", null)]
    [InlineData("PostgreSql", null, "must be set")]
    [InlineData("PostgreSql", "Database=mtasts;Password=hunter2", "names no Host")]
    [InlineData("PostgreSql", "Host=db;Pasword=hunter2", "not a PostgreSQL connection string")]
    [InlineData("PostgreSql", "hunter2", "not a PostgreSQL connection string")]
    public void Validate_ConnectionString_SaysWhatIsWrongWithoutIt(string provider, string? connectionString, string? problem)
    {
        var options = new StorageOptions { Provider = Enum.Parse<StorageProvider>(provider), ConnectionString = connectionString };

        var result = new StorageOptionsValidator().Validate(null, options);

        Assert.Equal(problem is null, result.Succeeded);
        if (problem is null)
            return;
        Assert.Contains(problem, result.FailureMessage, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", result.FailureMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Sqlite", "127.0.0.1", "PostgreSql")]
    [InlineData("PostgreSql", "127.0.0.1", null)]
    [InlineData("PostgreSql", "::1", null)]
    [InlineData("PostgreSql", "10.1.2.3", "without TLS any machine that reaches it can call any grain")]
    [InlineData("PostgreSql", "2001:db8::1", "without TLS")]
    [InlineData("PostgreSql", "0.0.0.0", "Cluster:Address")]
    [InlineData("PostgreSql", "::", "Cluster:Address")]
    [InlineData("PostgreSql", "silo-1.internal", "Cluster:Address")]
    public void Validate_Cluster_SaysWhatIsWrong(string provider, string address, string? problem)
    {
        var validator = new ClusterSettingsValidator(Options.Create(new StorageOptions { Provider = Enum.Parse<StorageProvider>(provider) }));

        var result = validator.Validate(null, new ClusterSettings { Enabled = true, Address = address });

        Assert.Equal(problem is null, result.Succeeded);
        if (problem is not null)
            Assert.Contains(problem, result.FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithSettingsThatCannotWork_FailsBeforeAnythingIsOpened()
    {
        await using var store = TempStore.Sqlite();
        using var host = StoreHost.Silo(store, ("Cluster:Enabled", "true"));

        var exception = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        Assert.Contains("Cluster:Enabled needs", exception.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(store.ConnectionString["Data Source=".Length..]));
    }
}
