using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Grains.Workspaces;
using Orleans.Storage;
using Xunit;

namespace MtaSts.Grains.Tests.Storage;

/// <summary>States with a large collection: what a change writes, and what a later reader finds.</summary>
public sealed class StateElementsTests
{
    [Fact]
    public async Task Change_OneDomainOfMany_WritesItsRowAlone()
    {
        var scene = await DomainScene.StartAsync();
        await using var _ = scene.Cluster;
        foreach (var name in Enumerable.Range(0, 20).Select(i => $"d{i:00}.example"))
            await scene.Claim(name);
        await RunAsync(scene, "CREATE TABLE Written (Element TEXT)");
        foreach (var change in (string[])["INSERT", "UPDATE", "DELETE"])
            await RunAsync(scene, $"CREATE TRIGGER Written{change} AFTER {change} ON GroupedElement BEGIN INSERT INTO Written VALUES ('{change} ' || {(change == "DELETE" ? "OLD" : "NEW")}.Element); END");

        await scene.Claim("one.example");
        await scene.Cluster.Grains.Workspace(DomainScene.Workspace).ForgetClaim("d07.example");

        Assert.Equal(["INSERT one.example", "DELETE d07.example"], await RunAsync(scene, "SELECT Element FROM Written ORDER BY rowid"));
        await scene.Cluster.CrashAsync();
        var read = await scene.Cluster.Grains.Workspace(DomainScene.Workspace).ListDomains(null, 200);
        Assert.Equal([.. Enumerable.Range(0, 20).Where(i => i != 7).Select(i => $"d{i:00}.example"), "one.example"], read.Items);
    }

    /// <summary>A grain that moved to another silo brings its state along: the storage there has not read it.</summary>
    [Fact]
    public async Task Write_AStateThatThisStorageHasNotRead_StoresItsElements()
    {
        var scene = await DomainScene.StartAsync();
        await using var _ = scene.Cluster;
        await scene.Claim("kept.example");
        await scene.Claim("removed.example");
        var storage = scene.Cluster.Services.GetRequiredKeyedService<IGrainStorage>(StateNames.Storage);
        var id = scene.Cluster.Grains.Workspace(DomainScene.Workspace).GetGrainId();
        var read = new GrainState<WorkspaceState>();
        await storage.ReadStateAsync(StateNames.Workspace, id, read);

        var moved = new GrainState<WorkspaceState>(read.State! with { Domains = read.State.Domains.Remove("removed.example").Add("added.example") }, read.ETag) { RecordExists = true };
        await storage.WriteStateAsync(StateNames.Workspace, id, moved);

        await storage.ReadStateAsync(StateNames.Workspace, id, read);
        Assert.Equal(["added.example", "kept.example"], read.State!.Domains);
    }

    private static async Task<IReadOnlyList<string>> RunAsync(DomainScene scene, string sql)
    {
        await using var connection = new SqliteConnection(scene.Cluster.Store.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return rows;
    }
}
