namespace MtaSts.Grains.Domains;

/// <summary>
/// The report address of a claim. Its token is in public DNS, so anyone can send to it; it can be renewed independently of the token that proves
/// ownership. The previous address works for a time, because senders cache the reporting record for its TTL and report about the previous day.
/// </summary>
internal static class ReportAddresses
{
    /// <summary>Maximum number of previous addresses; bounds the stored state and the token lookups.</summary>
    public const int MaxEarlier = 20;

    public static string Token(Claim claim) => claim.ReportToken ?? claim.Token;

    /// <summary>Whether a token in the DNS belongs to this claim: the ownership token in any place, report tokens only in report addresses.</summary>
    public static bool IsOf(Claim claim, TokenSeen seen) =>
        seen.Token == claim.Token
        || (seen.Place == TokenPlaces.ReportAddress && (seen.Token == claim.ReportToken || claim.EarlierReportTokens.Any(earlier => earlier.Token == seen.Token)));

    /// <summary>Every token that leads to the claim.</summary>
    public static IEnumerable<string> Tokens(Claim claim) => new[] { claim.Token, Token(claim) }.Concat(claim.EarlierReportTokens.Select(earlier => earlier.Token)).Distinct();

    /// <param name="token">The new token, already mapped to the claim.</param>
    /// <param name="grace">How long the previous address works.</param>
    public static Decision Renew(DomainState state, string workspace, string token, string by, TimeSpan grace, DateTimeOffset now)
    {
        if (Claims.Of(state, workspace) is not { Leaving: false } claim)
            return new(state, new Refusal(RefusalCodes.NotFound, "This workspace has no claim on the domain."));
        if (claim.EarlierReportTokens.Count(earlier => earlier.WorksUntil > now) >= MaxEarlier)
            return new(state, new Refusal(RefusalCodes.LimitReached, $"{MaxEarlier} earlier report addresses still work. Wait until the first of them stops working."));
        var before = new EarlierReportToken(Token(claim), now, by, now + grace);
        var earlier = claim.EarlierReportTokens.Insert(0, before);
        state = Outbox.Add(state, new OutboxMessage.EndReports(workspace, before.Token), now, grace);
        foreach (var forgotten in earlier.Skip(MaxEarlier).Where(old => old.Token != claim.Token))
            state = Outbox.Add(state, new OutboxMessage.RemoveToken(forgotten.Token), now);
        return Claims.Update(state, claim with { ReportToken = token, EarlierReportTokens = [.. earlier.Take(MaxEarlier)] }) with { NextCheckAt = now };
    }
}
