namespace MtaSts.Protocol.Reports;

/// <summary>One thing in a report that was not as RFC 8460 wants it, and how it was read nevertheless.</summary>
/// <param name="Code">One of <see cref="MendCodes"/>; stable, so it may be stored and counted.</param>
/// <param name="Where">Where in the report, such as <c>policies[2].summary.total-failure-session-count</c>.</param>
/// <param name="Text">A sentence for people. It quotes nothing of the report.</param>
public sealed record Mend(string Code, string Where, string Text);
