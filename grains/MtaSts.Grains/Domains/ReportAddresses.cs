namespace MtaSts.Grains.Domains;

/// <summary>
/// The report address of a claim. Its token stands in public DNS, so anybody can write to it; it can be renewed without the token that proves
/// ownership. The earlier address works for a time, because senders keep the reporting record as long as its TTL and report about the day before.
/// </summary>
internal static class ReportAddresses
{
    /// <summary>Earlier addresses that are remembered; bounds the stored state and the tokens that are looked up.</summary>
    public const int MaxEarlier = 20;

    public static string Token(Claim claim) => claim.ReportToken ?? claim.Token;

    /// <summary>Whether a token that stands in the DNS is of this claim: the token of ownership anywhere, those of report addresses in report addresses.</summary>
    public static bool IsOf(Claim claim, TokenSeen seen) =>
        seen.Token == claim.Token
        || (seen.Place == TokenPlaces.ReportAddress && (seen.Token == claim.ReportToken || claim.EarlierReportTokens.Any(earlier => earlier.Token == seen.Token)));

    /// <summary>Every token that leads to the claim.</summary>
    public static IEnumerable<string> Tokens(Claim claim) => new[] { claim.Token, Token(claim) }.Concat(claim.EarlierReportTokens.Select(earlier => earlier.Token)).Distinct();

    /// <param name="token">The new one, known to lead to the claim.</param>
    /// <param name="grace">How long the earlier address works.</param>
    public static Decision Renew(DomainState state, string workspace, string token, string by, TimeSpan grace, DateTimeOffset now)
    {
        if (Claims.Of(state, workspace) is not { Leaving: false } claim)
            return new(state, new Refusal(RefusalCodes.NotFound, "This workspace has no claim on the domain."));
        if (claim.EarlierReportTokens.Count(earlier => earlier.WorksUntil > now) >= MaxEarlier)
            return new(state, new Refusal(RefusalCodes.LimitReached, $"{MaxEarlier} earlier report addresses still work. Wait until the first of them stops working."));
        var before = new EarlierReportToken(Token(claim), now, by, now + grace);
        var earlier = claim.EarlierReportTokens.Insert(0, before);
        state = PendingEffects.Add(state, EffectKind.EndReports, now + grace, workspace, before.Token);
        foreach (var forgotten in earlier.Skip(MaxEarlier).Where(old => old.Token != claim.Token))
            state = PendingEffects.Add(state, EffectKind.ForgetToken, now, workspace, forgotten.Token);
        return Claims.Update(state, claim with { ReportToken = token, EarlierReportTokens = [.. earlier.Take(MaxEarlier)] }) with { NextCheckAt = now };
    }
}
