using MtaSts.Application.Domains;
using MtaSts.Grains;

namespace MtaSts.Application.Reports;

/// <summary>Counted reports, newest day first, read while they are enumerated.</summary>
public sealed record ReportExport(string Domain, DateOnly From, DateOnly To, IAsyncEnumerable<ReportEntry> Reports);

/// <summary>An envelope's bytes as received.</summary>
public sealed record RawEnvelope(string Id, byte[] Bytes);

/// <summary>Single reports.</summary>
public sealed class ReportQueries(IGrainFactory grains, TimeProvider clock)
{
    /// <summary>Counted reports that match the filter, newest first. A short or empty page can still have a next page.</summary>
    /// <param name="next">Token from the previous page; null for the first. Unreadable values start from the beginning.</param>
    public async Task<CommandResult<Page<ReportEntry>>> List(Actor actor, string name, ReportFilter filter, string? next, int limit)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var known = await grains.ClaimedName(actor, Permissions.ReportsRead, name);
        return !known.IsDone ? known.Refusal!
            : filter.To < filter.From ? new Refusal(RefusalCodes.Invalid, "from must not be after to.", "from")
            : await ReportLists.Load(grains, actor.WorkspaceId, known.Value, filter, next, limit);
    }

    /// <summary>The counted reports of the days, for ranges up to <see cref="ScorecardQueries.MaxExportDays"/>.</summary>
    public async Task<CommandResult<ReportExport>> Export(Actor actor, string name, DateOnly? from, DateOnly? to)
    {
        var known = await grains.ClaimedName(actor, Permissions.ReportsRead, name);
        return !known.IsDone ? known.Refusal!
            : DayRange.Of(from, to, ScorecardQueries.MaxExportDays, clock.GetUtcNow()) is var days && days.IsDone
                ? new ReportExport(known.Value, days.Value.From, days.Value.To, ScorecardReader.Reports(grains, actor.WorkspaceId, known.Value, days.Value.From, days.Value.To))
            : days.Refusal!;
    }

    /// <summary>An envelope of the workspace, and its decoded content.</summary>
    /// <param name="name">Not null: it must concern this domain.</param>
    public async Task<CommandResult<EnvelopeView>> Get(Actor actor, string? name, string id) => await grains.Envelope(actor, name, id);

    /// <summary>An envelope's bytes; they are deleted earlier than its decoded content.</summary>
    /// <param name="name">Not null: it must concern this domain.</param>
    public async Task<CommandResult<RawEnvelope>> Raw(Actor actor, string? name, string id)
    {
        var envelope = await grains.Envelope(actor, name, id);
        return !envelope.IsDone ? envelope.Refusal!
            : await grains.Ingestion(id).GetRaw(actor.WorkspaceId) is { } raw ? new RawEnvelope(id, raw)
            : new Refusal(RefusalCodes.NotFound, $"The original of {id} is no longer kept. The decoded report is still available.");
    }

    /// <summary>The lines of an envelope's reports in a domain's scorecard; empty when they are older than details are kept.</summary>
    public async Task<CommandResult<IReadOnlyList<ReportEntry>>> Entries(Actor actor, string name, string id)
    {
        var known = await grains.ClaimedName(actor, Permissions.ReportsRead, name);
        return !known.IsDone ? known.Refusal!
            : Envelopes.IsId(id) ? CommandResult.Of(await ReportExclusions.Find(grains, actor.WorkspaceId, known.Value, id))
            : Envelopes.NoReport(id);
    }
}
