using Microsoft.Extensions.DependencyInjection;
using MtaSts.Grains.Tests.Domains;
using MtaSts.Grains.Tests.Reports;
using MtaSts.Modules.Reports;
using MtaSts.Peers;
using MtaSts.Protocol;
using Xunit;

namespace MtaSts.Grains.Tests.Workspaces;

/// <summary>What a deleted workspace leaves, looked for in the database itself, once for each engine.</summary>
public abstract class WorkspaceDeletionTests : DomainSceneTests
{
    private const string Domain = "harbour.example";
    private const string Hosted = "orchard.example";
    private const string Elsewhere = "ws-other";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private IGrainFactory Grains => Scene.Cluster.Grains;

    private IWorkspaceGrain Workspace => Grains.Workspace(DomainScene.Workspace);

    [Fact]
    public async Task Delete_WithDomainsReportsTokensAndQuarantine_LeavesNothingOfThem()
    {
        var token = (await Fill()).Secret;
        await Grains.Workspace(Elsewhere).Create("Other", Plan.Free, "other@example.com");
        await Grains.Workspace(Elsewhere).ClaimDomain(Domain, "other");

        Assert.True((await Workspace.Delete("owner@example.com")).IsDone);

        Assert.Null(await Grains.ApiToken(ApiTokens.Hash(token)).Get()); // At once.
        await Gone();
        Assert.Null(await Grains.Account("owner@example.com").Get());
        Assert.DoesNotContain(await StoredRows.OfAsync(Scene.Cluster.Store), row => row.Key.Contains(DomainScene.Workspace, StringComparison.Ordinal) || row.Content.Contains(DomainScene.Workspace, StringComparison.Ordinal));
        Assert.DoesNotContain(await StoredRows.RemindersOfAsync(Scene.Cluster.Store), grain => grain.Contains(DomainScene.Workspace, StringComparison.Ordinal));
        Assert.True(await Grains.Workspace(Elsewhere).HasClaim(Domain)); // Another's is another's.
    }

    [Fact]
    public async Task Delete_WithAHostedDomain_WaitsUntilItHasRetiredThroughACrash()
    {
        await Fill();
        await Scene.GoLive(Hosted, PolicyMode.Enforce, 604_800);

        await Workspace.Delete("owner@example.com");
        await Until(async () => !await Workspace.HasClaim(Domain), "the other domain to go");
        await Scene.Cluster.CrashAsync();

        Assert.NotNull((await Workspace.Get())!.Deletion);
        Assert.Contains("mode: none", await Scene.Served(Hosted), StringComparison.Ordinal);
        Assert.Equal(RefusalCodes.NotPossibleNow, (await Workspace.ClaimDomain("new.example", "owner")).Refusal?.Code);
        Assert.Equal(RefusalCodes.NotPossibleNow, (await Workspace.EnableHosting(Hosted, "owner")).Refusal?.Code);
        Assert.Equal(RefusalCodes.NotPossibleNow, (await Workspace.CreateApiToken("late", "owner")).Refusal?.Code);

        await Scene.Pass(Hosted, TimeSpan.FromDays(6));
        Assert.True(await Workspace.HasClaim(Hosted));
        await Poll.Until(
            async () =>
            {
                await Scene.Pass(Hosted, TimeSpan.FromHours(6));
                return !await Workspace.HasClaim(Hosted);
            },
            Limit,
            "its retirement to end");
        await Gone();
        // The mark that keeps late calls out of the alerts goes an hour after its domain.
        await Scene.Cluster.CrashAsync();
        Scene.Cluster.Clock.Advance(TimeSpan.FromHours(2));
        foreach (var domain in new[] { Domain, Hosted })
            await Grains.Alerts(DomainScene.Workspace, domain).AsReference<IRemindable>().ReceiveReminder("forget", default);
        Assert.DoesNotContain(await StoredRows.OfAsync(Scene.Cluster.Store), row => row.State is not "domain" && (row.Key.Contains(DomainScene.Workspace, StringComparison.Ordinal) || row.Content.Contains(DomainScene.Workspace, StringComparison.Ordinal)));
        Assert.DoesNotContain(await StoredRows.RemindersOfAsync(Scene.Cluster.Store), grain => grain.Contains(DomainScene.Workspace, StringComparison.Ordinal));
    }

    /// <summary>A crash right after it was decided: the reminder carries it on.</summary>
    [Fact]
    public async Task Delete_KilledBeforeAnythingWasDone_IsCarriedOnByTheReminder()
    {
        await Fill();
        await Workspace.Delete("owner@example.com");
        await Scene.Cluster.CrashAsync();
        await Gone(() => Workspace.AsReference<IRemindable>().ReceiveReminder("delete", default));
        Assert.DoesNotContain(await StoredRows.OfAsync(Scene.Cluster.Store), row => row.State == "ingestion");
    }

    [Fact]
    public async Task Keep_WhileADomainRetires_EndsTheDeletion()
    {
        await Scene.GoLive(Hosted, PolicyMode.Testing, 86_400);
        await Workspace.Delete("owner@example.com");
        await Until(async () => (await Scene.View(Hosted)).Leaving, "it to retire");

        Assert.True((await Workspace.Keep("owner@example.com")).IsDone);
        Assert.True((await Workspace.ClaimDomain(Hosted, "owner")).IsDone);

        Assert.Null((await Workspace.Get())!.Deletion);
        Assert.False((await Scene.View(Hosted)).Leaving);
        Assert.True((await Workspace.EnableHosting(Hosted, "owner")).IsDone);
        await Workspace.AsReference<IRemindable>().ReceiveReminder("delete", default);
        Assert.True(await Workspace.HasClaim(Hosted));
        Assert.DoesNotContain(await StoredRows.RemindersOfAsync(Scene.Cluster.Store), grain => grain.Contains(DomainScene.Workspace, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Leave_AMemberOfAnotherWorkspace_StaysThereAndSignsInAnew()
    {
        await Account("both@example.com", DomainScene.Workspace, Elsewhere);
        await Grains.Account("BOTH@example.com").Leave(DomainScene.Workspace);
        await Grains.Account("both@example.com").Leave(DomainScene.Workspace);
        var account = (await Grains.Account("both@example.com").Get())!;
        Assert.Equal([Elsewhere], account.Workspaces);
        Assert.NotEqual("stamp", account.SecurityStamp);
    }

    [Fact]
    public async Task Delete_NoWorkspace_IsRefused() =>
        Assert.Equal(RefusalCodes.NotFound, (await Grains.Workspace("ws-nobody").Delete("owner")).Refusal?.Code);

    /// <summary>A bit of everything a workspace can have.</summary>
    private async Task<NewApiToken> Fill()
    {
        await Scene.Claim(Domain);
        await Account("owner@example.com", DomainScene.Workspace);
        var inbox = Scene.Cluster.Services.GetRequiredService<IReportInbox>();
        var address = (await Scene.View(Domain)).Token;
        foreach (var raw in new[] { Reported.Report("r1", Reported.Policy(Domain, 7)).Json(), Reported.Report("r1", Reported.Policy(Domain, 7)).Gzip(), "not a report"u8.ToArray() })
        {
            var receipt = Assert.IsType<Receipt.Stored>(await inbox.AcceptAsync(new Envelope("source.https", Scene.Cluster.Clock.GetUtcNow(), raw, address, null), TestContext.Current.CancellationToken));
            await Grains.Ingestion(receipt.Id).Complete();
        }
        await Scene.Check(Domain); // Alerts.
        return (await Workspace.CreateApiToken("robot", "owner")).Value!;
    }

    private Task<bool> Account(string email, params string[] workspaces) =>
        Grains.Account(email).Put(new AccountRecord { Id = "us-" + email, Email = email, SecurityStamp = "stamp", Workspaces = workspaces });

    /// <param name="wake">What a reminder would do meanwhile.</param>
    private Task Gone(Func<Task>? wake = null) => Until(
        async () =>
        {
            await (wake?.Invoke() ?? Task.CompletedTask);
            return await Workspace.Get() is null;
        },
        "the workspace to be gone");

    /// <summary>Time passes meanwhile: grains carry on by their timers.</summary>
    private Task Until(Func<Task<bool>> condition, string what) => Poll.Until(
        () =>
        {
            Scene.Cluster.Clock.Advance(TimeSpan.FromSeconds(1));
            return condition();
        },
        Limit,
        what);
}

public sealed class SqliteWorkspaceDeletionTests : WorkspaceDeletionTests
{
    protected override Task<TempStore> NewStoreAsync() => Task.FromResult(TempStore.Sqlite());
}

[LongForm]
public sealed class PostgresWorkspaceDeletionTests : WorkspaceDeletionTests
{
    protected override Task<TempStore> NewStoreAsync() => TempStore.PostgresAsync();
}
