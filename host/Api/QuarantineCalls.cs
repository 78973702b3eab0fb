using System.Net.Mime;
using Microsoft.AspNetCore.Http.HttpResults;
using MtaSts.Application;
using MtaSts.Application.Reports;

namespace MtaSts.Host.Api;

/// <summary>Reports that could not be read or attributed.</summary>
internal static class QuarantineCalls
{
    public static void MapQuarantine(this IEndpointRouteBuilder api)
    {
        var quarantine = api.MapGroup("/quarantine").WithTags("Quarantine");
        quarantine.MapGet("/", async (string? next, int? limit, Caller caller, QuarantineQueries queries) => (await queries.List(caller.Actor, next, Answers.Limit(limit))).OkPage(QuarantineItemResource.Of))
            .Needs(Permissions.ReportsRead).WithSummary("Envelopes that were not counted, newest first.");
        quarantine.MapGet("/summary", async (Caller caller, QuarantineQueries queries) => (await queries.Summary(caller.Actor)).Ok(QuarantineSummaryResource.Of))
            .Needs(Permissions.ReportsRead).WithSummary("The number of envelopes in quarantine, and of those deleted because a quota was full.");
        quarantine.MapPost("/replay", async (string? next, int? limit, Caller caller, QuarantineCommands commands) => (await commands.ReplayPage(caller.Actor, next, Answers.Limit(limit))).OkPage(UploadResource.Of))
            .Needs(Permissions.ReportsWrite).WithSummary("Replays a page of envelopes, newest first. Pass next until there is none.");
        quarantine.MapPost("/{id}/replay", async (string id, Caller caller, QuarantineCommands commands) => (await commands.Replay(caller.Actor, id)).Ok(UploadResource.Of))
            .Needs(Permissions.ReportsWrite).WithSummary("Replays an envelope: decodes it and assigns it to domains again.");
        quarantine.MapDelete("/{id}", Discard).Needs(Permissions.ReportsWrite).WithSummary("Deletes an envelope permanently.");
        quarantine.MapGet("/{id}/raw", Raw).Needs(Permissions.ReportsRead).WithSummary("The envelope, byte for byte as received.").Produces<byte[]>(StatusCodes.Status200OK, MediaTypeNames.Application.Octet);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> Discard(string id, Caller caller, QuarantineCommands commands) =>
        (await commands.Discard(caller.Actor, id)).Refusal is { } refusal ? Problems.Of(refusal) : TypedResults.NoContent();

    private static async Task<Results<FileContentHttpResult, ProblemHttpResult>> Raw(string id, Caller caller, ReportQueries reports) =>
        await reports.Raw(caller.Actor, null, id) is var raw && raw.IsDone ? RawDownload.Of(raw.Value) : Problems.Of(raw.Refusal!);
}

/// <summary>An envelope in quarantine, or parts of one whose other parts were counted.</summary>
/// <param name="Unclaimed">The domains that it reports about and that the workspace has not claimed.</param>
/// <param name="DecoderVersion">Version of the decoder that could not read it; a newer version retries automatically.</param>
/// <param name="PutAt">When it was quarantined, which can be long after the mail was delivered to a mailbox.</param>
/// <param name="Parts">The parts that cannot be read, where the rest was counted. Empty: the whole envelope is in quarantine.</param>
/// <param name="AddressedTo">The domain whose report address it was sent to; null for an upload.</param>
/// <param name="Network">The network it came from (an IPv4 /24 or IPv6 /48); null where the network does not distinguish senders.</param>
/// <param name="IsVouchedFor">Signed by its submitter, uploaded by a member, or from a known reporter: it is deleted last.</param>
/// <param name="Contents">Hashes of the contributions it would count: it is deleted when a copy is counted.</param>
internal sealed record QuarantineItemResource(
    string Id,
    DateTimeOffset ReceivedAt,
    string Source,
    int Size,
    string Code,
    string Reason,
    string? FileName,
    IReadOnlyList<string> Unclaimed,
    int DecoderVersion,
    DateTimeOffset? PutAt,
    IReadOnlyList<UnreadPartResource> Parts,
    string? AddressedTo,
    string? Network,
    bool IsVouchedFor,
    IReadOnlyList<string> Contents)
{
    public static QuarantineItemResource Of(Grains.QuarantineItem item) => new(
        item.Id, item.ReceivedAt, item.Source, item.Size, item.Code, item.Reason, item.FileName, item.Unclaimed, item.DecoderVersion, item.PutAt,
        [.. item.Parts.Select(part => new UnreadPartResource(part.Where, part.Code, part.Reason))], item.AddressedTo, item.Network, item.IsVouchedFor, item.Contents);
}

/// <summary>A part of an envelope that cannot be read although other parts were counted.</summary>
/// <param name="Where">Number and name of the part and of the parts that contain it, such as <c>part 2 (reports.zip), file 3 (r3.json)</c>.</param>
/// <param name="Code">Machine-readable reason.</param>
/// <param name="Reason">The reason, and what to do.</param>
internal sealed record UnreadPartResource(string Where, string Code, string Reason);

/// <summary>A workspace's quarantine in numbers.</summary>
/// <param name="Items">Envelopes in it.</param>
/// <param name="Bytes">Their size.</param>
/// <param name="Dropped">Envelopes deleted so far because the quarantine was full.</param>
/// <param name="LastDropped">When the last of them was deleted.</param>
/// <param name="KeptDays">Days after which an envelope is deleted from quarantine: as long as the plan keeps a report's bytes.</param>
internal sealed record QuarantineSummaryResource(int Items, long Bytes, long Dropped, DateTimeOffset? LastDropped, int KeptDays)
{
    public static QuarantineSummaryResource Of(Grains.QuarantineSummary summary) => new(summary.Items, summary.Bytes, summary.Dropped, summary.LastDropped, summary.KeptDays);
}
