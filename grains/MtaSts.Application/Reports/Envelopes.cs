using MtaSts.Application.Domains;
using MtaSts.Grains;

namespace MtaSts.Application.Reports;

/// <summary>Finds envelopes by untrusted ids. A malformed id activates no grain.</summary>
internal static class Envelopes
{
    private const int IdLength = 35; // rp- and 128 bits in hexadecimal

    /// <summary>An envelope of the actor's workspace that the actor may read.</summary>
    /// <param name="name">Not null: it must concern this domain.</param>
    public static async Task<CommandResult<EnvelopeView>> Envelope(this IGrainFactory grains, Actor actor, string? name, string id, string permission = Permissions.ReportsRead)
    {
        if (actor.Lacks(permission) is { } refusal)
            return refusal;
        var domain = name is null ? null : await grains.ClaimedName(actor, permission, name);
        if (domain is { Refusal: { } noClaim })
            return noClaim;
        return IsId(id) && await grains.Ingestion(id).Get(actor.WorkspaceId) is { } view && (domain is null || view.Outcome.Domains.Contains(domain.Value!))
            ? view
            : NoReport(id, name);
    }

    public static Refusal NoReport(string id, string? name = null) => new(RefusalCodes.NotFound, $"There is no report {id} in this workspace{(name is null ? "" : $" for {name}")}.");

    public static bool IsId(string id) => id.Length == IdLength && id.StartsWith("rp-", StringComparison.Ordinal) && id.Skip(3).All(char.IsAsciiHexDigitLower);
}
