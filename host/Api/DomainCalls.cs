using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Grains;
using MtaSts.Protocol;

namespace MtaSts.Host.Api;

/// <summary>Claims, the records to publish, checks, and hosting.</summary>
internal static class DomainCalls
{
    public static void MapDomains(this IEndpointRouteBuilder api)
    {
        var domains = api.MapGroup("/domains").WithTags("Domains");
        domains.MapPost("/", Claim).WithSummary("Adds a domain to the workspace, or returns it when it is there already.");
        domains.MapGet("/", List).WithSummary("The workspace's domains, by name.");
        domains.MapGet("/{name}", Get).WithSummary("A domain.");
        domains.MapDelete("/{name}", Remove).WithSummary("Gives up the claim. A hosted domain retires first: 202, and it is removed automatically when that is over.");
        domains.MapGet("/{name}/records", Records).WithSummary("The records to publish, and their state in the DNS.");
        domains.MapPost("/{name}/report-address", Renew).WithSummary("Renews the report address: a new token for reports alone. Ownership and the CNAME do not change.")
            .WithDescription("graceDays, 0 to 90, default 14: how long the earlier address keeps working. Publish the new reporting record at once. earlierReportAddresses lists earlier addresses; "
                + "for reports that still come to one of them: GET /domains/{name}/reports?token=TOKEN.");
        domains.MapPost("/{name}/check", Check).WithSummary("Looks at the domain's DNS now, at most every two seconds: who asks sooner waits that long.");
        domains.MapPut("/{name}/hosting", Enable).WithSummary("Switches hosting on. What would be enforced is compared with the MX records once more; what may lose mail is refused with needs-override.").AddOpenApiOperationTransformer((operation, _, _) => OpenApiText.MayOverride(operation));
        domains.MapDelete("/{name}/hosting", Disable).WithSummary("Retires: mode none is served until the last cached policy has expired.");
    }

    private static async Task<Results<Created<DomainResource>, Ok<DomainResource>, ProblemHttpResult>> Claim(NewDomain body, Caller caller, IGrainFactory grains)
    {
        if (!DomainName.TryParse(body.Name ?? "", out var name, out var problem))
            return Problems.Invalid("name", problem);
        var workspace = grains.Workspace(caller.WorkspaceId);
        var known = await workspace.HasClaim(name.Value);
        var claimed = await workspace.ClaimDomain(name.Value, caller.By);
        if (!claimed.IsDone)
            return Problems.Of(claimed.Refusal!);
        var resource = DomainResource.Of(claimed.Value);
        return known ? TypedResults.Ok(resource) : TypedResults.Created($"{ApiSetup.Prefix}/domains/{name.Value}", resource);
    }

    private static async Task<Ok<ListPage<DomainResource>>> List(string? next, int? limit, Caller caller, IGrainFactory grains)
    {
        var names = await grains.Workspace(caller.WorkspaceId).ListDomains(next, Lists.Limit(limit));
        var views = await Task.WhenAll(names.Items.Select(name => grains.Domain(name).GetView(caller.WorkspaceId)));
        return TypedResults.Ok(new ListPage<DomainResource>([.. views.OfType<DomainView>().Select(DomainResource.Of)], names.Next));
    }

    private static async Task<Results<Ok<DomainResource>, ProblemHttpResult>> Get(string name, Caller caller, IGrainFactory grains) =>
        await ClaimedDomain.Find(grains, caller, name) is { } view ? TypedResults.Ok(DomainResource.Of(view)) : Problems.NoClaim(name);

    private static async Task<Results<NoContent, Accepted<DomainResource>, ProblemHttpResult>> Remove(string name, Caller caller, IGrainFactory grains)
    {
        if (ClaimedDomain.Name(name) is not { } known)
            return Problems.NoClaim(name);
        var removed = await grains.Workspace(caller.WorkspaceId).RemoveDomain(known, caller.By);
        if (!removed.IsDone)
            return removed.Refusal!.Code == RefusalCodes.NotFound ? Problems.NoClaim(name) : Problems.Of(removed.Refusal);
        var left = await grains.Domain(known).GetView(caller.WorkspaceId);
        return left is null ? TypedResults.NoContent() : TypedResults.Accepted($"{ApiSetup.Prefix}/domains/{known}", DomainResource.Of(left));
    }

    private static async Task<Results<Ok<ListPage<RecordView>>, ProblemHttpResult>> Records(string name, Caller caller, IGrainFactory grains)
    {
        if (await ClaimedDomain.Find(grains, caller, name) is not { } view || await grains.Domain(view.Name).GetRecords(caller.WorkspaceId) is not { } records)
            return Problems.NoClaim(name);
        return TypedResults.Ok(ListPage<RecordView>.All(records));
    }

    private static async Task<Results<Ok<DomainResource>, ProblemHttpResult>> Renew(string name, NewReportAddress? body, Caller caller, IGrainFactory grains)
    {
        if (await ClaimedDomain.Find(grains, caller, name) is not { } view)
            return Problems.NoClaim(name);
        var renewed = await grains.Domain(view.Name).RenewReportAddress(caller.WorkspaceId, caller.By, body?.GraceDays is { } days ? TimeSpan.FromDays(Math.Clamp(days, -1, 1_000)) : ReportAddressGrace.Usual);
        return renewed.IsDone ? TypedResults.Ok(DomainResource.Of(renewed.Value)) : Problems.Of(renewed.Refusal!);
    }

    private static async Task<Results<Ok<Observation>, ProblemHttpResult>> Check(string name, Caller caller, IGrainFactory grains, DomainChecks checks, CancellationToken cancellationToken) =>
        await ClaimedDomain.Find(grains, caller, name) is { } view ? TypedResults.Ok(await checks.CheckAsync(view, cancellationToken)) : Problems.NoClaim(name);

    private static Task<Results<Ok<HostingResource>, ProblemHttpResult>> Enable(string name, OverrideBody body, Caller caller, IGrainFactory grains, TimeProvider clock) =>
        Switch(name, caller, grains, async view =>
        {
            await MxFreshness.LookAgain(grains, view, clock.GetUtcNow());
            return await grains.Workspace(caller.WorkspaceId).EnableHosting(view.Name, caller.By, body.Override);
        });

    private static Task<Results<Ok<HostingResource>, ProblemHttpResult>> Disable(string name, Caller caller, IGrainFactory grains) =>
        Switch(name, caller, grains, view => grains.Domain(view.Name).DisableHosting(caller.WorkspaceId, caller.By));

    private static async Task<Results<Ok<HostingResource>, ProblemHttpResult>> Switch(string name, Caller caller, IGrainFactory grains, Func<DomainView, Task<CommandResult>> command)
    {
        if (await ClaimedDomain.Find(grains, caller, name) is not { } before)
            return Problems.NoClaim(name);
        if (await command(before) is { IsDone: false } refused)
            return Problems.Of(refused.Refusal!);
        return await grains.Domain(before.Name).GetView(caller.WorkspaceId) is { } after ? TypedResults.Ok(HostingResource.Of(after)) : Problems.NoClaim(name);
    }
}

/// <param name="Name">A mail domain, as people write it: <c>example.com</c>.</param>
[System.Text.Json.Serialization.JsonUnmappedMemberHandling(System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow)]
internal sealed record NewDomain(string? Name);

/// <param name="GraceDays">How long the earlier address keeps working: 0 to 90, default 14.</param>
[System.Text.Json.Serialization.JsonUnmappedMemberHandling(System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow)]
internal sealed record NewReportAddress(int? GraceDays);
