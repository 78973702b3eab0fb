using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Application;
using MtaSts.Application.Domains;
using MtaSts.Application.Readiness;

namespace MtaSts.Host.Api;

/// <summary>Claims, the records to publish, checks, and hosting.</summary>
internal static class DomainCalls
{
    public static void MapDomains(this IEndpointRouteBuilder api)
    {
        var domains = api.MapGroup("/domains").WithTags("Domains");
        domains.MapPost("/", Claim).Needs(Permissions.DomainsManage).WithSummary("Adds a domain to the workspace, or returns it if it already exists.");
        domains.MapGet("/", async (string? next, int? limit, Caller caller, DomainQueries queries) => (await queries.List(caller.Actor, next, Answers.Limit(limit))).OkPage(DomainResource.Of))
            .Needs(Permissions.DomainsRead).WithSummary("The workspace's domains, by name.");
        domains.MapGet("/{name}", async (string name, Caller caller, DomainQueries queries) => (await queries.Find(caller.Actor, name)).Ok(DomainResource.Of))
            .Needs(Permissions.DomainsRead).WithSummary("A domain.");
        domains.MapDelete("/{name}", Remove).Needs(Permissions.DomainsManage).WithSummary("Removes the claim. A hosted domain retires first: the status is 202, and the domain is removed automatically when its retirement ends.");
        domains.MapGet("/{name}/records", async (string name, Caller caller, DomainQueries queries) => (await queries.Records(caller.Actor, name)).OkList(RecordResource.Of))
            .Needs(Permissions.DomainsRead).WithSummary("The records to publish, and their state in the DNS.");
        domains.MapGet("/{name}/mx", async (string name, Caller caller, DomainQueries queries) => (await queries.Mx(caller.Actor, name)).Ok(MxResource.Of))
            .Needs(Permissions.DomainsRead).WithSummary("The MX hosts as last probed: reachability, TLS, certificate and DANE, and what senders do.")
            .WithDescription("Probed hourly while hosted, every six hours otherwise, and by POST /domains/{name}/check, at most once a minute: the result is here within half a minute.");
        domains.MapGet("/{name}/readiness", async (string name, Caller caller, ReadinessQueries queries) => (await queries.Of(caller.Actor, name)).Ok(ReadinessResource.Of))
            .Needs(Permissions.DomainsRead).WithSummary("Whether the policy in testing may be enforced: each condition with its state, and since when.")
            .WithDescription("Also needs alerts.read and reports.read, because the conditions quote alerts and reports.");
        domains.MapPost("/{name}/report-address", async (string name, NewReportAddress? body, Caller caller, DomainCommands commands) => (await commands.RenewReportAddress(caller.Actor, name, body?.GraceDays)).Ok(DomainResource.Of))
            .Needs(Permissions.DomainsManage).WithSummary("Renews the report address: a new token, for reports only. Ownership and the CNAME do not change.")
            .WithDescription("graceDays, 0 to 90, default 14: how long the earlier address keeps working. Publish the new reporting record at once. earlierReportAddresses lists earlier addresses; "
                + "for reports that are still sent to one of them: GET /domains/{name}/reports?token=TOKEN.");
        domains.MapPost("/{name}/check", async (string name, Caller caller, DomainCommands commands, CancellationToken cancellationToken) => (await commands.Check(caller.Actor, name, cancellationToken)).Ok(ObservationResource.Of))
            .Needs(Permissions.DomainsManage).WithSummary("Checks the domain's DNS now, at most once in two seconds: an earlier call waits. Starts a probe of its MX hosts too; for its result, see GET /domains/{name}/mx.");
        domains.MapPut("/{name}/hosting", async (string name, OverrideBody? body, Caller caller, HostingCommands hosting) => (await hosting.Enable(caller.Actor, name, body?.Override ?? false)).Ok(HostingResource.Of))
            .Needs(Permissions.HostingManage).WithSummary("Switches hosting on. A policy in mode enforce is compared with the MX records again; a change that could lose mail is refused with needs-override.");
        domains.MapDelete("/{name}/hosting", async (string name, Caller caller, HostingCommands hosting) => (await hosting.Disable(caller.Actor, name)).Ok(HostingResource.Of))
            .Needs(Permissions.HostingManage).WithSummary("Starts the retirement: mode none is served until the last cached policy has expired.");
    }

    private static async Task<Results<Created<DomainResource>, Ok<DomainResource>, ProblemHttpResult>> Claim(NewDomain body, Caller caller, DomainCommands commands)
    {
        var claimed = await commands.Claim(caller.Actor, body.Name ?? "");
        if (claimed is not { Value: var (domain, isNew) })
            return Problems.Of(claimed.Refusal!);
        var resource = DomainResource.Of(domain);
        return isNew ? TypedResults.Created($"{ApiSetup.Prefix}/domains/{domain.Name}", resource) : TypedResults.Ok(resource);
    }

    private static async Task<Results<NoContent, Accepted<DomainResource>, ProblemHttpResult>> Remove(string name, Caller caller, DomainCommands commands) => await commands.Remove(caller.Actor, name) switch
    {
        { Refusal: { } refusal } => Problems.Of(refusal),
        { Value.Retiring: { } retiring } => TypedResults.Accepted($"{ApiSetup.Prefix}/domains/{retiring.Name}", DomainResource.Of(retiring)),
        _ => TypedResults.NoContent(),
    };
}

/// <param name="Name">A mail domain, in Unicode or as A-labels: <c>example.com</c>.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NewDomain(string? Name);

/// <param name="GraceDays">How long the earlier address keeps working: 0 to 90, default 14.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record NewReportAddress(int? GraceDays);
